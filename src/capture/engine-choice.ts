import { debuglog } from 'node:util';
import type { NativeFailure } from './addon.js';
import type { CheckedOptions, Engine } from './start-options.js';

/** An engine that runs, and why it is this one. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly engineReason: string;
}

const debug = debuglog('heapprof');

/**
 * Starts the engine that was asked for, or the best that can run.
 * @param start starts a recording with an engine; returns why it could not, or undefined
 * @returns the engine that runs, or why none does
 */
export function startEngine(
  { engine }: CheckedOptions,
  start: (chosen: ChosenEngine) => NativeFailure | undefined,
): ChosenEngine | NativeFailure {
  if (engine === 'polling') {
    const polling = { engine, engineReason: 'it was asked for' } as const;
    return start(polling) ?? polling;
  }
  const observer = {
    engine: 'observer',
    engineReason: "V8's allocation observer was found in this build of Node.js",
  } as const;
  const failure = start(observer);
  if (failure === undefined) return observer;
  if (failure.failure !== 'observer' || engine === 'observer') return failure;
  debug('recording with the engine polling, since the observer cannot run: %s', failure.message);
  const polling = {
    engine: 'polling',
    engineReason: `the observer cannot run: ${failure.message}`,
  } as const;
  return start(polling) ?? polling;
}
