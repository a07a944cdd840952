import type { ReadonlySignal } from '@preact/signals';
import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { shown } from '../parts/text.js';
import { pointText } from './pointer-values.js';
import { nearestPoint } from './series.js';
import { namedAt } from './spans.js';
import type { Choosing } from './use-choosing.js';
import type { KnownTime } from './use-known-time.js';
import type { Pointing } from './use-pointing.js';
import type { View } from './use-view.js';

/** How much of what is seen a key or a button moves, and what a key or a button zooms by. */
export const STEP_SHARE = 0.2;
export const STEP_ZOOM = 1.6;

/** Names of marks and spans that are read out with a snapshot. */
const MAX_READ_NAMES = 4;

/** What the plot says of its keys to those who do not see it; the page's help says more. */
export const KEYS =
  'Shift and the left or right arrow go through the snapshots, whose figures are read. Enter chooses the instant, shift and Enter a range; ' +
  'Escape chooses all. Plus and minus zoom, the left and right arrow move, Home shows all.';

/** What keys act on. */
export interface KeyTargets {
  readonly known: ReadonlySignal<KnownTime>;
  readonly points: ReadonlySignal<readonly TimePlotPoint[]>;
  readonly view: View;
  readonly choosing: Choosing;
  readonly pointing: Pointing;
  /** Where one zooms that does not say where, in seconds. */
  readonly middle: () => number;
  /** Reads a text out. */
  readonly read: (text: string) => void;
}

/** Does what a key does on the time line; a key that does nothing there stays the browser's. */
export function takeKey(event: KeyboardEvent, targets: KeyTargets): void {
  const { key, shiftKey } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { known, view, choosing, pointing, middle } = targets;
  const sign = key === 'ArrowLeft' ? -1 : 1;
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    if (shiftKey) readNext(sign, targets);
    else view.moveBy(sign * STEP_SHARE * view.span());
  } else if (key === '+' || key === '=') view.zoomBy(middle(), 1 / STEP_ZOOM);
  else if (key === '-' || key === '_') view.zoomBy(middle(), STEP_ZOOM);
  else if (key === 'Home') view.look(known.peek().whole);
  else if (key === 'Enter' || key === ' ') {
    const at = pointing.place.peek()?.point.timeSeconds;
    if (at === undefined) return;
    if (shiftKey) choosing.extendTo(at);
    else choosing.select({ at });
  } else if (key === 'Escape') {
    pointing.place.value = undefined;
    choosing.select(undefined);
  } else return;
  event.preventDefault();
}

/** Goes to the next snapshot (1) or the one before (-1), and reads its figures. */
function readNext(
  sign: number,
  { known, points, choosing, pointing, middle, read }: KeyTargets,
): void {
  const at = pointing.place.peek()?.point.timeSeconds ?? choosing.range.peek()?.to ?? middle();
  const point = pointing.goTo(nearestPoint(points.peek(), at) + sign);
  // Names of what lies between this snapshot and those next to it.
  const reach = stepAt(points.peek(), point.timeSeconds) / 2;
  const { marks, spans } = namedAt(known.peek().named, point.timeSeconds, reach);
  const names = [...marks, ...spans].map(({ name }) => `, ${shown(name)}`);
  read(pointText(point) + names.slice(0, MAX_READ_NAMES).join(''));
}

/** The time in seconds from a snapshot to that before it, or of the first to that after it. */
function stepAt(points: readonly TimePlotPoint[], seconds: number): number {
  const place = Math.max(nearestPoint(points, seconds), 1);
  return points.length < 2 ? 0 : points[place]!.timeSeconds - points[place - 1]!.timeSeconds;
}
