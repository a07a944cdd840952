import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { HeapprofError } from '../base/errors.js';
import type { SamplingRate } from '../model/sampling.js';
import {
  loadAddon,
  type NativeAddon,
  type NativeFailure,
  type NativeStartOptions,
} from './addon.js';
import { leaveChildrenAlone, PRELOAD_OPTION } from './child-environment.js';
import type { FamilySettings } from './family-settings.js';
import { takeFilebase } from './member-files.js';
import { recordProcess } from './process-recording.js';
import { checkOptions, type StartOptions } from './start-options.js';
import { currentThread, recordWorker, type ThreadFacts } from './worker-thread.js';

/**
 * Starts to record: from now on, sampled allocations and frees of the calling thread's JavaScript heap are logged to
 * `filebase.hpm` and `filebase.hpd`, which replace older files of these names. The recording ends with `stop()` or with the program, however
 * that ends; what was written up to the last second can be read in any case, also while the program still runs.
 *
 * Called on the main thread, it records the worker threads of the process too, those that run and those to come, and the Node programs
 * that the process starts from now on, and those that these start: each into files of its own, `filebase.w<threadId>` and
 * `filebase.p<pid>`. Called on a worker thread, it records that thread only. Where a thread or process is recorded for that reason
 * and calls `start()` itself, that recording ends and its own begins.
 *
 * @param filebase path of the files without their suffix; the folder must exist.
 * @param samplingRate probabilities by size; default {@link DEFAULT_SAMPLING_RATE}.
 * @throws TypeError if an argument is of a wrong type, RangeError if a number is out of its range.
 * @throws HeapprofError with the code `ERR_HEAPPROF_RUNNING` if a recording is running (it goes on),
 *   `ERR_HEAPPROF_OUTPUT` if the files cannot be written, `ERR_HEAPPROF_BUSY` if something else uses V8's heap sampler,
 *   `ERR_HEAPPROF_OBSERVER` if this build of Node.js lacks what recording needs, `ERR_HEAPPROF_ADDON` if the addon was not built.
 *   Nothing was started then.
 */
export function start(
  filebase: string,
  samplingRate?: SamplingRate,
  options: StartOptions = {},
): void {
  startWithSeed(filebase, samplingRate, options, undefined);
}

/** {@link start} with the seed of the random drawing, so that a test gets the same samples each time. */
export function startWithSeed(
  filebase: string,
  samplingRate: SamplingRate | undefined,
  options: StartOptions,
  seed: number | undefined,
): void {
  if (typeof filebase !== 'string' || filebase === '') {
    throw new TypeError('start() needs the path of the files to write, without their suffix.');
  }
  const settings: FamilySettings = {
    family: randomBytes(8).toString('hex'),
    // A program may change its working directory while we write.
    filebase: path.resolve(filebase),
    options: checkOptions(samplingRate, options),
    seed,
  };
  const addon = loadAddon();
  startThread(addon, startOptions(settings, currentThread(), { inherited: false }));
  if (isMainThread) startOthers(addon, settings, settings.filebase);
}

/**
 * Records the calling main thread, unless that is done already, as a member of the family of the process that started this
 * one, and everything else that `start()` would.
 * @param root the family's settings
 * @throws HeapprofError as `start()` does, or an error of the system.
 */
export function startChild(root: FamilySettings): void {
  const addon = loadAddon();
  if (addon.isRecording()) return;
  const filebase = takeFilebase(`${root.filebase}.p${process.pid}`, root.family);
  const settings = { ...root, filebase };
  startThread(addon, startOptions(settings, currentThread(), { inherited: true }));
  startOthers(addon, root, filebase);
}

/**
 * Records the calling worker thread if the process is recorded, unless it is recorded already.
 * @throws HeapprofError as `start()` does.
 */
