import type { Selection } from '../../state/hash.js';
import { timeText } from '../../time-line/time-axis.js';

/** Seconds in a unit. */
const UNITS: Readonly<Record<string, number>> = {
  d: 86_400,
  h: 3600,
  m: 60,
  min: 60,
  s: 1,
  ms: 1e-3,
  µs: 1e-6,
};

/** A time since the start to the millisecond, as {@link parseTimeText} reads it: `3h 07m 12.35s`. */
export function exactTimeText(seconds: number): string {
  const text = timeText(seconds, 1e-3);
  return text === '0' ? '0s' : text.replace(/(\.\d*?)0+s$/, '$1s').replace('.s', 's');
}

/**
 * The time that a person wrote: seconds as a number, or numbers with units, `1h 30m`, `250 ms`.
 * @returns seconds since the start; undefined for what is no time
 */
export function parseTimeText(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^(?:\d+\.?\d*|\.\d+)$/.test(trimmed)) return Number(trimmed);
  if (!/^(?:(?:\d+\.?\d*|\.\d+)\s*(?:d|h|min|ms|m|s|µs)\s*)+$/.test(trimmed)) return undefined;
  const parts = trimmed.matchAll(/([\d.]+)\s*([a-zµ]+)/g);
  let sum = 0;
  for (const [, amount, unit] of parts) sum += Number(amount) * UNITS[unit!]!;
  return sum;
}

/** A time or a range for a sentence: `at 1.2s`, `0s to 4.5s`. */
export function timesText(chosen: Selection): string {
  if ('at' in chosen) return `at ${exactTimeText(chosen.at)}`;
  return `${exactTimeText(chosen.from)} to ${exactTimeText(chosen.to)}`;
}
