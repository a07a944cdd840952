import type { ArrayBufferAccount } from '../analysis/array-buffer-account.js';
import type { HeapCapacity } from '../analysis/capacity.js';
import { ORIGINS, type Origin } from '../analysis/code-origin.js';
import type { HeapSummary, SummaryRow } from '../analysis/summary.js';
import type { Usage } from '../analysis/usage-sum.js';
import { formatBytes } from '../base/units.js';
import { KINDS } from '../model/event.js';
import type { Frame } from '../model/frame.js';
import { accountText } from './account-text.js';
import {
  formatCount,
  formatCountEstimate,
  formatEstimate,
  formatShare,
  formatTime,
} from './numbers.js';
import { sparkline } from './sparkline.js';
import {
  callersLine,
  KIND_NAMES,
  SUBJECT_HEADERS,
  sourceLine,
  subjectText,
  UNTYPED_HEADING,
  untypedLine,
} from './subject-text.js';
import { tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

const ORIGIN_NAMES: Readonly<Record<Origin, string>> = {
  mine: 'mine',
  dependencies: 'dependency',
  node: 'Node',
  other: 'other',
};

const INCOMPLETE_MARK = '* ';

/** Bars over the time of the range. */
const SPARKLINE_WIDTH = 10;

/** Narrower tables leave the trend to the bars. */
const TREND_WIDTH = 116;

/**
 * A heap summary as lines for a person. Where there are both JavaScript objects and array buffers, the head has both
 * apart, and a column says what of a row is in buffers. Under a line or a trace stand its callers, nearest first;
 * a line's with the share of its bytes that came this way. What is of no type comes last, with what it is.
 * Paths are relative to `cwd`, the recorded program's working directory, where they lie within.
 * @param sourceText the text of a frame's line, to be shown below it
 */
export function summaryText(
  summary: HeapSummary,
  cwd: string | undefined,
  style: TextStyle,
  sourceText?: (frame: Frame) => string | undefined,
): string[] {
  const { rows } = summary;
  const firstUntyped = rows.findIndex(({ untyped }) => untyped);
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
      ...(summary.bytesByOrigin ? [{ header: 'Code', cells: rows.map(originCell) }] : []),
      ...(hasBothKinds(summary) && summary.by !== 'type' && summary.by !== 'kind'
        ? [{ header: 'In buffers', cells: rows.map(arrayBufferCell) }]
        : []),
      {
        header: 'Objects',
        cells: rows.map((row) => formatCountEstimate(row.averageObjects, row.averageObjectsError)),
        shortCells: rows.map((row) => formatCount(row.averageObjects)),
      },
      {
        header: 'Allocated',
        cells: rows.map((row) => formatEstimate(row.allocatedBytes, row.allocatedBytesError)),
      },
      ...(style.width >= TREND_WIDTH
        ? [{ header: 'Trend a minute', cells: rows.map(trendCell) }]
        : []),
      ...(summary.snapshotCount > 1
        ? [
            {
              header: 'Over time',
              cells: rows.map((row) => sparkline(row.course, SPARKLINE_WIDTH)),
            },
          ]
        : []),
    ],
    {
      header: SUBJECT_HEADERS[summary.by],
      textOf: (row, width) => {
        const mark = rows[row]!.incomplete ? INCOMPLETE_MARK : '';
        return mark + subjectText(rows[row]!.subject, cwd, width - mark.length);
      },
    },
    style.width,
  );
  return [
    ...headLines(summary),
    '',
    bold(header!),
    ...lines.flatMap((line, row) => [
      ...(row === firstUntyped ? [bold(`${UNTYPED_HEADING}:`)] : []),
      line,
      ...sourceLine(rows[row]!.subject, sourceText, style.width),
      ...callersLine(rows[row]!.subject, cwd, style.width).map(faint),
      ...untypedLine(rows[row]!.subject, style.width).map(faint),
    ]),
    ...(rows.some(({ incomplete }) => incomplete)
      ? [faint(`${INCOMPLETE_MARK}below the threshold at some of the snapshots`)]
      : []),
    ...unlistedLines(summary).map(faint),
  ];
}

