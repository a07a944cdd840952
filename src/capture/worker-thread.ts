import * as workerThreads from 'node:worker_threads';
import type { NativeAddon, NativeFailure, NativeStartOptions } from './addon.js';

/** What the recording of a thread says of it. */
export interface ThreadFacts {
  /** 0 for the main thread. */
  readonly threadId: number;
  /** The `name` that a worker was given, where Node tells it. */
  readonly threadName?: string | undefined;
}

/** Node's name for workers without a name. */
const DEFAULT_NAME = 'WorkerThread';

/** The facts of the calling thread. Only newer versions of Node tell a worker its name. */
export function currentThread(): ThreadFacts {
  const { threadId, threadName } = workerThreads as { threadId: number; threadName?: string };
  return { threadId, threadName: workerName(threadName) };
}

/** The name of a worker as Node tells it; undefined for one that has none. */
export function workerName(name: string | undefined): string | undefined {
  return name === '' || name === DEFAULT_NAME ? undefined : name;
}

/**
 * Records the calling worker, unless it is recorded already, for as long as the process has these settings. Needs nothing but
 * its arguments: its text is sent to other threads (worker-attach.ts).
 * @param leaveChildrenAlone called when the recordings of the process's threads have ended
 * @returns why it could not be recorded, or undefined
 */
export function recordWorker(
  addon: NativeAddon,
  options: NativeStartOptions,
  processSettings: string,
  leaveChildrenAlone: () => void,
): NativeFailure | undefined {
  if (addon.processSettings() !== processSettings) return undefined;
  const failure = addon.start({
    ...options,
    arrayBufferBytes: process.memoryUsage().arrayBuffers,
  });
  if (failure) return failure.failure === 'running' ? undefined : failure;
  // The process may have stopped since.
  if (!addon.joinProcess(processSettings)) {
    addon.stop();
    return undefined;
  }
  addon.onEnd(() => {
    // A worker that stops only its own recording goes on to have its child processes recorded.
    if (addon.processSettings() !== processSettings) leaveChildrenAlone();
  });
  return undefined;
}
