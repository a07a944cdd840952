import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import type { TimePlotPoint } from '../../analysis/time-plot.js';
import type { TimeLinePlot } from './plot.js';
import type { PointerPlace } from './pointer-values.js';
import type { View } from './use-view.js';

/** The snapshot that the pointer or the keyboard is at. */
export interface Pointing {
  readonly place: Signal<PointerPlace | undefined>;
  /**
   * Points at a snapshot.
   * @param index of the snapshot; where there is none, the first or the last is taken
   * @param seconds where the pointer is, if not at the snapshot itself
   */
  readonly pointAt: (index: number, seconds?: number) => void;
  /** Points at a snapshot likewise, and brings it into view. */
  readonly goTo: (index: number) => TimePlotPoint;
  /** Finds the place of the snapshot again after something else was drawn. */
  readonly placeAnew: () => void;
}

/**
 * The snapshot that is pointed at, on the plot.
 * @param points those that are drawn
 */
export function usePointing(
  plot: RefObject<TimeLinePlot | undefined>,
  points: ReadonlySignal<readonly TimePlotPoint[]>,
  view: View,
): Pointing {
  const place = useSignal<PointerPlace | undefined>(undefined);
  const pointOf = (index: number) => {
    const all = points.peek();
    return all[Math.min(Math.max(index, 0), all.length - 1)]!;
  };
  const pointAt = (index: number, seconds?: number) => {
    const point = pointOf(index);
    const { timeSeconds } = point;
    const left = plot.current!.leftOf(timeSeconds);
    place.value = { point, seconds: seconds ?? timeSeconds, left };
  };
  return {
    place,
    pointAt,
    goTo: (index) => {
      const point = pointOf(index);
      const { timeSeconds } = point;
      const { from, to } = view.range.peek();
      const margin = view.span() / 10;
      if (timeSeconds < from) view.moveBy(timeSeconds - from - margin);
      if (timeSeconds > to) view.moveBy(timeSeconds - to + margin);
      pointAt(index);
      return point;
    },
    placeAnew: () => {
      const before = place.peek();
      const at = before?.point.timeSeconds ?? Number.NaN;
      const { from, to } = view.range.peek();
      // It may not be seen any more.
      const isSeen = at >= from && at <= to;
      place.value =
        before && isSeen && plot.current ? { ...before, left: plot.current.leftOf(at) } : undefined;
    },
  };
}
