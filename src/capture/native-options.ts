import { readFileSync } from 'node:fs';
import { samplingToJson } from '../format/sampling-json.js';
import type { Sampling } from '../model/sampling.js';
import type { NativeAddon, NativeSampling, NativeStartOptions } from './addon.js';
import type { ChosenEngine } from './engine-choice.js';
import type { FamilySettings } from './family-settings.js';
import type { ThreadFacts } from './worker-thread.js';

/** What a recording is begun with. */
export interface RecordingRequest {
  readonly settings: FamilySettings;
  readonly thread: ThreadFacts;
  readonly chosen: ChosenEngine;
  /** Whether it is begun because another thread or process is recorded. */
  readonly inherited: boolean;
}

/** The request for the addon, with the head of the recording's `.hpm`. */
export function nativeOptions(addon: NativeAddon, request: RecordingRequest): NativeStartOptions {
  const { settings, chosen, inherited } = request;
  const { sampling, stackDepth, arrayBuffers } = settings.options;
  const facts = recordingFacts(addon, request);
  return {
    engine: chosen.engine,
    filebase: settings.filebase,
    recordingJson: JSON.stringify(facts),
    ...nativeSampling(sampling),
    stackDepth,
    arrayBuffers,
    types: facts.types,
    arrayBufferBytes: process.memoryUsage().arrayBuffers,
    seed: settings.seed,
    inherited,
  };
}

function nativeSampling(sampling: Sampling): NativeSampling {
  return {
    bands: sampling.by === 'bands' ? sampling.bands : [],
    intervalBytes: sampling.by === 'interval' ? sampling.intervalBytes : 0,
  };
}

// The keys are those of "Recording" in docs/format.md.
function recordingFacts(addon: NativeAddon, { settings, thread, chosen }: RecordingRequest) {
  const { sampling, stackDepth, arrayBuffers, types, applicationName, labels } = settings.options;
  return {
    family: settings.family,
    ...samplingToJson(sampling),
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
    kinds: arrayBuffers ? ['heap', 'arrayBuffer'] : ['heap'],
    types,
    ...chosen,
    ...(chosen.engine === 'polling' ? pollingFacts(addon, sampling) : {}),
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
