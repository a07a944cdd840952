import { KINDS, type Kind } from '../model/event.js';
import type { SnapshotTotals, UsageRow } from '../model/snapshot.js';
import { type ArrayBufferAccount, arrayBufferAccount } from './array-buffer-account.js';
import { type HeapCapacity, heapCapacity } from './capacity.js';
import { CodeOrigins, type Origin } from './code-origin.js';
import { GroupSum, type UsageCourse } from './group-sum.js';
import { type Grouping, groupingBy, isUntyped, type Subject, type SummaryBy } from './grouping.js';
import type { Profile } from './profile.js';
import { errorOfAverage, RowSums } from './row-sums.js';
import { type SnapshotRange, snapshotRange, timeWeights } from './snapshot-range.js';
import type { Usage } from './usage-sum.js';

/** What {@link heapSummary} is asked for. */
export interface SummaryOptions {
  /** Start of the range, seconds since the start of the recording; by default 0. Rounded down to a snapshot. */
  readonly from?: number;
  /** End of the range, likewise; by default the end of the recording. */
  readonly to?: number;
  /** What a row is about; by default `type`. */
  readonly by?: SummaryBy;
  /** Only memory of this kind; by default all. */
  readonly kind?: Kind;
  /**
   * Rows of which the average is a smaller share of the capacity (of the average live bytes, where the recording does not know the
   * capacity) are not listed, but counted; from 0 to 1, by default 0.005.
   */
  readonly threshold?: number;
  /**
   * Globs of files (`src/**`) and names of packages that are one's own code; empty for all that is not in `node_modules`. Where it is
   * given, rows say whose code their memory belongs to.
   */
  readonly myCode?: readonly string[];
  /** List at most so many rows, the largest; by default all. */
  readonly limit?: number;
}

/** What used the memory in a range of time. */
export interface HeapSummary {
  readonly by: SummaryBy;
  /** The kind that was asked for; absent where all of them are in `total` and `rows`. */
  readonly kind?: Kind;
  /** Time of the first snapshot of the range. */
  readonly fromSeconds: number;
  /** Time of the last snapshot of the range. */
  readonly toSeconds: number;
  readonly snapshotCount: number;
  /** The threshold that was used. */
  readonly threshold: number;
  /** V8's own figures; absent where there is no heap record. */
  readonly capacity?: HeapCapacity;
  /** Times of the points of each `course`, seconds since the start of the recording; at most 40. */
  readonly courseSeconds: readonly number[];
  readonly total: Usage & UsageCourse;
  /** Average live bytes by whose code they belong to; absent unless `myCode` was given. */
  readonly bytesByOrigin?: Readonly<Record<Origin, number>>;
  /** What there was of each kind, whichever was asked for. */
  readonly totalByKind: Readonly<Record<Kind, Usage>>;
  /** Array buffers at the last heap record of the range; absent where it does not tell. */
  readonly arrayBuffers?: ArrayBufferAccount;
  /** Largest average first; by type, those that are `untyped` come after the others. */
  readonly rows: readonly SummaryRow[];
  /** What `rows` leaves out. */
  readonly unlisted: UnlistedRows;
}

/** A group of memory, and what it used. */
export interface SummaryRow extends Usage, UsageCourse {
  readonly subject: Subject;
  /** `averageBytes` as a fraction of the total's, from 0 to 1; 0 where nothing was live. */
  readonly share: number;
  /** `averageBytes` and `peakBytes` as fractions of the capacity; absent where that is not known. */
  readonly averageCapacityShare?: number;
  readonly peakCapacityShare?: number;
  /** Whether it is under the threshold at some of the snapshots. */
  readonly incomplete: boolean;
  /**
   * By type, whether its objects are of no type that a program has: V8's own (`(internal)`: elements of arrays, variables of closures,
   * code and the like), or those whose type is not known (empty: they died before it was read, or the recording has no types).
   */
  readonly untyped: boolean;
  /** `averageBytes` by whose code they belong to; absent unless `myCode` was given. */
  readonly bytesByOrigin?: Readonly<Record<Origin, number>>;
}

/** Rows below the threshold or beyond the limit, together. They have their peaks at different times, so there is no peak. */
export interface UnlistedRows
  extends Omit<Usage, 'peakBytes' | 'peakBytesError' | 'peakSeconds'>,
    Pick<SummaryRow, 'share'> {
  readonly rowCount: number;
}

const DEFAULT_THRESHOLD = 0.005;

/** Enough for a trend, and more than a sparkline shows. */
const COURSE_POINTS = 40;

