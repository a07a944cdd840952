import type { TimeRange } from '../state/hash.js';

/** Nobody looks at less of a recording than so many seconds; of one that is shorter than some minutes, at less than a hundredth of it. */
const LEAST_SPAN = 1;

/** The shortest stretch of a recording that the time line shows, in seconds. */
export function leastSpan(whole: TimeRange): number {
  return Math.min(LEAST_SPAN, Math.max((whole.to - whole.from) / 100, 1e-3));
}

/** The stretch of time nearest to a wanted one that lies within the whole, and is not too short to be drawn. */
export function withinWhole({ from, to }: TimeRange, whole: TimeRange): TimeRange {
  const most = whole.to - whole.from;
  const span = Math.min(Math.max(to - from, leastSpan(whole)), most);
  // What is too long or too short keeps its middle.
  const start = (from + to - span) / 2;
  const kept = Math.min(Math.max(start, whole.from), whole.to - span);
  return { from: kept, to: kept + span };
}

/**
 * Shows less (a factor below 1) or more, so that one time stays where it is.
 * @param about in seconds
 */
export function zoomed(
  view: TimeRange,
  about: number,
  factor: number,
  whole: TimeRange,
): TimeRange {
  const span = Math.min(
    Math.max((view.to - view.from) * factor, leastSpan(whole)),
    whole.to - whole.from,
  );
  const share = (about - view.from) / Math.max(view.to - view.from, 1e-9);
  const from = about - share * span;
  return withinWhole({ from, to: from + span }, whole);
}

/** The same length of time, so many seconds later. */
export function moved({ from, to }: TimeRange, bySeconds: number, whole: TimeRange): TimeRange {
  return withinWhole({ from: from + bySeconds, to: to + bySeconds }, whole);
}

/** Whether nothing of the whole is out of view. */
export function isWhole(view: TimeRange, whole: TimeRange): boolean {
  const spare = (whole.to - whole.from) * 1e-6;
  return view.from <= whole.from + spare && view.to >= whole.to - spare;
}
