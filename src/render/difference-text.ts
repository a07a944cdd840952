import type { Unit } from '../analysis/call-tree/metric.js';
import type { Difference } from '../analysis/difference.js';
import { formatBytes } from '../base/units.js';
import { formatCount, formatCountEstimate, formatEstimate } from './numbers.js';

/** `12.3 MiB`, or of objects `1,234`. */
export function amountText(value: number, unit: Unit): string {
  return unit === 'objects' ? formatCount(value) : formatBytes(value);
}

/** {@link amountText} with the standard error in percent. */
export function estimateText(value: number, error: number, unit: Unit): string {
  return unit === 'objects' ? formatCountEstimate(value, error) : formatEstimate(value, error);
}

/** `+1.8 MiB ± 2.3 KiB`. Errors of differences are in units: where little is left of two large figures, a percentage means nothing. */
export function differenceText({ difference, differenceError }: Difference, unit: Unit): string {
  const sign = difference > 0 ? '+' : '';
  return `${sign}${amountText(difference, unit)} ± ${amountText(differenceError, unit)}`;
}

/** ` (+12.3 %)`, of what A has; empty where it has nothing. */
export function percentText({ a, difference }: Difference): string {
  if (a === 0) return '';
  return ` (${difference > 0 ? '+' : ''}${((difference / a) * 100).toFixed(1)} %)`;
}

/** Whether a difference is significant, for a person. */
export function significanceText({ isSignificant }: Difference): string {
  return isSignificant ? 'significant' : 'not significant, sampling alone can be the reason';
}

/** A line on what digests have folded away on either side, which any difference may have in it; none where there is nothing. */
export function foldedLines(
  folded: { readonly a: number; readonly b: number },
  unit: Unit,
): string[] {
  const most = Math.max(folded.a, folded.b);
  if (most === 0) return [];
  return [
    `Up to ${amountText(most, unit)} of a difference can be memory that a digest has folded away: heapprof digest --precision 0 keeps all`,
  ];
}
