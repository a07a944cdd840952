import { readFileSync } from 'node:fs';
import path from 'node:path';
import { debuglog } from 'node:util';
import { threadId } from 'node:worker_threads';
import { samplingToJson } from '../format/sampling-json.js';
import type { Sampling, SamplingRate } from '../model/sampling.js';
import { loadAddon, type NativeAddon, type NativeFailure, type NativeSampling } from './addon.js';
import { startFailure } from './start-failure.js';
import {
  type CheckedOptions,
  checkOptions,
  type Engine,
  type StartOptions,
} from './start-options.js';
import { endStats, refuseWhileRunning } from './stats.js';
import type { StatsReport } from './stats-report.js';

/**
 * Starts to record: from now on, sampled allocations and frees of the calling thread's JavaScript heap are logged to
 * `filebase.hpm` and `filebase.hpd`, which replace older files of these names. The recording ends with `stop()` or with the program, however
 * that ends; what was written up to the last second can be read in any case, also while the program still runs.
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
  const checked = checkOptions(samplingRate, options);
  refuseWhileRunning();
  const failure = startEngine(loadAddon(), {
    // A program may change its working directory while we write.
    filebase: path.resolve(filebase),
    options: checked,
    seed,
  });
  if (failure) throw startFailure(failure);
}

/** A recording to be started, and the engine for it. */
interface Request {
  readonly filebase: string;
  readonly options: CheckedOptions;
  readonly seed: number | undefined;
}

/** Starts the engine that was asked for, or the best that can run. Returns why none could, or undefined. */
function startEngine(addon: NativeAddon, request: Request): NativeFailure | undefined {
  const { engine } = request.options;
  if (engine === 'polling') return startWith(addon, request, 'polling', 'it was asked for');
  const failure = startWith(addon, request, 'observer', OBSERVER_FOUND);
  if (failure?.failure !== 'observer' || engine === 'observer') return failure;
  debug('recording with the engine polling, since the observer cannot run: %s', failure.message);
  return startWith(addon, request, 'polling', `the observer cannot run: ${failure.message}`);
}

const OBSERVER_FOUND = "V8's allocation observer was found in this build of Node.js";

const debug = debuglog('heapprof');

function startWith(
  addon: NativeAddon,
  { filebase, options, seed }: Request,
  engine: Engine,
  engineReason: string,
): NativeFailure | undefined {
  const sampling = nativeSampling(options.sampling);
  const facts = {
    ...recordingFacts(options),
    ...(engine === 'polling' ? pollingFacts(addon, options.sampling) : {}),
    engine,
    engineReason,
  };
  return addon.start({
    engine,
    filebase,
    recordingJson: JSON.stringify(facts),
    ...sampling,
    stackDepth: options.stackDepth,
    arrayBuffers: options.arrayBuffers,
    types: facts.types,
    arrayBufferBytes: process.memoryUsage().arrayBuffers,
    seed,
  });
}

function nativeSampling(sampling: Sampling): NativeSampling {
  return {
    bands: sampling.by === 'bands' ? sampling.bands : [],
    intervalBytes: sampling.by === 'interval' ? sampling.intervalBytes : 0,
  };
}

/**
 * Ends the recording, or the gathering of statistics, if there is one. When it returns, both files are complete.
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

// The keys are those of "Recording" in docs/format.md.
function recordingFacts(options: CheckedOptions) {
  const { sampling, stackDepth, arrayBuffers, types, applicationName, labels } = options;
  return {
    ...samplingToJson(sampling),
    heapprofVersion: packageVersion(),
    nodeVersion: process.versions.node,
    v8Version: process.versions.v8,
    platform: process.platform,
    arch: process.arch,
    pid: process.pid,
    threadId,
    argv: process.argv,
    execArgv: process.execArgv,
    cwd: process.cwd(),
    applicationName,
    labels,
    stackDepth,
    kinds: arrayBuffers ? ['heap', 'arrayBuffer'] : ['heap'],
    types,
  };
}

// What V8's own sampler cannot do as the options say.
function pollingFacts(addon: NativeAddon, sampling: Sampling) {
  return {
    types: false,
    lines: 'function',
    // By interval it can.
    ...(sampling.by === 'bands' && {
      heapIntervalBytes: addon.pollingIntervalBytes(nativeSampling(sampling)),
    }),
  };
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
