import { type Grouping, groupingBy, type Subject, type SummaryBy } from './grouping.js';
import { LeakEvidence } from './leak-evidence.js';
import { memberLabel } from './member-label.js';
import { ObjectLives } from './object-lives.js';
import type { LoggedProfile } from './profile.js';
import { trendOf } from './trend.js';

/** What {@link findLeaks} is asked for. */
export interface LeakOptions {
  /** What a candidate is about; by default `line`. */
  readonly by?: SummaryBy;
  /** Only garbage collections from then on; seconds since the start of the recording; by default 0. */
  readonly from?: number;
  /** Only garbage collections up to then; by default all to the end. */
  readonly to?: number;
}

/** What grows steadily, and what was looked at. */
export interface LeakReport {
  readonly by: SummaryBy;
  /** Each thread of the recording, in the order of `members`. */
  readonly threads: readonly LeakSearch[];
  /** Fastest growth first. */
  readonly candidates: readonly LeakCandidate[];
}

/** What of one thread was looked at. */
export interface LeakSearch {
  /** Number of the recording in `members`. */
  readonly member: number;
  /** `main`, `worker 3 "name"`, … */
  readonly label: string;
  /** Full garbage collections (mark-compact) in the range. Leaks are not looked for where they are fewer than {@link MIN_COLLECTIONS}. */
  readonly fullCollections: number;
  /** Groups that were looked at: 0 where there were too few collections. */
  readonly groups: number;
}

/** Memory that grows steadily, with the evidence for it. All figures are of objects that have lived from one full garbage collection to the next. */
export interface LeakCandidate {
  readonly subject: Subject;
  /** Number of the recording in `members`. */
  readonly member: number;
  /** Theil and Sen's slope of `points`. */
  readonly bytesPerMinute: number;
  /** Its standard error, from the scatter of the points and from sampling. */
  readonly bytesPerMinuteError: number;
  /** See `Trend`. */
  readonly pValue: number;
  /** Live after each of the full garbage collections, the first left out; at most 50 of them. */
  readonly points: readonly LeakPoint[];
  /** Live bytes at the first of the points. */
  readonly startBytes: number;
  readonly startBytesError: number;
  /** Live bytes at the last of the points. */
  readonly endBytes: number;
  readonly endBytesError: number;
  /** Allocated between the first full garbage collection and the last but one. */
  readonly allocatedBytes: number;
  /** The part of `allocatedBytes` that is live at the end, from 0 to 1. */
  readonly survivingShare: number;
  readonly survivingShareError: number;
  /** Bytes live at the end that were allocated in the first, the second and the third part of that time, which are equally long. */
  readonly survivingByThird: readonly [number, number, number];
}

/** Live bytes after a full garbage collection. */
export interface LeakPoint {
  /** Since the start of the recording. */
  readonly timeSeconds: number;
  readonly bytes: number;
}

/** Fewer give points that rise by chance: five rise one after the other in 1 of 120 cases. */
export const MIN_COLLECTIONS = 6;

/** More say no more about a line, and take memory. */
const MAX_COLLECTIONS = 51;

/** V8's number of a mark-compact, see `GC_KINDS`. */
const MARK_COMPACT = 4;

/** Chance growth is taken for a trend with at most this probability, as far as that is all that is known of it. */
const MAX_P_VALUE = 0.01;

/** What the trend must exceed, in standard errors. */
const MIN_ERRORS = 2;

/** What is left of each third must exceed, in standard errors: four objects of one size are 2 of them, three 1.7. */
const MIN_THIRD_ERRORS = 1.75;

/** Of what would be left of a third if all were alike, so much must be left of it. */
const MIN_THIRD = 0.5;

/** So much of the growth must be what is left of the thirds: the rest is of objects that may go with the next collection. */
const MIN_EXPLAINED = 0.5;

/**
 * Memory that grows steadily and stays: for each thread, the groups of which
 * - live bytes after full garbage collections rise: Theil and Sen's slope is above two standard errors, and so many rises would come by
 *   chance in 1 of 100 cases at most; and
 * - what was allocated early is kept as well as what was allocated late: the time is cut in thirds, and of each there is significantly much
 *   left at the end, at least half of what there would be if all were alike; and
 * - that is half of the growth at least.
 *
 * The second condition keeps caches that fill and stay, start-up and what only lives long from being taken for leaks; objects of which
 * the mean lifetime is no less than half of the recording cannot be told from a leak by anyone. Objects that have not lived from one
 * full collection to the next are left out: they may be garbage that is not collected yet.
 * @throws RangeError for a range or a grouping that there cannot be; HeapprofError if a log cannot be read, or is of version 1.
 */
export function findLeaks(profile: LoggedProfile, options: LeakOptions = {}): LeakReport {
  const { by = 'line', ...range } = options;
  return findLeaksBy(profile, [by], range)[0]!;
}

/**
 * {@link findLeaks} by several groupings, in their order; it goes through the logs only once for all of them.
 * @throws as {@link findLeaks}
 */
export function findLeaksBy(
  profile: LoggedProfile,
  groupings: readonly SummaryBy[],
  { from = 0, to = Number.POSITIVE_INFINITY }: Omit<LeakOptions, 'by'> = {},
): LeakReport[] {
  if (!(from >= 0 && to >= from)) {
    throw new RangeError(
      `The range must be in seconds from 0 on, and end after its start, but is ${from} to ${to}.`,
    );
  }
  const ofMembers = profile.members.map((_, number) =>
    searchMember(profile, number, groupings, from, to),
  );
  return groupings.map((by, k) => {
    const searches = ofMembers.map((searched) => searched[k]!);
    return {
      by,
      threads: searches.map(({ search }) => search),
      candidates: searches
        .flatMap(({ candidates }) => candidates)
        .sort((a, b) => b.bytesPerMinute - a.bytesPerMinute),
    };
  });
}

