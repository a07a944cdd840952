import { type ReadonlySignal, type Signal, useComputed, useSignal } from '@preact/signals';
import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { usePage } from '../page-context.js';
import type { Selection, TimeRange } from '../state/hash.js';
import { rangeOf } from '../state/store.js';
import { nearestPoint } from './series.js';

/** What is chosen, and how it is changed. */
export interface Choosing {
  /** What is chosen, or is being drawn to be; an instant is a range without length. */
  readonly range: ReadonlySignal<TimeRange | undefined>;
  /** A range that is being drawn. */
  readonly brushed: Signal<TimeRange | undefined>;
  /** The time of the snapshot that is nearest: figures are of snapshots. */
  readonly snapped: (seconds: number) => number;
  readonly select: (next: Selection | undefined) => void;
  /** Chooses a range from or to what is chosen already. */
  readonly extendTo: (seconds: number) => void;
}

/**
 * What is chosen on the time line.
 * @param points those that are drawn
 */
export function useChoosing(points: ReadonlySignal<readonly TimePlotPoint[]>): Choosing {
  const { store } = usePage();
  const brushed = useSignal<TimeRange | undefined>(undefined);
  const range = useComputed(() => brushed.value ?? rangeOf(store.selection.value));
  const select = (next: Selection | undefined) => {
    store.selection.value =
      next && 'from' in next && next.from === next.to ? { at: next.from } : next;
  };
  return {
    range,
    brushed,
    snapped: (seconds) => {
      const all = points.peek();
      return all[nearestPoint(all, seconds)]!.timeSeconds;
    },
    select,
    extendTo: (seconds) => {
      const range = rangeOf(store.selection.peek());
      if (range === undefined) select({ at: seconds });
      else select({ from: Math.min(range.from, seconds), to: Math.max(range.to, seconds) });
    },
  };
}