export function startWorker(): void {
  const addon = loadAddon();
  const processSettings = addon.processSettings();
  if (processSettings === '') return;
  const options = workerOptions(JSON.parse(processSettings) as FamilySettings, currentThread());
  const failure = recordWorker(addon, options, processSettings, () =>
    leaveChildrenAlone(process.env, PRELOAD_OPTION),
  );
  if (failure) throw errorOf(failure);
}

function startThread(addon: NativeAddon, options: NativeStartOptions): void {
  const failure = addon.start(options);
  if (failure) throw errorOf(failure);
}

/** Begins with the other threads of this process, whose files begin with `filebase`, and with its children. */
function startOthers(addon: NativeAddon, root: FamilySettings, filebase: string): void {
  const settings = { ...root, filebase };
  recordProcess(addon, root, settings, (thread) => workerOptions(settings, thread));
}

function workerOptions(settings: FamilySettings, thread: ThreadFacts): NativeStartOptions {
  const filebase = `${settings.filebase}.w${thread.threadId}`;
  return startOptions({ ...settings, filebase }, thread, { inherited: true });
}

function startOptions(
  settings: FamilySettings,
  thread: ThreadFacts,
  { inherited }: { inherited: boolean },
): NativeStartOptions {
  const { sampling, stackDepth } = settings.options;
  return {
    filebase: settings.filebase,
    recordingJson: JSON.stringify(recordingFacts(settings, thread)),
    bands: sampling.by === 'bands' ? sampling.bands : [],
    intervalBytes: sampling.by === 'interval' ? sampling.intervalBytes : 0,
    stackDepth,
    arrayBufferBytes: process.memoryUsage().arrayBuffers,
    seed: settings.seed,
    inherited,
  };
}

/**
 * Ends the recording of the calling thread, if there is one. When it returns, both files are complete. On the main thread it
 * also ends the recordings of the other threads that belong to it, and waits for them, a quarter of a second at most: a thread that is
 * blocked for longer completes its files when it runs again. Child processes that are running go on to be recorded; those
 * that are started later are not recorded.
 */
export function stop(): void {
  loadAddon().stop();
}

/** Whether the calling thread is being recorded. */
export function isProfiling(): boolean {
  return loadAddon().isRecording();
}

// The keys are those of "Recording" in docs/format.md.
function recordingFacts({ family, options }: FamilySettings, thread: ThreadFacts): object {
  const { sampling, stackDepth, applicationName, labels } = options;
  return {
    family,
    ...(sampling.by === 'bands'
      ? { samplingRate: sampling.bands.map((band) => [band.belowBytes, band.probability]) }
      : { samplingIntervalBytes: sampling.intervalBytes }),
    engine: 'observer',
    engineReason: "V8's allocation observer was found in this build of Node.js",
    heapprofVersion: packageVersion(),
    nodeVersion: process.versions.node,
    v8Version: process.versions.v8,
    platform: process.platform,
    arch: process.arch,
    pid: process.pid,
    ...thread,
    argv: process.argv,
    execArgv: process.execArgv,
    cwd: process.cwd(),
    applicationName,
    labels,
    stackDepth,
    kinds: ['heap'],
    types: false,
  };
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function errorOf({ failure, message }: NativeFailure): HeapprofError {
  switch (failure) {
    case 'running':
      return new HeapprofError(
        'ERR_HEAPPROF_RUNNING',
        'A recording is running already, and goes on. Call stop() before another start().',
      );
    case 'observer':
      return new HeapprofError(
        'ERR_HEAPPROF_OBSERVER',
        `heapprof cannot record here: ${message}. Use an official build of Node.js for Linux.`,
      );
    case 'busy':
      return new HeapprofError(
        'ERR_HEAPPROF_BUSY',
        `heapprof cannot record now: ${message}. Stop that one first.`,
      );
    case 'output':
      return new HeapprofError(
        'ERR_HEAPPROF_OUTPUT',
        `The recording cannot be written: ${message}. Choose a path in a folder that exists and can be written.`,
      );
  }
}
