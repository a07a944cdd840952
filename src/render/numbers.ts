import { formatBytes, formatDuration } from '../base/units.js';

/** A whole number with separators, `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A fraction as a percentage with one decimal, `23.1 %`. */
export function formatShare(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

/** A fraction and its standard error, both as percentages: `93.4 % ± 0.2 %`. */
export function formatShareEstimate(fraction: number, error: number): string {
  return `${formatShare(fraction)} ± ${formatShare(error)}`;
}

/** Bytes and their standard error in percent: `12.3 MiB ± 4%`. */
export function formatEstimate(bytes: number, error: number): string {
  return `${formatBytes(bytes)} ${formatError(bytes, error)}`;
}

/** A number of objects and its standard error in percent: `1,234 ± 4%`. */
export function formatCountEstimate(count: number, error: number): string {
  return `${formatCount(count)} ${formatError(count, error)}`;
}

/** A standard error in percent of its estimate: `± 4%`. */
export function formatError(estimate: number, error: number): string {
  // Less than half of one is shown as none, and is what rounding has left of a difference.
  const percent = estimate >= 0.5 ? Math.round((error / estimate) * 100) : 0;
  return `±${String(percent).padStart(2)}%`;
}

/** A time since the start of a recording: as a duration, but `0 s` for the start itself. */
export function formatTime(seconds: number): string {
  return seconds === 0 ? '0 s' : formatDuration(seconds * 1e6);
}
