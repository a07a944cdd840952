import type { Comparison, DifferenceRow } from '../analysis/compare.js';
import type { LimitOutcome } from '../analysis/compare-limit.js';
import type { CompareMetric, Estimate } from '../analysis/compare-measure.js';
import type { ComparedRange } from '../analysis/compare-pairs.js';
import type { CompareBy } from '../analysis/compare-subject.js';
import type { Difference } from '../analysis/difference.js';
import { formatBytes } from '../base/units.js';
import { formatCount, formatEstimate, formatTime } from './numbers.js';
import { sanitize } from './sanitize.js';
import { cutMiddle, tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

const HEADERS: Readonly<Record<CompareBy, string>> = {
  function: 'Function',
  line: 'Line',
  file: 'File',
  package: 'Package',
  trace: 'Trace, innermost first',
  type: 'Type',
};

const METRIC_NAMES: Readonly<Record<CompareMetric, string>> = {
  live: 'live memory, on average',
  allocated: 'allocated memory',
  objects: 'live objects, on average',
};

/** Of a path at the end of a label. */
const FOLDERS = /[^\s(]+[/\\](?=[^/\\]+$)/;

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
  const listed = rows.slice(0, limit);
  const [header, ...lines] = tableLines(
    [
      { header: 'A', cells: listed.map(({ a, aError }) => estimate(a, aError, metric)) },
      {
        header: scale === 1 ? 'B' : 'B, scaled',
        cells: listed.map(({ b, bError }) => estimate(b, bError, metric)),
      },
      { header: 'Difference', cells: listed.map((row) => differenceText(row, metric)) },
    ],
    {
      header: HEADERS[comparison.by],
      textOf: (row, width) => labelText(listed[row]!, width),
    },
    style.width,
  );
  const significant = rows.filter(({ isSignificant }) => isSignificant).length;
  return [
    `A: ${rangeText(names.a, comparison.a)}: ${estimate(total.a, total.aError, metric)}`,
    `B: ${rangeText(names.b, comparison.b)}: ${estimate(total.b, total.bError, metric)}`,
    `Difference in ${METRIC_NAMES[metric]}: ${differenceText(total, metric)}${percentText(total)}; ${significanceText(total)}`,
    ...(scale === 1 ? [] : [`B is scaled by ${scale.toPrecision(3)} below, to the total of A`]),
    '',
    bold(header!),
    ...lines.map((line, row) => (listed[row]!.isSignificant ? line : faint(line))),
    ...foldedLines(comparison).map(faint),
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
  const inBoth = (['a', 'b'] as const)
    .map((side) => `${estimateText(outcome[side], metric)} in ${side.toUpperCase()}`)
    .join(', ');
  if (outcome.isExceeded) {
    return `${limit}: ${inBoth}, ${estimateText(outcome.excess, metric)} more than that allows`;
  }
  const because =
    outcome.excess.value > 0 ? 'beyond it by less than 2 standard errors' : 'within it';
  return `${limit}: ${inBoth}, ${because}`;
}

function foldedLines({ folded, metric }: Comparison): string[] {
  const most = Math.max(folded.a, folded.b);
  if (most === 0) return [];
  return [
    `Up to ${amount(most, metric)} of a difference can be memory that a digest has folded away: heapprof digest --precision 0 keeps all`,
  ];
}

function rangeText(name: string, { fromSeconds, toSeconds }: ComparedRange): string {
  return `${sanitize(name)} from ${formatTime(fromSeconds)} to ${formatTime(toSeconds)}`;
}

/** A path loses its folders first, then the text its middle. */
function labelText({ labels }: DifferenceRow, width: number): string {
  const text = (texts: readonly string[]) => sanitize(texts.toReversed().join(' ← '));
  const whole = text(labels);
  if (whole.length <= width) return whole;
  return cutMiddle(text(labels.map((label) => label.replace(FOLDERS, '…/'))), width);
}

function estimateText({ value, error }: Estimate, metric: CompareMetric): string {
  return estimate(value, error, metric);
}

function estimate(value: number, error: number, metric: CompareMetric): string {
  if (metric !== 'objects') return formatEstimate(value, error);
  const percent = value > 0 ? Math.round((error / value) * 100) : 0;
  return `${formatCount(value)} ±${String(percent).padStart(2)}%`;
}

function amount(value: number, metric: CompareMetric): string {
  return metric === 'objects' ? formatCount(value) : formatBytes(value);
}

/** Errors of differences are in units: where little is left of two large figures, a percentage means nothing. */
function differenceText(
  { difference, differenceError }: Difference,
  metric: CompareMetric,
): string {
  const sign = difference > 0 ? '+' : '';
  return `${sign}${amount(difference, metric)} ± ${amount(differenceError, metric)}`;
}

function percentText({ a, difference }: Difference): string {
  if (a === 0) return '';
  return ` (${difference > 0 ? '+' : ''}${((difference / a) * 100).toFixed(1)} %)`;
}

function significanceText({ isSignificant }: Difference): string {
  return isSignificant ? 'significant' : 'not significant, sampling alone can be the reason';
}