/**
 * What used the memory between two times: live bytes on average and at their peak, with errors, and
 * what was allocated, by type, line, trace, function, file, package or thread, sorted by average live bytes.
 *
 * Allocations count from the first snapshot of the range (not those before it) to the last. By line,
 * function, file and package, bytes belong to the innermost frame of the program's own, see `answerableFrame`.
 * @throws RangeError for a range, a threshold, a limit, a kind or a grouping that there cannot be.
 */
export function heapSummary(profile: Profile, options: SummaryOptions = {}): HeapSummary {
  const { by = 'type', threshold = DEFAULT_THRESHOLD, limit = Number.POSITIVE_INFINITY } = options;
  const { kind } = options;
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`The threshold must be a fraction from 0 to 1, but is ${threshold}.`);
  }
  if (!(limit >= 0)) throw new RangeError(`The limit must be 0 rows or more, but is ${limit}.`);
  if (kind !== undefined && !KINDS.includes(kind)) {
    throw new RangeError(`The kind must be ${KINDS.join(' or ')}, but is '${String(kind)}'.`);
  }
  const { totals } = profile;
  const range = snapshotRange(totals, options.from, options.to);
  const grouping = groupingBy(by, profile);

  const weights = timeWeights(totals, range);
  const inRange = totals.slice(range.first, range.last + 1);
  const capacity = heapCapacity(inRange, weights);
  const floorBytes = threshold * (capacity?.capacityBytes ?? averageLive(inRange, weights, kind));
  const points = coursePoints(range);
  const course = { points, floorBytes };
  const { myCode } = options;
  const origins = myCode && new CodeOrigins(profile.hpm.traces, myCode);
  const { total, byKind, groups, totalWeight, bytesOfTrace } = usageByGroup(
    profile,
    { range, weights, course, kind },
    grouping,
    origins,
  );

  const courseSeconds = points.map((index) => totals[index]!.timeMicros / 1e6);
  const minutes = courseSeconds.map((seconds) => seconds / 60);
  const totalUsage = total.usage(totalWeight);
  const shareOf = (bytes: number) =>
    totalUsage.averageBytes > 0 ? bytes / totalUsage.averageBytes : 0;
  const sorted = [...groups]
    .map(([key, sum]) => ({ key, sum, usage: sum.usage(totalWeight) }))
    .sort(
      (a, b) =>
        b.usage.averageBytes - a.usage.averageBytes ||
        b.usage.allocatedBytes - a.usage.allocatedBytes ||
        (a.key < b.key ? -1 : 1),
    );
  const underFloor = sorted.findIndex(({ usage }) => usage.averageBytes < floorBytes);
  const listedCount = Math.min(limit, underFloor < 0 ? sorted.length : underFloor);
  const rows = sorted.slice(0, listedCount).map(({ key, sum, usage }): SummaryRow => {
    const subject = grouping.subjectOf(key, bytesOfTrace);
    return {
      subject,
      share: shareOf(usage.averageBytes),
      ...usage,
      ...sum.course(minutes),
      ...(capacity && {
        averageCapacityShare: usage.averageBytes / capacity.capacityBytes,
        peakCapacityShare: usage.peakBytes / capacity.capacityBytes,
      }),
      incomplete: floorBytes > 0 && sum.isIncomplete(inRange.length),
      untyped: isUntyped(subject),
      ...(origins && { bytesByOrigin: sum.bytesByOrigin(totalWeight) }),
    };
  });
  const arrayBuffers = arrayBufferAccount(totals[range.last]!);
  return {
    by,
    ...(kind && { kind }),
    fromSeconds: totals[range.first]!.timeMicros / 1e6,
    toSeconds: totals[range.last]!.timeMicros / 1e6,
    snapshotCount: inRange.length,
    threshold,
    ...(capacity && { capacity }),
    courseSeconds,
    total: { ...totalUsage, ...total.course(minutes) },
    ...(origins && { bytesByOrigin: total.bytesByOrigin(totalWeight) }),
    totalByKind: {
      heap: byKind.heap.usage(totalWeight),
      arrayBuffer: byKind.arrayBuffer.usage(totalWeight),
    },
    ...(arrayBuffers && { arrayBuffers }),
    rows: [...rows.filter(({ untyped }) => !untyped), ...rows.filter(({ untyped }) => untyped)],
    unlisted: together(
      sorted.slice(listedCount).map(({ usage }) => usage),
      shareOf,
    ),
  };
}

/** Average live bytes, of one kind or of all. */
function averageLive(
  totals: readonly SnapshotTotals[],
  weights: readonly number[],
  kind: Kind | undefined,
): number {
  const kinds = kind === undefined ? KINDS : [kind];
  const sum = totals.reduce(
    (result, { live }, position) =>
      result + weights[position]! * kinds.reduce((bytes, each) => bytes + live[each].bytes, 0),
    0,
  );
  return sum / weights.reduce((result, weight) => result + weight, 0);
}

