import type { Comparison } from '../analysis/compare.js';
import type { LimitOutcome } from '../analysis/compare-limit.js';
import type { CompareMetric, Estimate } from '../analysis/compare-measure.js';
import type { ComparedRange } from '../analysis/compare-pairs.js';
import { COMPARE_HEADERS, COMPARE_METRIC_NAMES, comparedLabel, unitOf } from './compare-names.js';
import {
  differenceText,
  estimateText,
  foldedLines,
  percentText,
  significanceText,
} from './difference-text.js';
import { formatCount, formatTime } from './numbers.js';
import { sanitize } from './sanitize.js';
import { tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

/**
 * A comparison as lines for a person: the totals, then at most `limit` rows, those that are not significant faint.
 * @param names what A and B are recordings of; the same for two ranges of one
 */
export function compareText(
  comparison: Comparison,
  names: { readonly a: string; readonly b: string },
  limit: number,
  style: TextStyle,
): string[] {
  const { metric, rows, total, scale } = comparison;
  const { faint, bold } = colorsOf(style);
  const unit = unitOf(metric);
  const listed = rows.slice(0, limit);
  const [header, ...lines] = tableLines(
    [
      { header: 'A', cells: listed.map(({ a, aError }) => estimateText(a, aError, unit)) },
      {
        header: scale === 1 ? 'B' : 'B, scaled',
        cells: listed.map(({ b, bError }) => estimateText(b, bError, unit)),
      },
      { header: 'Difference', cells: listed.map((row) => differenceText(row, unit)) },
    ],
    {
      header: COMPARE_HEADERS[comparison.by],
      textOf: (row, width) => comparedLabel(listed[row]!, width),
    },
    style.width,
  );
  const significant = rows.filter(({ isSignificant }) => isSignificant).length;
  return [
    `A: ${rangeText(names.a, comparison.a)}: ${estimateText(total.a, total.aError, unit)}`,
    `B: ${rangeText(names.b, comparison.b)}: ${estimateText(total.b, total.bError, unit)}`,
    `Difference in ${COMPARE_METRIC_NAMES[metric]}: ${differenceText(total, unit)}${percentText(total)}; ${significanceText(total)}`,
    ...(scale === 1 ? [] : [`B is scaled by ${scale.toPrecision(3)} below, to the total of A`]),
    '',
    bold(header!),
    ...lines.map((line, row) => (listed[row]!.isSignificant ? line : faint(line))),
    ...foldedLines(comparison.folded, unit).map(faint),
    faint(
      `${formatCount(significant)} of ${formatCount(rows.length)} rows differ significantly, by more than 3 standard errors` +
        (rows.length > listed.length
          ? `; ${formatCount(rows.length - listed.length)} are not listed`
          : ''),
    ),
  ];
}

/** What came of a limit, in one sentence. `limit` is it as it was asked for. */
export function limitText(limit: string, outcome: LimitOutcome, metric: CompareMetric): string {
  const textOf = ({ value, error }: Estimate) => estimateText(value, error, unitOf(metric));
  const inBoth = (['a', 'b'] as const)
    .map((side) => `${textOf(outcome[side])} in ${side.toUpperCase()}`)
    .join(', ');
  if (outcome.isExceeded) {
    return `${limit}: ${inBoth}, ${textOf(outcome.excess)} more than that allows`;
  }
  const because =
    outcome.excess.value > 0 ? 'beyond it by less than 2 standard errors' : 'within it';
  return `${limit}: ${inBoth}, ${because}`;
}

function rangeText(name: string, { fromSeconds, toSeconds }: ComparedRange): string {
  return `${sanitize(name)} from ${formatTime(fromSeconds)} to ${formatTime(toSeconds)}`;
}
