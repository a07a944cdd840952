import type { TimePlot, TimePlotPoint } from '../../analysis/time-plot.js';

/**
 * A time plot of at most `maxPoints` points (4 or more) that looks the same: neighbouring points are
 * put into equal groups, of which the ones with the least and the most live bytes stay, and the first
 * and the last point of all. What was allocated and collected at points that go is added to the next
 * one that stays, so that sums remain.
 */
export function thin(plot: TimePlot, maxPoints: number): TimePlot {
  const { points, lines, groups } = plot;
  if (points.length <= maxPoints) return plot;
  const kept = keptIndexes(points, maxPoints);
  return {
    points: kept.map((index, position) => withSums(points, (kept[position - 1] ?? -1) + 1, index)),
    lines: lines.map((line) => ({
      ...line,
      liveBytes: kept.map((index) => line.liveBytes[index]!),
      share: kept.map((index) => line.share[index]!),
    })),
    ...(groups && {
      groups: {
        ...groups,
        series: groups.series.map((series) => ({
          ...series,
          liveBytes: kept.map((index) => series.liveBytes[index]!),
        })),
      },
    }),
  };
}

function keptIndexes(points: readonly TimePlotPoint[], maxPoints: number): number[] {
  const last = points.length - 1;
  const kept = new Set([0, last]);
  const groups = Math.floor((maxPoints - 2) / 2);
  for (let group = 0; group < groups; group++) {
    const start = Math.floor((group * points.length) / groups);
    const end = Math.floor(((group + 1) * points.length) / groups);
    let least = start;
    let most = start;
    for (let index = start + 1; index < end; index++) {
      const { liveBytes } = points[index]!;
      if (liveBytes < points[least]!.liveBytes) least = index;
      if (liveBytes > points[most]!.liveBytes) most = index;
    }
    kept.add(least).add(most);
  }
  return [...kept].sort((a, b) => a - b);
}

/** The point `last`, with the sums of all points from `first` on. */
function withSums(points: readonly TimePlotPoint[], first: number, last: number): TimePlotPoint {
  const merged = points.slice(first, last + 1);
  const sum = (valueIn: (point: TimePlotPoint) => number) =>
    merged.reduce((result, point) => result + valueIn(point), 0);
  return {
    ...points[last]!,
    allocatedBytes: sum((point) => point.allocatedBytes),
    allocatedBytesError: Math.sqrt(sum((point) => point.allocatedBytesError ** 2)),
    collections: sum((point) => point.collections),
    gcPauseSeconds: sum((point) => point.gcPauseSeconds),
  };
}
