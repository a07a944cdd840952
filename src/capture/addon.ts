import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { HeapprofError } from '../base/errors.js';
import type { SizeBand } from '../model/sampling.js';
import type { Engine } from './start-options.js';

/** What native/addon.cc exports. All of it is about the calling thread, but for what says otherwise. */
export interface NativeAddon {
  /** NODE_MODULE_VERSION of the Node it was built for. */
  readonly abi: number;
  /** Begins a recording. One that is not inherited ends one that is. Returns why it could not, or undefined. */
  start(options: NativeStartOptions): NativeFailure | undefined;
  /** Mean bytes between two samples of V8's own sampler, which a recording with the engine `polling` would use. */
  pollingIntervalBytes(sampling: NativeSampling): number;
  /** Ends the recording, if there is one, when everything is in the files. */
  stop(): void;
  isRecording(): boolean;
  /** Begins to count allocations; neither that nor a recording may be running. Returns why it could not, or undefined. */
  startStats(options: NativeStatsOptions): NativeFailure | undefined;
  /** Ends the counting, if there is one, and returns a copy of `StatsPage` (native/stats_collector.h). */
  stopStats(): Uint8Array | undefined;
  isGatheringStats(): boolean;
  /** Has `callback` called once when the recording has ended, unless the thread ends too. Replaces the one before. */
  onEnd(callback: () => void): void;
  /** Settings that all threads of the process are recorded with, as JSON; empty if they are not. */
  processSettings(): string;
  setProcessSettings(settings: string): void;
  /** Has the recording end with the next `stopThreads()`. False if there is none, or `settings` are not the process's any more. */
  joinProcess(settings: string): boolean;
  /** Ends the recordings of all threads that have joined, and waits for them, a quarter of a second at most. */
  stopThreads(): void;
  /**
   * Comes last in what an inspector evaluates with a time limit, where V8 forgets that the thread was terminated meanwhile: then it is
   * once more, at once. The calling thread is there, for `ifThreadIsThere()`, until its environment ends.
   */
  endEvaluation(threadId: number): void;
  /** Calls `send` if the thread has ended an evaluation, and has not ended itself, for which it waits if it is about to. */
  ifThreadIsThere(threadId: number, send: () => void): void;
  /** From now on the addon is `process._linkedBinding('heapprof')` in the calling thread's workers, and theirs: nothing has to be loaded there. */
  linkForWorkers(): void;
}

/** Which allocations are logged. */
export interface NativeSampling {
  /** Used if `intervalBytes` is 0. */
  readonly bands: readonly SizeBand[];
  readonly intervalBytes: number;
}

/** See `Recorder::Options` in native/recorder.h. */
export interface NativeStartOptions extends NativeSampling {
  readonly engine: Engine;
  readonly filebase: string;
  /** The JSON of the recording block (docs/format.md). */
  readonly recordingJson: string;
  readonly stackDepth: number;
  /** Whether backing stores of array buffers are logged, and types of objects. */
  readonly arrayBuffers: boolean;
  readonly types: boolean;
  /** Bytes of array buffers at this moment, by Node's count. */
  readonly arrayBufferBytes: number;
  /** For the drawing of samples; random if undefined. */
  readonly seed: number | undefined;
  /** Whether the recording is begun because another thread or process is recorded. */
  readonly inherited: boolean;
}

/** See `StatsCollector::Options` in native/stats_collector.h. */
export interface NativeStatsOptions {
  /** To keep the counts in; empty for none. */
  readonly file: string;
  /** Bytes of array buffers at this moment, by Node's count. */
  readonly arrayBufferBytes: number;
}

export interface NativeFailure {
  /** A recording is running; this build of Node lacks what is needed; V8's sampler is in use; the files cannot be written. */
  readonly failure: 'running' | 'observer' | 'busy' | 'output';
  /** Why, without a full stop. */
  readonly message: string;
}

// The same from src/ and from dist/: both are one folder below the package's.
const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

/** The compiled addon. Throws ERR_HEAPPROF_ADDON, which says how to build it, if it cannot be loaded. */
export function loadAddon(): NativeAddon {
  const file = addonFile();
  try {
    return require(file);
  } catch (error) {
    const reason = existsSync(file) ? (error as Error).message : 'there is no such file';
    const build = path.join(root, 'scripts', 'build-native.mjs');
    throw new HeapprofError(
      'ERR_HEAPPROF_ADDON',
      `heapprof's addon, which recording needs, could not be loaded.\n` +
        `  tried: ${file} (${reason})\n` +
        `  build it with: node ${build} --force`,
      { cause: error },
    );
  }
}

/** The addon's path, named as scripts/build-native.mjs does. HEAPPROF_ADDON is for the addon with AddressSanitizer. */
function addonFile(): string {
  if (process.env.HEAPPROF_ADDON) return path.resolve(process.env.HEAPPROF_ADDON);
  const libc = existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
  const suffix = process.platform === 'linux' ? `.${libc}.node` : '.node';
  const name = `heapprof.abi${process.versions.modules}${suffix}`;
  return path.join(root, 'prebuilds', `${process.platform}-${process.arch}`, name);
}
