import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { clearTimeout, setTimeout } from 'node:timers';
import { debuglog } from 'node:util';
import type { NativeAddon, NativeStartOptions } from './addon.js';
import { leaveChildrenAlone, PRELOAD_OPTION } from './child-environment.js';
import { openWorkerSession, type WorkerSession } from './worker-session.js';
import { recordWorker, type ThreadFacts } from './worker-thread.js';

const require = createRequire(import.meta.url);
const debug = debuglog('heapprof');

/** On which Node tells of every worker that the main thread begins. */
const CHANNEL = 'worker_threads';

/** In which a worker that was begun before the recording, and is not told of on the channel, comes to run. */
const STARTING_MS = 5000;

/**
 * Has all worker threads of the process record themselves, those that run and those to come, and workers of workers. They need
 * not know of us: Node's inspector evaluates an expression in each, at its very start, while it waits or between two steps of what it does.
 * Our own, which a program has that reads a recording, are left out. Where Node has no inspector, or does not allow it, only those workers are recorded that Node required our preload in.
 *
 * A session of the inspector is not for nothing (worker-session.ts): where there is no worker at the start, it begins with the first.
 *
 * The expression finds the addon without Node's module loader, which may not be ready yet, and breaks if it is used too early; and
 * without process.dlopen(), in which the worker may be when the expression comes, and which is no place to call it once more.
 *
 * @param optionsFor what to start a worker's recording with
 * @param processSettings those of {@link recordWorker}
 * @returns stops attaching; recordings go on
 */
export function attachToWorkers(
  addon: NativeAddon,
  optionsFor: (thread: ThreadFacts) => NativeStartOptions,
  processSettings: string,
): () => void {
  const expressionFor = (thread: ThreadFacts) =>
    expressionToRecord(optionsFor(thread), processSettings, thread.threadId);
  let session: WorkerSession | undefined;
  const open = () => {
    try {
      const inspector = require('node:inspector') as typeof import('node:inspector');
      session ??= openWorkerSession(inspector, addon, expressionFor);
    } catch (error) {
      debug('worker threads cannot be attached to: %s', (error as Error).message);
    }
  };
  const closeUnused = () => {
    if (session?.hasWorkers !== false) return;
    session.close();
    session = undefined;
  };
  addon.linkForWorkers();
  open();
  const timer = setTimeout(closeUnused, STARTING_MS).unref();
  const onWorker = () => {
    clearTimeout(timer);
    open();
  };
  subscribe(CHANNEL, onWorker);
  return () => {
    clearTimeout(timer);
    unsubscribe(CHANNEL, onWorker);
    session?.close();
  };
}

function expressionToRecord(
  options: NativeStartOptions,
  processSettings: string,
  threadId: number,
): string {
  const values = [options, processSettings, threadId, PRELOAD_OPTION];
  const json = values.map((value) => JSON.stringify(value));
  return `(${recordHere})(${[...json, recordWorker, leaveChildrenAlone].join(', ')})`;
}

/** Runs in the worker; needs nothing but its arguments. Returns why the worker is not recorded, or undefined. */
function recordHere(
  options: NativeStartOptions,
  processSettings: string,
  threadId: number,
  preloadOption: string,
  record: typeof recordWorker,
  leaveAlone: typeof leaveChildrenAlone,
): string | undefined {
  let addon: NativeAddon | undefined;
  try {
    const { _linkedBinding } = process as unknown as { _linkedBinding(name: string): NativeAddon };
    addon = _linkedBinding('heapprof');
    const leaveThem = () => leaveAlone(process.env, preloadOption);
    return record(addon, options, processSettings, leaveThem)?.message;
  } catch (error) {
    return String(error);
  } finally {
    addon?.endEvaluation(threadId);
  }
}
