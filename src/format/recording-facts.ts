import { KINDS, type Kind } from '../model/event.js';
import type { ProcessFacts, RecordingFacts } from '../model/recording.js';
import type { RecordingBlock } from './hpm-blocks.js';
import { samplingFromJson } from './sampling-json.js';

/**
 * What a recording block of version 2 says; undefined where it does not say how allocations were
 * chosen, since then no event can be weighed. Other keys that are missing or of a wrong type are left
 * out.
 */
export function recordingFacts(
  recordingId: string,
  block: RecordingBlock,
): RecordingFacts | undefined {
  const sampling = samplingFromJson(block.description);
  if (sampling === undefined) return undefined;
  return {
    version: 2,
    recordingId,
    startWallMicros: block.startWallMicros,
    sampling,
    process: processFacts(block.description),
  };
}

function processFacts(json: Readonly<Record<string, unknown>>): ProcessFacts {
  const facts: Record<string, unknown> = {};
  for (const [key, accepts] of Object.entries(FACTS)) {
    if (Object.hasOwn(json, key) && accepts(json[key])) facts[key] = json[key];
  }
  return facts;
}

const FACTS: Readonly<Record<keyof ProcessFacts, (value: unknown) => boolean>> = {
  engine: isString,
  engineReason: isString,
  heapprofVersion: isString,
  nodeVersion: isString,
  v8Version: isString,
  platform: isString,
  arch: isString,
  pid: isNumber,
  threadId: isNumber,
  argv: isStrings,
  execArgv: isStrings,
  cwd: isString,
  applicationName: isString,
  labels: (value) => typeof value === 'object' && value !== null && isStrings(Object.values(value)),
  stackDepth: isNumber,
  kinds: (value) => Array.isArray(value) && value.every((kind) => KINDS.includes(kind as Kind)),
  types: (value) => typeof value === 'boolean',
  lines: isString,
};

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}
