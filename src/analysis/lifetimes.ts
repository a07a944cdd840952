import { decodeAge } from '../format/age-code.js';
import { type Grouping, groupingBy, type Subject, type SummaryBy } from './grouping.js';
import { ObjectLives } from './object-lives.js';
import type { LoggedProfile } from './profile.js';
import { type AgeEstimate, Survival } from './survival.js';

/** The power of two that the ages of each code begin with; see `LifetimeRow.ages`. */
const AGE_CLASSES = Uint8Array.from({ length: 256 }, (_, code) =>
  Math.floor(Math.log2(Math.max(decodeAge(code), 1))),
);

/** What {@link lifetimes} is asked for. */
export interface LifetimeOptions {
  /** What a row is about; by default `line`. */
  readonly by?: SummaryBy;
}

/** What {@link lifetimesBy} is asked for. */
export interface LifetimesByOptions {
  /** Whether rows have `ages`; by default they do not. */
  readonly withAges?: boolean;
  /** The most rows that a grouping gets: those that allocated the most bytes. The others then cost a look through the logs, but no memory. By default all. */
  readonly mostRows?: number;
}

/** How long objects live. */
export interface Lifetimes {
  readonly by: SummaryBy;
  /** Most allocated bytes first. */
  readonly rows: readonly LifetimeRow[];
}

/** How long objects of one group live. All numbers of objects and bytes are weighted estimates. */
export interface LifetimeRow {
  readonly subject: Subject;
  readonly allocatedObjects: number;
  readonly allocatedBytes: number;
  /** Standard error of `allocatedBytes` from sampling. */
  readonly allocatedBytesError: number;
  /** The age that half of the objects reach; absent where more than half of them are still there at every age that was seen. */
  readonly halfLife?: AgeEstimate;
  /** The part of the objects that the first garbage collection after their allocation frees, from 0 to 1; absent where none came after them. */
  readonly firstCollectionShare?: number;
  readonly firstCollectionShareError?: number;
  /** Live at the end of the recording, or of their thread. */
  readonly survivorObjects: number;
  readonly survivorBytes: number;
  readonly survivorBytesError: number;
  /** Bytes of what died, by age: item k is of ages from 2^k to 2^(k+1) µs, item 0 of all below 2 µs; up to the last that there is. Absent unless it was asked for. */
  readonly ages?: readonly number[];
}

/** How long objects live, by several groupings. */
export interface LifetimesBy {
  /** All objects. */
  readonly total: Omit<LifetimeRow, 'subject'>;
  /** One for each of the groupings, in their order. */
  readonly tables: readonly LargestLifetimes[];
}

/** {@link Lifetimes}, of which there may be more rows than these. */
export interface LargestLifetimes extends Lifetimes {
  /** How many groups there are in all. */
  readonly groupCount: number;
}

/**
 * How long objects live, by where they were allocated: from the frees of the log, each of which tells the age of its object. Ages are in
 * garbage collections' steps: V8 frees nothing between them.
 * @throws RangeError for a grouping that there cannot be; HeapprofError if a log cannot be read, or is of version 1.
 */
export function lifetimes(profile: LoggedProfile, options: LifetimeOptions = {}): Lifetimes {
  const { by, rows } = lifetimesBy(profile, [options.by ?? 'line']).tables[0]!;
  return { by, rows };
}

/**
 * {@link lifetimes} by several groupings, which goes through the logs only once for all of them, or twice with `mostRows`.
 * @throws as {@link lifetimes}
 */
export function lifetimesBy(
  profile: LoggedProfile,
  groupings: readonly SummaryBy[],
  { withAges = false, mostRows = Number.POSITIVE_INFINITY }: LifetimesByOptions = {},
): LifetimesBy {
  const total = new Group(withAges);
  const members = [...profile.members.keys()].map((number) => new ObjectLives(profile, number));
  const tables = groupings.map((by) => ({
    by,
    grouping: groupingBy(by, profile),
    groups: new Map<number | string, Group>(),
  }));
  const largest =
    mostRows === Number.POSITIVE_INFINITY
      ? undefined
      : largestGroups(
          members,
          tables.map(({ grouping }) => grouping),
          mostRows,
        );
  for (const lives of members) {
    addMember(lives, (slot) => {
      const groupsOfSlot = [total];
      for (const [number, { grouping, groups }] of tables.entries()) {
        const key = lives.keyOf(slot, grouping);
        if (largest && !largest[number]!.keys.has(key)) continue;
        const group = groups.get(key) ?? new Group(withAges);
        groups.set(key, group);
        groupsOfSlot.push(group);
      }
      return groupsOfSlot;
    });
  }
  return {
    total: total.figures(),
    tables: tables.map(({ by, grouping, groups }, number) => {
      const rows = [...groups].map(([key, group]) => ({
        subject: grouping.subjectOf(key, (trace) => group.bytesByTrace.get(trace) ?? 0),
        ...group.figures(),
      }));
      return {
        by,
        rows: rows.sort((a, b) => b.allocatedBytes - a.allocatedBytes),
        groupCount: largest ? largest[number]!.groupCount : groups.size,
      };
    }),
  };
}

