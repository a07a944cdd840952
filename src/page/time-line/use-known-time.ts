import { type ReadonlySignal, useComputed } from '@preact/signals';
import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { usePage } from '../page-context.js';
import type { TimeRange } from '../state/hash.js';
import { mergedPoints, peakOf } from './series.js';
import { marksAndSpans } from './spans.js';

/** What the recording has by now. */
export interface KnownTime {
  /** The snapshots of the report. */
  readonly points: readonly TimePlotPoint[];
  readonly whole: TimeRange;
  readonly named: ReturnType<typeof marksAndSpans>;
  /** The snapshot with the most live bytes. */
  readonly peak: TimePlotPoint;
}

/** What the recording has by now; of one that is served and grows, it changes. */
export function useKnownTime(): ReadonlySignal<KnownTime> {
  const { report } = usePage();
  return useComputed(() => {
    const { facts, timePlot } = report.value;
    const { points } = timePlot;
    const whole = { from: points[0]!.timeSeconds, to: points.at(-1)!.timeSeconds };
    const named = marksAndSpans(facts.marks, whole.to);
    return { points, whole, named, peak: peakOf(points) };
  });
}

/**
 * The snapshots that are drawn and can be chosen: those of the report, and finer ones of what is seen. Finer ones of the range that is chosen are not among them: an instant
 * that is one of them could not be found again once another range is chosen, or by somebody who has only its address.
 */
export function useDrawnPoints(
  known: ReadonlySignal<KnownTime>,
): ReadonlySignal<readonly TimePlotPoint[]> {
  const { sources } = usePage();
  return useComputed(() => {
    const part = sources.zoom?.data.value?.timePlot.points;
    const all = known.value.points;
    return part === undefined ? all : mergedPoints(all, part);
  });
}
