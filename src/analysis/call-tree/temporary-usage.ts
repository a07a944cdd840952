import { HeapprofError } from '../../base/errors.js';
import { Weights } from '../../digest/weights.js';
import type { Member } from '../../format/family.js';
import type { TraceTable } from '../../format/log.js';
import { KINDS, type Kind, type MemoryEvent } from '../../model/event.js';
import type { Profile, LoggedProfile as TracedProfile } from '../profile.js';
import type { StackUsage } from './stack-usage.js';
import type { ChosenTime } from './time-choice.js';

/** How soon memory is freed to be called temporary: within an age, or by the so-manyth garbage collection of its life. */
export type Within = { readonly seconds: number } | { readonly collections: number };

/** Freed by the first collection that met it: what a program could have done without. */
export const FIRST_COLLECTION: Within = { collections: 1 };

/** What is known of the logs. */
export interface LoggedProfile {
  readonly members: readonly Member[];
  /** `weight`: that of every event, where it does not follow from the sampling. */
  readonly hpc: { readonly weight?: number };
}

/** Events of one trace, type, kind and stretch of time. */
interface Sum {
  readonly event: MemoryEvent;
  readonly stretch: number;
  bytes: number;
  objects: number;
  variance: number;
}

/**
 * What was freed in a time and had not lived longer than `within`. It is read from the logs, since digests do not have it. The age
 * of a free is known to 1/8 of its power of two (docs/format.md). Of a range, its first microsecond is that after its first snapshot.
 * @throws RangeError for a limit that there cannot be; HeapprofError for a recording of version 1, which has no ages.
 */
export function temporaryUsage(
  profile: LoggedProfile,
  { fromSeconds, toSeconds }: Pick<ChosenTime, 'fromSeconds' | 'toSeconds'>,
  kind?: Kind,
  within: Within = FIRST_COLLECTION,
): StackUsage[] {
  const range = { fromMicros: fromSeconds * 1e6, toMicros: toSeconds * 1e6 };
  return profile.members.flatMap((member, number) =>
    [...sumsOf(profile, member, range, within, kind)].map(
      ({ event, bytes, objects, variance }) => ({
        member: number,
        frames: member.traces.trace(event.trace) ?? [],
        type: event.type,
        kind: event.kind,
        bytes,
        bytesError: Math.sqrt(variance),
        objects,
      }),
    ),
  );
}

/** What one trace had of temporary memory between two snapshots. */
export interface TemporaryRow extends Omit<StackUsage, 'frames'> {
  /** As the profile's traces count; 0 is "other". */
  readonly trace: number;
}

/** Temporary memory of a whole recording, to be looked up by time: what {@link temporaryUsage} reads from the logs. */
export interface TemporaryTable {
  /** Of each snapshot, what was freed since the one before, by its first garbage collection. */
  readonly rows: readonly (readonly TemporaryRow[])[];
}

/**
 * Temporary memory of all stretches of time between snapshots, in one pass over the logs.
 * @throws HeapprofError as {@link temporaryUsage}.
 */
export function temporaryTable(
  profile: LoggedProfile & Pick<Profile, 'totals'> & Pick<TracedProfile, 'traceOf'>,
): TemporaryTable {
  const times = profile.totals.map(({ timeMicros }) => timeMicros);
  const rows: TemporaryRow[][] = times.map(() => []);
  const range = { fromMicros: 0, toMicros: times.at(-1)! };
  for (const [number, member] of profile.members.entries()) {
    for (const sum of sumsOf(profile, member, range, FIRST_COLLECTION, undefined, times)) {
      const { event, stretch, bytes, objects, variance } = sum;
      rows[stretch]!.push({
        member: number,
        trace: profile.traceOf(number, event.trace),
        type: event.type,
        kind: event.kind,
        bytes,
        bytesError: Math.sqrt(variance),
        objects,
      });
    }
  }
  return { rows };
}

/** What a table has of a time. */
export function temporaryOfTable(
  { rows }: TemporaryTable,
  traces: TraceTable,
  { allocated }: Pick<ChosenTime, 'allocated'>,
  kind?: Kind,
): StackUsage[] {
  const sums = new Map<string, TemporaryRow & { variance: number }>();
  for (const row of rows.slice(allocated.first, allocated.last + 1).flat()) {
    if (kind !== undefined && row.kind !== kind) continue;
    const key = `${row.member} ${row.trace} ${row.kind} ${row.type}`;
    const { bytes = 0, objects = 0, variance = 0 } = sums.get(key) ?? {};
    sums.set(key, {
      ...row,
      bytes: bytes + row.bytes,
      objects: objects + row.objects,
      variance: variance + row.bytesError ** 2,
    });
  }
  return [...sums.values()].map(({ trace, variance, ...usage }) => ({
    ...usage,
    frames: traces.trace(trace) ?? [],
    bytesError: Math.sqrt(variance),
  }));
}

/**
 * The temporary memory of a member by trace, type and kind, and by the stretch of time that ends with one of `times`.
 * @param range microseconds since the start of the root; what happened at its very start belongs to it only if that is 0
 */
function sumsOf(
  { hpc }: LoggedProfile,
  { filebase, facts, startMicros, openLog }: Member,
  { fromMicros, toMicros }: { readonly fromMicros: number; readonly toMicros: number },
  within: Within,
  kind: Kind | undefined,
  times: readonly number[] = [],
): Iterable<Sum> {
  const isTemporary = limitOf(within);
  if (facts.version === 1) {
    throw new HeapprofError(
      'ERR_HEAPPROF_NO_AGES',
      `${filebase} is of version 1, which does not tell how long objects lived: choose another metric.`,
    );
  }
  // A member that began after the range.
  if (toMicros < startMicros) return [];
  const first = fromMicros === 0 ? 0 : fromMicros + 1;
  const range = { fromMicros: first - startMicros, toMicros: toMicros - startMicros };
  const weights = new Weights(facts.sampling, hpc.weight);
  const sums = new Map<string, Sum>();
  const log = openLog();
  let stretch = 0;
  try {
    for (const event of log.events(range)) {
      if (event.operation !== 'free' || !isTemporary(event)) continue;
      if (kind !== undefined && event.kind !== kind) continue;
      // Events come in the order of time.
      while (stretch < times.length - 1 && event.timeMicros + startMicros > times[stretch]!)
        stretch++;
      add(sums, event, stretch, weights);
    }
  } finally {
    log.close();
  }
  return sums.values();
}

function limitOf(within: Within): (free: MemoryEvent) => boolean {
  const [limit, name] =
    'seconds' in within ? [within.seconds, 'seconds'] : [within.collections, 'collections'];
  if (!(limit > 0)) {
    throw new RangeError(`What is temporary must have an end after 0 ${name}, but has ${limit}.`);
  }
  return 'seconds' in within
    ? ({ ageMicros = Number.POSITIVE_INFINITY }) => ageMicros <= limit * 1e6
    : ({ survivedCollections = Number.POSITIVE_INFINITY }) => survivedCollections < limit;
}

function add(sums: Map<string, Sum>, event: MemoryEvent, stretch: number, weights: Weights): void {
  const { trace, type, kind, sizeBytes } = event;
  const key = `${stretch} ${trace} ${kind} ${type}`;
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = { event, stretch, bytes: 0, objects: 0, variance: 0 };
    sums.set(key, sum);
  }
  const weight = weights.weight(sizeBytes, KINDS.indexOf(kind));
  sum.bytes += weight * sizeBytes;
  sum.objects += weight;
  // As in the digest: Horvitz and Thompson's estimator.
  sum.variance += sizeBytes ** 2 * weight * (weight - 1);
}
