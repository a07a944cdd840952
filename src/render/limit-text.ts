import type { Estimate } from '../analysis/compare-measure.js';
import type { TopLine } from '../analysis/top-lines.js';
import { formatBytes } from '../base/units.js';
import { formatEstimate } from './numbers.js';
import { sanitize } from './sanitize.js';

/** Why a test of memory failed: `… is 31.2 MiB ± 1%, more than the 24.0 MiB that are allowed.`, and the lines that have the most of it. */
export function exceededText(
  what: string,
  { value, error }: Estimate,
  allowedBytes: number,
  lines: readonly TopLine[],
): string {
  return [
    `${what} is ${formatEstimate(value, error)}, more than the ${formatBytes(allowedBytes)} that are allowed.`,
    ...(lines.length > 0 ? ['Most of it is from'] : []),
    ...lines.map((line) => `  ${formatEstimate(line.value, line.error)}  ${sanitize(line.label)}`),
  ].join('\n');
}
