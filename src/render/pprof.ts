import { Location, Function as PprofFunction, Profile, Sample, StringTable } from 'pprof-format';
import type { Metric } from '../analysis/call-tree/metric.js';
import type { StackUsage } from '../analysis/call-tree/stack-usage.js';
import { frameLabel, OTHER_LABEL, preciseFrameLabel } from '../analysis/frame-label.js';
import { pathOf } from '../analysis/location.js';
import type { MemoryProfile } from '../analysis/memory-profile.js';
import type { Frame } from '../model/frame.js';
import type { RecordingFacts } from '../model/recording.js';
import { Interned } from './interned.js';
import { sanitize } from './sanitize.js';

/** What a sample says, in the order and with the names of Go's heap profiles, so that what reads those reads these. */
const SAMPLE_TYPES = [
  ['alloc_objects', 'count'],
  ['alloc_space', 'bytes'],
  ['inuse_objects', 'count'],
  ['inuse_space', 'bytes'],
] as const;

/** Which of them a tool shows first. */
export type PprofSampleType = (typeof SAMPLE_TYPES)[number][0];

/** Pprof's names for metrics; it has none for temporary memory. */
export const PPROF_SAMPLE_TYPES: Partial<Record<Metric, PprofSampleType>> = {
  live: 'inuse_space',
  'live-objects': 'inuse_objects',
  allocated: 'alloc_space',
  'allocated-objects': 'alloc_objects',
};

/** Positions of the values of live and of allocated memory: objects, then bytes. */
const ALLOCATED = 0;
const LIVE = 2;

const OTHER: Frame = { functionName: OTHER_LABEL, file: '', line: 0, column: 0 };

/** What a label of this key says of samples: they are what others are compared with, as after `go tool pprof -diff_base`. */
const BASE_KEY = 'pprof::base';

/** A profile, and what it is of. */
export interface PprofSource {
  readonly memory: MemoryProfile;
  readonly facts: Pick<RecordingFacts, 'startWallMicros' | 'sampling'>;
  /** The label of each member. */
  readonly threads: readonly string[];
}

/** Samples of a source that go into a file together. */
interface Part extends PprofSource {
  readonly isBase: boolean;
  /** What each value is multiplied with. */
  readonly factors: readonly number[];
}

/**
 * A profile in the format of pprof, `profile.proto` (https://github.com/google/pprof/blob/main/proto/profile.proto), which a file has
 * compressed by gzip: by the caller, since browsers and Node.js do that differently. Samples have the labels `kind`, `type` (where it is known) and `thread`. Characters that could steer a terminal are escaped, since `go tool pprof`
 * prints names as they are.
 */
export function pprofMessage(
  source: PprofSource,
  defaultType: PprofSampleType = 'inuse_space',
): Uint8Array {
  const factors = SAMPLE_TYPES.map(() => 1);
  return encodedParts([{ ...source, isBase: false, factors }], source, defaultType);
}

/**
 * How B differs from A in the format of pprof, as `go tool pprof -diff_base A B` has it: the samples of both, those of A negative and
 * with the label `pprof::base`, so that `go tool pprof` shows the differences, and shares of A. Time and sampling are those of B.
 * @param normalize whether the samples of B are scaled so that their total is that of A, for each sample type, as `-normalize` does
 */
export function pprofDiffMessage(
  a: PprofSource,
  b: PprofSource,
  defaultType: PprofSampleType,
  normalize: boolean,
): Uint8Array {
  const totalsA = totalsOf(a.memory);
  const factors = totalsOf(b.memory).map((total, k) =>
    normalize && total > 0 ? totalsA[k]! / total : 1,
  );
  const parts = [
    { ...b, isBase: false, factors },
    { ...a, isBase: true, factors: SAMPLE_TYPES.map(() => -1) },
  ];
  return encodedParts(parts, b, defaultType);
}

/** In the order of {@link SAMPLE_TYPES}. */
function totalsOf({ allocated, live }: MemoryProfile): number[] {
  return [allocated, live].flatMap((usages) => [
    usages.reduce((sum, { objects }) => sum + objects, 0),
    usages.reduce((sum, { bytes }) => sum + bytes, 0),
  ]);
}

function encodedParts(
  parts: readonly Part[],
  { memory, facts }: PprofSource,
  defaultType: PprofSampleType,
): Uint8Array {
  const strings = new StringTable();
  const functions = new Interned<PprofFunction>();
  const locations = new Interned<Location>();
  const samples = new Interned<Sample>();
  const text = (value: string) => strings.dedup(sanitize(value));

  // Ids count from 1.
  const functionOf = (frame: Frame) => {
    // Tools put functions of one name together: anonymous ones are named after their lines.
    const name = frame.functionName || frameLabel(frame);
    const file = pathOf(frame.file);
    return functions.indexOf(`${name}\0${file}`, () => {
      const id = functions.items.length + 1;
      return new PprofFunction({ id, name: text(name), filename: text(file) });
    });
  };
  const locationId = (frame: Frame) =>
    1 +
    locations.indexOf(preciseFrameLabel(frame), () => {
      const { line, column } = frame;
      const functionId = functionOf(frame) + 1;
      return new Location({ id: locations.items.length + 1, line: [{ functionId, line, column }] });
    });
  const labelOf = (key: string, value: string) => ({ key: text(key), str: text(value) });
  const add = (usage: StackUsage, position: number, part: Part) => {
    const { type, kind, member } = usage;
    const frames = usage.frames.length === 0 ? [OTHER] : usage.frames;
    // The innermost is first.
    const ids = frames.map(locationId).reverse();
    const key = `${ids.join()} ${part.isBase} ${member} ${kind} ${type}`;
    const index = samples.indexOf(key, () => {
      const label = [
        labelOf('kind', kind),
        ...(type === '' ? [] : [labelOf('type', type)]),
        labelOf('thread', part.threads[member]!),
        ...(part.isBase ? [labelOf(BASE_KEY, 'true')] : []),
      ];
      return new Sample({ locationId: ids, value: SAMPLE_TYPES.map(() => 0), label });
    });
    const { value } = samples.items[index]!;
    [usage.objects, usage.bytes].forEach((amount, k) => {
      const at = position + k;
      value[at] = Number(value[at]) + Math.round(part.factors[at]! * amount);
    });
  };

  for (const part of parts) {
    for (const usage of part.memory.allocated) add(usage, ALLOCATED, part);
    for (const usage of part.memory.live) add(usage, LIVE, part);
  }
  const sampleType = SAMPLE_TYPES.map(([type, unit]) => ({ type: text(type), unit: text(unit) }));
  const { sampling, startWallMicros } = facts;
  return new Profile({
    sampleType,
    sample: samples.items,
    location: locations.items,
    function: functions.items,
    timeNanos: BigInt(Math.round(startWallMicros + memory.fromSeconds * 1e6)) * 1000n,
    durationNanos: Math.round((memory.toSeconds - memory.fromSeconds) * 1e9),
    ...(sampling.by === 'interval' && {
      periodType: { type: text('space'), unit: text('bytes') },
      period: Math.round(sampling.intervalBytes),
    }),
    defaultSampleType: text(defaultType),
    stringTable: strings,
  }).encode();
}
