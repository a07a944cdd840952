import type { TimePlotPoint } from '../../../analysis/time-plot.js';

/** What happened in a part of the chosen time. */
export interface Stretch {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly allocatedBytes: number;
  readonly collections: number;
  readonly gcPauseSeconds: number;
}

/** The points whose figures "since the point before" lie within a time: those after its start, and at 0 the first one too. */
export function pointsWithin(
  points: readonly TimePlotPoint[],
  fromSeconds: number,
  toSeconds: number,
): readonly TimePlotPoint[] {
  return points.filter(
    ({ timeSeconds }, index) =>
      timeSeconds <= toSeconds && (timeSeconds > fromSeconds || (index === 0 && fromSeconds === 0)),
  );
}

/** Points put together to at most `most` stretches. */
export function stretchesOf(
  points: readonly TimePlotPoint[],
  fromSeconds: number,
  most: number,
): Stretch[] {
  const each = Math.ceil(points.length / Math.max(most, 1));
  const stretches: Stretch[] = [];
  for (let start = 0; start < points.length; start += each) {
    const some = points.slice(start, start + each);
    const sum = (of: (point: TimePlotPoint) => number) => some.reduce((all, p) => all + of(p), 0);
    stretches.push({
      fromSeconds: stretches.at(-1)?.toSeconds ?? fromSeconds,
      toSeconds: some.at(-1)!.timeSeconds,
      allocatedBytes: sum((point) => point.allocatedBytes),
      collections: sum((point) => point.collections),
      gcPauseSeconds: sum((point) => point.gcPauseSeconds),
    });
  }
  // The first point of a recording is at 0 and has no time before it.
  return stretches.filter((stretch) => stretch.toSeconds > stretch.fromSeconds);
}
