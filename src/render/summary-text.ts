import type { ArrayBufferAccount } from '../analysis/array-buffer-account.js';
import type { HeapSummary, SummaryRow } from '../analysis/summary.js';
import type { Usage } from '../analysis/usage-sum.js';
import { formatBytes } from '../base/units.js';
import { KINDS, type Kind } from '../model/event.js';
import { accountText } from './account-text.js';
import { formatCount, formatEstimate, formatShare, formatTime } from './numbers.js';
import { callersLine, SUBJECT_HEADERS, subjectText } from './subject-text.js';
import { tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  heap: 'JavaScript objects',
  arrayBuffer: 'array buffers',
};

/**
 * A heap summary as lines for a person. Where there are both JavaScript objects and array buffers, the head has both
 * apart, and a column says what of a row is in buffers. Under a line or a trace stand its callers, nearest first;
 * a line's with the share of its bytes that came this way.
 * Paths are relative to `cwd`, the recorded program's working directory, where they lie within.
 */
export function summaryText(
  summary: HeapSummary,
  cwd: string | undefined,
  style: TextStyle,
): string[] {
  const { rows } = summary;
  const { faint, bold } = colorsOf(style);
  const [header, ...lines] = tableLines(
    [
      {
        header: 'Average',
        cells: rows.map((row) => formatEstimate(row.averageBytes, row.averageBytesError)),
      },
      {
        header: 'Peak',
        cells: rows.map((row) => formatEstimate(row.peakBytes, row.peakBytesError)),
      },
      { header: 'Share', cells: rows.map((row) => formatShare(row.share)) },
      ...(hasBothKinds(summary) && summary.by !== 'type'
        ? [{ header: 'In buffers', cells: rows.map(arrayBufferCell) }]
        : []),
      { header: 'Objects', cells: rows.map((row) => formatCount(row.averageObjects)) },
      { header: 'Allocated', cells: rows.map((row) => formatBytes(row.allocatedBytes)) },
    ],
    {
      header: SUBJECT_HEADERS[summary.by],
      textOf: (row, width) => subjectText(rows[row]!.subject, cwd, width),
    },
    style.width,
  );
  return [
    ...headLines(summary),
    '',
    bold(header!),
    ...lines.flatMap((line, row) => [
      line,
      ...callersLine(rows[row]!.subject, cwd, style.width).map(faint),
    ]),
    ...unlistedLines(summary).map(faint),
  ];
}

function headLines(summary: HeapSummary): string[] {
  const { kind, total, totalByKind, fromSeconds, toSeconds, snapshotCount } = summary;
  const snapshots = snapshotCount === 1 ? '1 snapshot' : `${formatCount(snapshotCount)} snapshots`;
  const allocated = `${formatBytes(total.allocatedBytes)} in ${formatCount(total.allocatedObjects)} objects`;
  const what = kind === undefined ? 'memory' : KIND_NAMES[kind];
  return [
    `Live ${what} from ${formatTime(fromSeconds)} to ${formatTime(toSeconds)} (${snapshots}): ${averageAndPeak(total)}`,
    ...(hasBothKinds(summary)
      ? KINDS.map((kind) => `  of this, ${KIND_NAMES[kind]}: ${averageAndPeak(totalByKind[kind])}`)
      : []),
    `Allocated in that time: ${allocated}`,
    ...(summary.arrayBuffers && kind !== 'heap' ? [accountLine(summary.arrayBuffers)] : []),
  ];
}

function averageAndPeak(usage: Usage): string {
  const average = `average ${formatEstimate(usage.averageBytes, usage.averageBytesError)}`;
  const peak = formatEstimate(usage.peakBytes, usage.peakBytesError);
  return `${average}, peak ${peak} at ${formatTime(usage.peakSeconds)}`;
}

/** Whether the rows have JavaScript objects and array buffers together. */
function hasBothKinds({ kind, totalByKind }: HeapSummary): boolean {
  return (
    kind === undefined &&
    KINDS.every((each) => totalByKind[each].allocatedBytes + totalByKind[each].peakBytes > 0)
  );
}

function arrayBufferCell(row: SummaryRow): string {
  return row.averageArrayBufferBytes > 0 ? formatBytes(row.averageArrayBufferBytes) : '';
}

function accountLine(account: ArrayBufferAccount): string {
  return `Array buffers at ${formatTime(account.timeSeconds)}: ${accountText(account)}`;
}

function unlistedLines({ rows, unlisted, threshold, by }: HeapSummary): string[] {
  const { rowCount } = unlisted;
  if (rowCount === 0) return [];
  const what = rowCount === 1 ? by : `${by}s`;
  const more = rows.length === 0 ? '' : 'more ';
  const bytes = `${formatBytes(unlisted.averageBytes)} on average (${formatShare(unlisted.share)})`;
  return [
    `${formatCount(rowCount)} ${more}${what}, below ${threshold * 100} % each or beyond the limit: ` +
      `${bytes}, ${formatBytes(unlisted.allocatedBytes)} allocated`,
    ...(by === 'trace' && unlisted.share > 0.5
      ? ['Most of the memory is in many small traces: --by line puts them together']
      : []),
  ];
}
