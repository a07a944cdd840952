import { groupingBy, type Subject, type SummaryBy } from './grouping.js';
import type { Profile } from './profile.js';
import { timeWeights } from './snapshot-range.js';

/** Live bytes over time by what they are; at each point the series add up to the total. */
export interface GroupSeries {
  readonly by: SummaryBy;
  /** Those of the most bytes on average, the largest first; then the rest, without a subject, where there is any. */
  readonly series: readonly SubjectSeries[];
}

/** Live bytes of one group over time. */
export interface SubjectSeries {
  /** Absent for all others together. */
  readonly subject?: Subject;
  /** At each point of the time plot. */
  readonly liveBytes: readonly number[];
}

/** More areas than people tell apart by their colours. */
const MAX_SERIES = 7;

/**
 * The groups that have the most live bytes on average over the whole recording, at every snapshot.
 * @throws RangeError for a grouping that there cannot be.
 */
export function groupSeries(profile: Profile, by: SummaryBy): GroupSeries {
  const grouping = groupingBy(by, profile);
  const weights = timeWeights(profile.totals, { first: 0, last: profile.totals.length - 1 });
  const weightOf = new Map<number | string, number>();
  const bytesByTrace = new Map<number, number>();
  for (const { index, liveRows } of profile.snapshots) {
    for (const row of liveRows) {
      const key = grouping.keyOf(row);
      const bytes = weights[index]! * row.bytes;
      weightOf.set(key, (weightOf.get(key) ?? 0) + bytes);
      bytesByTrace.set(row.trace, (bytesByTrace.get(row.trace) ?? 0) + bytes);
    }
  }
  const largest = [...weightOf]
    .sort(([keyA, a], [keyB, b]) => b - a || (keyA < keyB ? -1 : 1))
    .slice(0, MAX_SERIES)
    .map(([key]) => key);
  const series = largest.map((key) => ({
    subject: grouping.subjectOf(key, (trace) => bytesByTrace.get(trace) ?? 0),
    liveBytes: new Array<number>(profile.totals.length).fill(0),
  }));
  const rest = new Array<number>(profile.totals.length).fill(0);
  const numberOf = new Map(largest.map((key, number) => [key, number]));
  for (const { index, liveRows } of profile.snapshots) {
    for (const row of liveRows) {
      const number = numberOf.get(grouping.keyOf(row));
      const liveBytes = number === undefined ? rest : series[number]!.liveBytes;
      liveBytes[index]! += row.bytes;
    }
  }
  const hasRest = weightOf.size > largest.length;
  return { by, series: hasRest ? [...series, { liveBytes: rest }] : series };
}
