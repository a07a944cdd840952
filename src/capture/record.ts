import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { SamplingRate } from '../model/sampling.js';
import { loadAddon, type NativeAddon, type NativeStartOptions } from './addon.js';
import { leaveChildrenAlone, PRELOAD_OPTION } from './child-environment.js';
import { startEngine } from './engine-choice.js';
import type { FamilySettings, ProcessSettings } from './family-settings.js';
import { takeFilebase } from './member-files.js';
import { nativeOptions } from './native-options.js';
import { recordProcess } from './process-recording.js';
import { startFailure } from './start-failure.js';
import { checkOptions, type StartOptions } from './start-options.js';
import { endStats, refuseWhileGathering } from './stats.js';
import type { StatsReport } from './stats-report.js';
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
 * @throws HeapprofError with the code `ERR_HEAPPROF_RUNNING` if a recording or statistics are running (they go on),
 *   `ERR_HEAPPROF_OUTPUT` if the files cannot be written, `ERR_HEAPPROF_BUSY` if something else uses V8's heap sampler,
 *   `ERR_HEAPPROF_OBSERVER` if the engine `observer` was asked for and this build of Node.js lacks what it needs, `ERR_HEAPPROF_ADDON` if the addon was not built.
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
  refuseWhileGathering();
  const addon = loadAddon();
  const own = startThread(addon, settings, false);
  if (isMainThread) startOthers(addon, settings, own);
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
  startOthers(addon, root, startThread(addon, { ...root, filebase }, true));
}

/**
 * Records the calling worker thread if the process is recorded, unless it is recorded already.
 * @throws HeapprofError as `start()` does.
 */
export function startWorker(): void {
  const addon = loadAddon();
  const processSettings = addon.processSettings();
  if (processSettings === '') return;
  const own = JSON.parse(processSettings) as ProcessSettings;
  const options = workerOptions(addon, own, currentThread());
  const failure = recordWorker(addon, options, processSettings, () =>
    leaveChildrenAlone(process.env, PRELOAD_OPTION),
  );
  if (failure) throw startFailure(failure);
}

/** Starts the recording of the calling thread. Returns the settings with the engine that it has. */
function startThread(
  addon: NativeAddon,
  settings: FamilySettings,
  inherited: boolean,
): ProcessSettings {
  const thread = currentThread();
  const result = startEngine(settings.options, (chosen) =>
    addon.start(nativeOptions(addon, { settings, thread, chosen, inherited })),
  );
  if ('failure' in result) throw startFailure(result);
  return { ...settings, chosen: result };
}

/** Begins with the other threads of this process, and with its children. */
function startOthers(addon: NativeAddon, root: FamilySettings, own: ProcessSettings): void {
  recordProcess(addon, root, own, (thread) => workerOptions(addon, own, thread));
}

function workerOptions(
  addon: NativeAddon,
  { chosen, ...settings }: ProcessSettings,
  thread: ThreadFacts,
): NativeStartOptions {
  const filebase = `${settings.filebase}.w${thread.threadId}`;
  return nativeOptions(addon, {
    settings: { ...settings, filebase },
    thread,
    chosen,
    inherited: true,
  });
}

/**
 * Ends the recording of the calling thread, or the gathering of statistics, if there is one. When it returns, both files are complete. On the main thread it
 * also ends the recordings of the other threads that belong to it, and waits for them, a quarter of a second at most: a thread that is
 * blocked for longer completes its files when it runs again. Child processes that are running go on to be recorded; those
 * that are started later are not recorded.
 * @returns the report if statistics were gathered.
 */
export function stop(): StatsReport | undefined {
  loadAddon().stop();
  return endStats();
}

/** Whether the calling thread is being recorded, or statistics of it are gathered. */
export function isProfiling(): boolean {
  const addon = loadAddon();
  return addon.isRecording() || addon.isGatheringStats();
}
