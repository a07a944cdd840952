import { KINDS, type Kind } from '../model/event.js';
import type { UsageRow } from '../model/snapshot.js';
import { type ArrayBufferAccount, arrayBufferAccount } from './array-buffer-account.js';
import { type Grouping, groupingBy, type Subject, type SummaryBy } from './grouping.js';
import type { Profile } from './profile.js';
import { type SnapshotRange, snapshotRange, timeWeights } from './snapshot-range.js';
import { type Usage, UsageSum } from './usage-sum.js';

/** What {@link heapSummary} is asked for. */
export interface SummaryOptions {
  /** Start of the range, seconds since the start of the recording; by default 0. Rounded down to a snapshot. */
  readonly from?: number;
  /** End of the range, likewise; by default the end of the recording. */
  readonly to?: number;
  /** What a row is about; by default `line`. */
  readonly by?: SummaryBy;
  /** Only memory of this kind; by default all. */
  readonly kind?: Kind;
  /** Rows with a smaller share of the average live bytes are not listed; from 0 to 1, by default 0.005. */
  readonly threshold?: number;
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
  readonly total: Usage;
  /** What there was of each kind, whichever was asked for. */
  readonly totalByKind: Readonly<Record<Kind, Usage>>;
  /** Array buffers at the last heap record of the range; absent where it does not tell. */
  readonly arrayBuffers?: ArrayBufferAccount;
  /** Largest average first. */
  readonly rows: readonly SummaryRow[];
  /** What `rows` leaves out. */
  readonly unlisted: UnlistedRows;
}

/** A group of memory, and what it used. */
export interface SummaryRow extends Usage {
  readonly subject: Subject;
  /** `averageBytes` as a fraction of the total's, from 0 to 1; 0 where nothing was live. */
  readonly share: number;
}

/** Rows below the threshold or beyond the limit, together. They have their peaks at different times, so there is no peak. */
export interface UnlistedRows
  extends Omit<Usage, 'peakBytes' | 'peakBytesError' | 'peakSeconds'>,
    Pick<SummaryRow, 'share'> {
  readonly rowCount: number;
}

const DEFAULT_THRESHOLD = 0.005;

/**
 * What used the memory between two times: live bytes on average and at their peak, with errors, and
 * what was allocated, by line, trace, file, type or thread, sorted by average live bytes.
 *
 * Allocations count from the first snapshot of the range (not those before it) to the last. By line
 * and by file, bytes belong to the innermost frame of the program's own, see `answerableFrame`.
 * @throws RangeError for a range, a threshold, a limit, a kind or a grouping that there cannot be.
 */
export function heapSummary(profile: Profile, options: SummaryOptions = {}): HeapSummary {
  const { by = 'line', threshold = DEFAULT_THRESHOLD, limit = Number.POSITIVE_INFINITY } = options;
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

  const { total, totalByKind, groups, bytesOfTrace } = usageByGroup(profile, range, grouping, kind);

  const shareOf = (bytes: number) => (total.averageBytes > 0 ? bytes / total.averageBytes : 0);
  const sorted = [...groups].sort(
    ([keyA, a], [keyB, b]) =>
      b.averageBytes - a.averageBytes ||
      b.allocatedBytes - a.allocatedBytes ||
      (keyA < keyB ? -1 : 1),
  );
  const aboveThreshold = sorted.findIndex(([, usage]) => shareOf(usage.averageBytes) < threshold);
  const listedCount = Math.min(limit, aboveThreshold < 0 ? sorted.length : aboveThreshold);
  const unlisted = sorted.slice(listedCount).map(([, usage]) => usage);
  const arrayBuffers = arrayBufferAccount(totals[range.last]!);
  return {
    by,
    ...(kind && { kind }),
    fromSeconds: totals[range.first]!.timeMicros / 1e6,
    toSeconds: totals[range.last]!.timeMicros / 1e6,
    snapshotCount: range.last - range.first + 1,
    threshold,
    total,
    totalByKind,
    ...(arrayBuffers && { arrayBuffers }),
    rows: sorted.slice(0, listedCount).map(([key, usage]) => ({
      subject: grouping.subjectOf(key, bytesOfTrace),
      share: shareOf(usage.averageBytes),
      ...usage,
    })),
    unlisted: together(unlisted, shareOf),
  };
}

/** What each group used of a kind in a range, and what all did together. */
function usageByGroup(
  profile: Profile,
  range: SnapshotRange,
  grouping: Grouping,
  kind: Kind | undefined,
): {
  total: Usage;
  totalByKind: Record<Kind, Usage>;
  groups: Map<number | string, Usage>;
  /** Average live bytes. */
  bytesOfTrace: (trace: number) => number;
} {
  const weights = timeWeights(profile.totals, range);
  const total = new UsageSum();
  const byKind = { heap: new UsageSum(), arrayBuffer: new UsageSum() };
  const sums = new Map<number | string, UsageSum>();
  const sumOf = (row: UsageRow): UsageSum => {
    const key = grouping.keyOf(row);
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = new UsageSum();
      sums.set(key, sum);
    }
    return sum;
  };
  const weightedBytes = new Map<number, number>();
  const inSnapshot = new Set<UsageSum>();
  for (let index = range.first; index <= range.last; index++) {
    const snapshot = profile.snapshots.at(index)!;
    const weight = weights[index - range.first]!;
    inSnapshot.clear();
    inSnapshot.add(total).add(byKind.heap).add(byKind.arrayBuffer);
    for (const row of snapshot.liveRows) {
      byKind[row.kind].addLive(row);
      if (kind !== undefined && row.kind !== kind) continue;
      const sum = sumOf(row);
      sum.addLive(row);
      total.addLive(row);
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
    for (const sum of inSnapshot) sum.endSnapshot(weight, snapshot.timeMicros);
  }
  const totalWeight = weights.reduce((result, weight) => result + weight, 0);
  return {
    total: total.usage(totalWeight),
    totalByKind: {
      heap: byKind.heap.usage(totalWeight),
      arrayBuffer: byKind.arrayBuffer.usage(totalWeight),
    },
    groups: new Map([...sums].map(([key, sum]) => [key, sum.usage(totalWeight)])),
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
