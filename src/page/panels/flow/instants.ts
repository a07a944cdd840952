import type { TimePlot } from '../../../analysis/time-plot.js';
import type { Selection } from '../../state/hash.js';

/** Which moments of a range a flow graph can be of. */
export const MOMENTS = ['end', 'peak', 'both', 'ab'] as const;

/** One of {@link MOMENTS}: the end, the peak, start and end, or those that the panel `compare` has. */
export type Moment = (typeof MOMENTS)[number];

/** The times whose data a flow graph needs: both that are compared, where it is of these, or what is chosen. */
export function flowTimes(
  moment: Moment,
  chosen: Selection | undefined,
  compared: readonly (Selection | undefined)[],
): readonly (Selection | undefined)[] {
  return moment === 'ab' && compared.every((each) => each !== undefined) ? compared : [chosen];
}

/**
 * The times that a flow graph is of, in seconds since the start.
 * @param times those of {@link flowTimes}
 */
export function flowInstants(
  moment: Moment,
  times: readonly (Selection | undefined)[],
  { points }: Pick<TimePlot, 'points'>,
): number[] {
  const [chosen, ...others] = times;
  if (others.length > 0) return times.map((each) => endOf(each!));
  if (chosen !== undefined && 'at' in chosen) return [chosen.at];
  const { from, to } = chosen ?? { from: 0, to: points.at(-1)!.timeSeconds };
  if (moment === 'both') return [from, to];
  if (moment !== 'peak') return [to];
  let peak = { timeSeconds: to, liveBytes: -1 };
  for (const point of points) {
    const isWithin = point.timeSeconds >= from && point.timeSeconds <= to;
    if (isWithin && point.liveBytes > peak.liveBytes) peak = point;
  }
  return [peak.timeSeconds];
}

function endOf(chosen: Selection): number {
  return 'at' in chosen ? chosen.at : chosen.to;
}
