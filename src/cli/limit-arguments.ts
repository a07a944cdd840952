import { InvalidArgumentError } from 'commander';
import type { GrowthLimit } from '../analysis/compare-limit.js';
import { COMPARE_METRICS, type CompareMetric } from '../analysis/compare-measure.js';
import { parseBytes } from '../base/parse-bytes.js';

/** A limit as it was written, and what it means. */
export interface LimitArgument {
  readonly text: string;
  readonly limit: GrowthLimit;
}

const LIMIT = new RegExp(
  `^\\s*(${COMPARE_METRICS.join('|')})(?:\\s+of\\s+(.*\\S))?\\s*>\\s*(.+)$`,
  's',
);

/** A size as it was written, and in bytes. */
export interface SizeArgument {
  readonly text: string;
  readonly bytes: number;
}

/** Parses a size in bytes: `24MB` (24,000,000), `24MiB`, `512`. */
export function parseSize(text: string): SizeArgument {
  const bytes = parseBytes(text);
  if (bytes === undefined) {
    throw new InvalidArgumentError('Write a size such as 24MB, 24MiB or 24000000.');
  }
  return { text: text.trim(), bytes };
}

/** Adds a limit to growth, `METRIC [of FILE:LINE | of FUNCTION] > SIZE | PERCENT%`, to those before it. */
export function parseLimit(text: string, before: readonly LimitArgument[] = []): LimitArgument[] {
  const [, metric, of, amount = ''] = LIMIT.exec(text) ?? [];
  const percent = /^(\d+(?:\.\d+)?)\s*%\s*$/.exec(amount)?.[1];
  const growth = percent === undefined ? parseBytes(amount) : undefined;
  if (metric === undefined || (percent === undefined && growth === undefined)) {
    throw new InvalidArgumentError(
      "Write what may not grow by more than what, such as 'live>5%', 'objects>1000', or 'allocated of src/app.js:120 > 2MB'.",
    );
  }
  const limit: GrowthLimit = {
    metric: metric as CompareMetric,
    ...(of !== undefined && { of }),
    ...(growth !== undefined && { growth }),
    ...(percent !== undefined && { growthFraction: Number(percent) / 100 }),
  };
  return [...before, { text: text.trim(), limit }];
}