/** Of each grouping, the keys of so many groups at most, those that allocated the most, and how many there are in all. */
function largestGroups(
  members: readonly ObjectLives[],
  groupings: readonly Grouping[],
  mostRows: number,
): { readonly keys: ReadonlySet<number | string>; readonly groupCount: number }[] {
  const bytesByKey = groupings.map(() => new Map<number | string, number>());
  for (const lives of members) {
    const bytesOfSlots: number[] = [];
    lives.visit({
      allocated: (slot, _, size, weight) => {
        bytesOfSlots[slot] = (bytesOfSlots[slot] ?? 0) + size * weight;
      },
      freed: (slot) => {
        bytesOfSlots[slot] ??= 0;
      },
    });
    for (const [number, grouping] of groupings.entries()) {
      const bytesOf = bytesByKey[number]!;
      bytesOfSlots.forEach((bytes, slot) => {
        const key = lives.keyOf(slot, grouping);
        bytesOf.set(key, (bytesOf.get(key) ?? 0) + bytes);
      });
    }
  }
  return bytesByKey.map((bytesOf) => {
    const sorted = [...bytesOf].sort(([, a], [, b]) => b - a).slice(0, mostRows);
    return { keys: new Set(sorted.map(([key]) => key)), groupCount: bytesOf.size };
  });
}

/** Adds the objects of one member to their groups. */
function addMember(lives: ObjectLives, groupsOf: (slot: number) => readonly Group[]): void {
  const { collections, endMicros } = lives.collections();
  const lastCollectionMicros = collections.at(-1)?.timeMicros ?? Number.NEGATIVE_INFINITY;
  const groups: (readonly Group[])[] = [];
  const bytesOfSlots: number[] = [];
  const of = (slot: number): readonly Group[] => {
    groups[slot] ??= groupsOf(slot);
    return groups[slot];
  };
  lives.visit({
    allocated: (slot, born, size, weight) => {
      bytesOfSlots[slot] = (bytesOfSlots[slot] ?? 0) + size * weight;
      const isFaced = born <= lastCollectionMicros;
      for (const group of of(slot)) group.allocated(endMicros - born, size, weight, isFaced);
    },
    freed: (slot, born, _, size, weight, ageCode, survived) => {
      for (const group of of(slot)) group.freed(ageCode, endMicros - born, size, weight, survived);
    },
  });
  bytesOfSlots.forEach((bytes, slot) => {
    const trace = lives.traceOf(slot);
    for (const { bytesByTrace } of groups[slot]!) {
      bytesByTrace.set(trace, (bytesByTrace.get(trace) ?? 0) + bytes);
    }
  });
}

/** Objects of one group. */
class Group {
  /** Allocated, by the profile's traces. */
  readonly bytesByTrace = new Map<number, number>();
  readonly #survival = new Survival();
  #allocatedObjects = 0;
  #allocatedBytes = 0;
  #allocatedVariance = 0;
  #liveObjects = 0;
  #liveBytes = 0;
  #liveVariance = 0;
  /** Those that a garbage collection came after, and those that the first one freed. */
  #faced = 0;
  #facedSquares = 0;
  #diedAtOnce = 0;
  readonly #ages: number[] | undefined;

  constructor(withAges: boolean) {
    this.#ages = withAges ? [] : undefined;
  }

  allocated(watchedMicros: number, sizeBytes: number, weight: number, isFaced: boolean): void {
    const bytes = sizeBytes * weight;
    const variance = sizeBytes * bytes * (weight - 1);
    this.#survival.allocated(watchedMicros, weight);
    this.#allocatedObjects += weight;
    this.#allocatedBytes += bytes;
    this.#allocatedVariance += variance;
    this.#liveObjects += weight;
    this.#liveBytes += bytes;
    this.#liveVariance += variance;
    if (!isFaced) return;
    this.#faced += weight;
    this.#facedSquares += weight * weight;
  }

  freed(
    ageCode: number,
    watchedMicros: number,
    sizeBytes: number,
    weight: number,
    survived: number,
  ): void {
    const bytes = sizeBytes * weight;
    this.#survival.died(ageCode, watchedMicros, weight);
    this.#liveObjects -= weight;
    this.#liveBytes -= bytes;
    this.#liveVariance -= sizeBytes * bytes * (weight - 1);
    if (survived === 0) this.#diedAtOnce += weight;
    if (this.#ages === undefined) return;
    const among = AGE_CLASSES[ageCode]!;
    while (this.#ages.length <= among) this.#ages.push(0);
    this.#ages[among]! += bytes;
  }

  figures(): Omit<LifetimeRow, 'subject'> {
    const halfLife = this.#survival.halfLife();
    return {
      allocatedObjects: this.#allocatedObjects,
      allocatedBytes: this.#allocatedBytes,
      allocatedBytesError: Math.sqrt(this.#allocatedVariance),
      ...(halfLife && { halfLife }),
      ...(this.#faced > 0 && this.#firstCollection()),
      // Sums of fractions do not cancel to the last bit, and damage may have taken allocations whose frees are there.
      survivorObjects: Math.max(this.#liveObjects, 0),
      survivorBytes: Math.max(this.#liveBytes, 0),
      survivorBytesError: Math.sqrt(Math.max(this.#liveVariance, 0)),
      ...(this.#ages && { ages: this.#ages }),
    };
  }

  #firstCollection(): Pick<LifetimeRow, 'firstCollectionShare' | 'firstCollectionShareError'> {
    const share = Math.min(this.#diedAtOnce / this.#faced, 1);
    const samples = this.#faced ** 2 / this.#facedSquares;
    return {
      firstCollectionShare: share,
      firstCollectionShareError: Math.sqrt((share * (1 - share)) / samples),
    };
  }
}