/** What was found in one thread. */
interface MemberSearch {
  readonly search: LeakSearch;
  readonly candidates: readonly LeakCandidate[];
}

/** One search for each of the groupings. */
function searchMember(
  profile: LoggedProfile,
  number: number,
  groupings: readonly SummaryBy[],
  from: number,
  to: number,
): MemberSearch[] {
  const member = profile.members[number]!;
  const lives = new ObjectLives(profile, number);
  const all = lives
    .collections()
    .collections.filter(({ gcKind }) => gcKind === MARK_COMPACT)
    .map(({ timeMicros }) => timeMicros)
    .filter((time) => {
      const seconds = (time + member.startMicros) / 1e6;
      return seconds >= from && seconds <= to;
    });
  const search = { member: number, label: memberLabel(member), fullCollections: all.length };
  const times = [...new Set(thinned(all, MAX_COLLECTIONS))];
  if (times.length < MIN_COLLECTIONS) {
    return groupings.map(() => ({ search: { ...search, groups: 0 }, candidates: [] }));
  }

  const evidence: LeakEvidence[] = [];
  const of = (slot: number): LeakEvidence => {
    evidence[slot] ??= new LeakEvidence(times);
    return evidence[slot];
  };
  lives.visit({
    allocated: (slot, born, size, weight) => of(slot).allocated(born, size, weight),
    freed: (slot, born, died, size, weight) => of(slot).freed(born, died, size, weight),
  });

  return groupings.map((by) => {
    const { groups, candidates } = searchGroups(groupingBy(by, profile), evidence, lives, times);
    return {
      search: { ...search, groups },
      candidates: candidates.map((candidate) => ({ ...candidate, member: number })),
    };
  });
}

/**
 * The groups that grow steadily, and how many groups there are.
 * @param evidence of each slot of `lives`
 * @param times of the full collections, in microseconds since the start of the member
 */
function searchGroups(
  grouping: Grouping,
  evidence: readonly LeakEvidence[],
  lives: ObjectLives,
  times: readonly number[],
): { readonly groups: number; readonly candidates: readonly Omit<LeakCandidate, 'member'>[] } {
  const groups = new Map<number | string, { sum: LeakEvidence; slots: number[] }>();
  evidence.forEach((ofSlot, slot) => {
    const key = lives.keyOf(slot, grouping);
    const group = groups.get(key) ?? { sum: new LeakEvidence(times), slots: [] };
    groups.set(key, group);
    group.sum.add(ofSlot);
    group.slots.push(slot);
  });
  const candidates: Omit<LeakCandidate, 'member'>[] = [];
  for (const [key, { sum, slots }] of groups) {
    const figures = leakFigures(sum, times, lives.startMicros);
    if (figures === undefined) continue;
    const keptByTrace = new Map<number, number>();
    for (const slot of slots) {
      const trace = lives.traceOf(slot);
      keptByTrace.set(trace, (keptByTrace.get(trace) ?? 0) + keptBytes(evidence[slot]!));
    }
    const subject = grouping.subjectOf(key, (trace) => keptByTrace.get(trace) ?? 0);
    candidates.push({ subject, ...figures });
  }
  return { groups: groups.size, candidates };
}

/** The figures of a group that grows steadily; undefined for another. */
function leakFigures(
  evidence: LeakEvidence,
  collectionMicros: readonly number[],
  startMicros: number,
): Omit<LeakCandidate, 'subject' | 'member'> | undefined {
  const { kept, allocatedBytes, liveErrors } = evidence;
  const keptTotal = keptBytes(evidence);
  const isKept = kept.every(({ allocatedBytes: allocatedInThird, bytes, error }) => {
    // Programs do not do the same amount of work at all times: less is expected of a third with fewer allocations.
    const share = Math.min(1 / kept.length, allocatedInThird / allocatedBytes);
    return bytes > MIN_THIRD_ERRORS * error && bytes >= MIN_THIRD * share * keptTotal;
  });
  if (!isKept) return undefined;
  const minutes = collectionMicros.slice(1).map((micros) => (micros + startMicros) / 60e6);
  const spanMinutes = minutes.at(-1)! - minutes[0]!;
  const liveBytes = evidence.liveBytes;
  const { slope, slopeError, pValue } = trendOf(minutes, liveBytes);
  const error = Math.hypot(slopeError, liveErrors.growth / spanMinutes);
  if (!(slope > MIN_ERRORS * error && pValue <= MAX_P_VALUE)) return undefined;
  if (keptTotal < MIN_EXPLAINED * slope * spanMinutes) return undefined;
  // Ages are known roughly, so that what dies about the first collection may seem to be more than was there.
  const share = Math.min(keptTotal / allocatedBytes, 1);
  return {
    bytesPerMinute: slope,
    bytesPerMinuteError: error,
    pValue,
    points: minutes.map((minute, k) => ({ timeSeconds: minute * 60, bytes: liveBytes[k]! })),
    startBytes: liveBytes[0]!,
    startBytesError: liveErrors.start,
    endBytes: liveBytes.at(-1)!,
    endBytesError: liveErrors.end,
    allocatedBytes,
    survivingShare: share,
    survivingShareError: Math.sqrt((share * (1 - share)) / evidence.allocatedSamples),
    survivingByThird: [kept[0]!.bytes, kept[1]!.bytes, kept[2]!.bytes],
  };
}

function keptBytes({ kept }: LeakEvidence): number {
  return kept.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** At most `count` items, the first and the last among them, the others evenly between. */
function thinned<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from(
    { length: count },
    (_, k) => items[Math.round((k * (items.length - 1)) / (count - 1))]!,
  );
}