function headLines(summary: HeapSummary): string[] {
  const { kind, total, totalByKind, fromSeconds, toSeconds, snapshotCount } = summary;
  const snapshots = snapshotCount === 1 ? '1 snapshot' : `${formatCount(snapshotCount)} snapshots`;
  const allocatedBytes = formatEstimate(total.allocatedBytes, total.allocatedBytesError);
  const allocatedObjects = formatCountEstimate(total.allocatedObjects, total.allocatedObjectsError);
  const allocated = `${allocatedBytes} in ${allocatedObjects} objects`;
  const what = kind === undefined ? 'memory' : KIND_NAMES[kind];
  return [
    `Live ${what} from ${formatTime(fromSeconds)} to ${formatTime(toSeconds)} (${snapshots}): ${averageAndPeak(total)}`,
    ...(hasBothKinds(summary)
      ? KINDS.map((kind) => `  of this, ${KIND_NAMES[kind]}: ${averageAndPeak(totalByKind[kind])}`)
      : []),
    `Allocated in that time: ${allocated}`,
    ...(summary.capacity ? [capacityLine(summary.capacity)] : []),
    ...(summary.bytesByOrigin ? [originsLine(summary.bytesByOrigin)] : []),
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

/** `Heap in use: average 31.2 MiB (0.7 % of the capacity of 4.2 GiB), peak 40.1 MiB (0.9 %)`. */
function capacityLine(capacity: HeapCapacity): string {
  const { averageUsedBytes, peakUsedBytes } = capacity;
  return (
    `Heap in use, by V8: average ${formatBytes(averageUsedBytes)} (${formatShare(capacity.averageUsedShare)} of the capacity of ` +
    `${formatBytes(capacity.capacityBytes)}), peak ${formatBytes(peakUsedBytes)} (${formatShare(capacity.peakUsedShare)})`
  );
}

/** `Of the average: mine 1.2 MiB, dependency 3.4 MiB, Node 12.0 KiB`. */
function originsLine(bytesByOrigin: Readonly<Record<Origin, number>>): string {
  const parts = ORIGINS.filter((origin) => bytesByOrigin[origin] > 0).map(
    (origin) => `${ORIGIN_NAMES[origin]} ${formatBytes(bytesByOrigin[origin])}`,
  );
  return `Of the average, by whose code it is: ${parts.join(', ')}`;
}

/** Whose code most of a row is, and how much of it where that is not all. */
function originCell({ bytesByOrigin, averageBytes }: SummaryRow): string {
  if (bytesByOrigin === undefined || averageBytes === 0) return '';
  const largest = ORIGINS.reduce((a, b) => (bytesByOrigin[b] > bytesByOrigin[a] ? b : a));
  const percent = Math.round((bytesByOrigin[largest] / averageBytes) * 100);
  return percent === 100 ? ORIGIN_NAMES[largest] : `${percent}% ${ORIGIN_NAMES[largest]}`;
}

/** `+1.2 MiB ± 80.0 KiB`: in bytes, because the error of a slope may be larger than the slope. */
function trendCell({ bytesPerMinute, bytesPerMinuteError }: SummaryRow): string {
  const sign = bytesPerMinute > 0 ? '+' : '';
  return `${sign}${formatBytes(bytesPerMinute)} ± ${formatBytes(bytesPerMinuteError)}`;
}

function accountLine(account: ArrayBufferAccount): string {
  return `Array buffers at ${formatTime(account.timeSeconds)}: ${accountText(account)}`;
}

function unlistedLines({ rows, unlisted, threshold, by, capacity }: HeapSummary): string[] {
  const { rowCount } = unlisted;
  if (rowCount === 0) return [];
  const what = rowCount === 1 ? by : `${by}s`;
  const more = rows.length === 0 ? '' : 'more ';
  const bytes = `${formatBytes(unlisted.averageBytes)} on average (${formatShare(unlisted.share)})`;
  const why =
    threshold === 0
      ? ''
      : `, below ${threshold * 100} % ${capacity ? 'of the capacity ' : ''}each or beyond the limit`;
  return [
    `${formatCount(rowCount)} ${more}${what}${why}: ` +
      `${bytes}, ${formatBytes(unlisted.allocatedBytes)} allocated`,
    ...(by === 'trace' && unlisted.share > 0.5
      ? ['Most of the memory is in many small traces: --by line puts them together']
      : []),
  ];
}