/** Indexes of the snapshots that make up a course: the first, the last, and others evenly between them. */
function coursePoints({ first, last }: SnapshotRange): number[] {
  const count = Math.min(last - first + 1, COURSE_POINTS);
  if (count === 1) return [first];
  return Array.from({ length: count }, (_, k) =>
    Math.round(first + (k * (last - first)) / (count - 1)),
  );
}

/** What of the recording is summed up. */
interface SummedPart {
  readonly range: SnapshotRange;
  /** Of each snapshot of the range, in averages. */
  readonly weights: readonly number[];
  readonly course: { readonly points: readonly number[]; readonly floorBytes: number };
  readonly kind: Kind | undefined;
}

/** What each group used of a kind in a range, and what all did together. */
function usageByGroup(
  profile: Profile,
  { range, weights, course, kind }: SummedPart,
  grouping: Grouping,
  origins: CodeOrigins | undefined,
): {
  total: GroupSum;
  byKind: Record<Kind, GroupSum>;
  groups: Map<number | string, GroupSum>;
  totalWeight: number;
  /** Average live bytes. */
  bytesOfTrace: (trace: number) => number;
} {
  const totalWeight = weights.reduce((result, weight) => result + weight, 0);
  const newSum = () => new GroupSum(course.points.length);
  const total = newSum();
  const byKind = { heap: newSum(), arrayBuffer: newSum() };
  const groups = new Map<number | string, GroupSum>();
  const sumOf = (row: UsageRow): GroupSum => {
    const key = grouping.keyOf(row);
    let sum = groups.get(key);
    if (sum === undefined) {
      sum = newSum();
      groups.set(key, sum);
    }
    return sum;
  };
  const weightedBytes = new Map<number, number>();
  const averages = new RowSums();
  const inSnapshot = new Set<GroupSum>();
  const pointOf = new Map(course.points.map((index, point) => [index, point]));
  for (let index = range.first; index <= range.last; index++) {
    const snapshot = profile.snapshots.at(index)!;
    const weight = weights[index - range.first]!;
    inSnapshot.clear();
    inSnapshot.add(total).add(byKind.heap).add(byKind.arrayBuffer);
    for (const row of snapshot.liveRows) {
      averages.add(row, weight / totalWeight);
      byKind[row.kind].addLive(row);
      if (kind !== undefined && row.kind !== kind) continue;
      const sum = sumOf(row);
      const origin = origins?.of(row.trace) ?? 'other';
      sum.addLiveOf(row, origin, weight);
      total.addLiveOf(row, origin, weight);
      weightedBytes.set(row.trace, (weightedBytes.get(row.trace) ?? 0) + weight * row.bytes);
      inSnapshot.add(sum);
    }
    // What the first snapshot of a later range allocated came before the range.
    if (index > range.first || index === 0) {
      for (const row of snapshot.allocatedRows) {
        byKind[row.kind].addAllocated(row);
        if (kind !== undefined && row.kind !== kind) continue;
        sumOf(row).addAllocated(row);
        total.addAllocated(row);
      }
    }
    const point = pointOf.get(index);
    for (const sum of inSnapshot) {
      sum.endPoint(weight, snapshot.timeMicros, point, course.floorBytes);
    }
  }
  for (const row of averages.rows(errorOfAverage)) {
    byKind[row.kind].addErrorsOf(row);
    if (kind !== undefined && row.kind !== kind) continue;
    sumOf(row).addErrorsOf(row);
    total.addErrorsOf(row);
  }
  return {
    total,
    byKind,
    groups,
    totalWeight,
    bytesOfTrace: (trace) => (weightedBytes.get(trace) ?? 0) / totalWeight,
  };
}

function together(usages: readonly Usage[], shareOf: (bytes: number) => number): UnlistedRows {
  const sum = (valueIn: (usage: Usage) => number) =>
    usages.reduce((result, usage) => result + valueIn(usage), 0);
  const averageBytes = sum((usage) => usage.averageBytes);
  return {
    rowCount: usages.length,
    averageBytes,
    averageArrayBufferBytes: sum((usage) => usage.averageArrayBufferBytes),
    averageBytesError: Math.sqrt(sum((usage) => usage.averageBytesError ** 2)),
    averageObjects: sum((usage) => usage.averageObjects),
    averageObjectsError: Math.sqrt(sum((usage) => usage.averageObjectsError ** 2)),
    allocatedBytes: sum((usage) => usage.allocatedBytes),
    allocatedBytesError: Math.sqrt(sum((usage) => usage.allocatedBytesError ** 2)),
    allocatedObjects: sum((usage) => usage.allocatedObjects),
    allocatedObjectsError: Math.sqrt(sum((usage) => usage.allocatedObjectsError ** 2)),
    share: shareOf(averageBytes),
  };
}
