import type { SamplingRate } from '../model/sampling.js';
import type { StartOptions } from './start-options.js';

/** What the environment asks for. */
export interface RegisterSettings {
  /** Path of the files without their suffix. */
  readonly output: string | undefined;
  readonly samplingRate: SamplingRate | undefined;
  readonly options: StartOptions;
  readonly seed: number | undefined;
  /** The signal that starts and stops recordings. */
  readonly signal: NodeJS.Signals | undefined;
}

/**
 * Signals that may start and stop recordings: SIGUSR1 starts Node's inspector, V8's profiler uses SIGPROF, and others
 * end or stop a program, or are sent for reasons of their own.
 */
const SIGNALS = ['SIGUSR2', 'SIGHUP', 'SIGQUIT'];

/**
 * Reads the variables for `heapprof/register` and `heapprof run`.
 *
 * | variable | meaning |
 * |---|---|
 * | `HEAPPROF_OUTPUT` | path of the files without their suffix |
 * | `HEAPPROF_SAMPLE` | sampling rate, as JSON |
 * | `HEAPPROF_INTERVAL` | sampling interval in bytes |
 * | `HEAPPROF_ENGINE` | as the option `engine` of `start()` |
 * | `HEAPPROF_OPTIONS` | other options of `start()`, as JSON |
 * | `HEAPPROF_SIGNAL` | a signal that starts and stops recordings; without it, the recording starts at once |
 * | `HEAPPROF_SEED` | a whole number that makes the random drawing repeatable, for tests |
 *
 * The variables are removed: child processes do not write to the same files. With a signal only `HEAPPROF_OUTPUT` is: a child process
 * that is told to register too waits for that signal likewise.
 *
 * @throws TypeError for a value that is not JSON, or a signal that cannot be used.
 */
export function takeRegisterSettings(env: NodeJS.ProcessEnv): RegisterSettings {
  const signal = checkSignal(env.HEAPPROF_SIGNAL);
  const { HEAPPROF_INTERVAL: interval, HEAPPROF_ENGINE: engine, HEAPPROF_SEED: seed } = env;
  const settings = {
    output: env.HEAPPROF_OUTPUT,
    samplingRate: parse(env, 'HEAPPROF_SAMPLE', '{"128": 1e-4, "8192": 0.1}') as SamplingRate,
    options: {
      ...parse(env, 'HEAPPROF_OPTIONS', '{"stackDepth": 64}'),
      ...(interval !== undefined && { samplingInterval: Number(interval) }),
      ...(engine !== undefined && { engine }),
    } as StartOptions,
    seed: seed === undefined ? undefined : Number(seed),
    signal,
  };
  delete env.HEAPPROF_OUTPUT;
  if (signal === undefined) {
    for (const name of ['SAMPLE', 'INTERVAL', 'ENGINE', 'OPTIONS', 'SEED']) {
      delete env[`HEAPPROF_${name}`];
    }
  }
  return settings;
}

function parse(env: NodeJS.ProcessEnv, name: string, example: string): object | undefined {
  const text = env[name];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new TypeError(`${name} must be JSON, such as ${example}, not ${text}.`, { cause });
  }
}

function checkSignal(signal: string | undefined): NodeJS.Signals | undefined {
  if (signal === undefined || SIGNALS.includes(signal)) return signal as NodeJS.Signals | undefined;
  throw new TypeError(
    `HEAPPROF_SIGNAL must be ${SIGNALS.join(' or ')}, not ${signal}: others are Node's own, or end programs.`,
  );
}
