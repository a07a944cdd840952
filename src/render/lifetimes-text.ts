import type { LifetimeRow, Lifetimes } from '../analysis/lifetimes.js';
import type { AgeEstimate } from '../analysis/survival.js';
import { formatBytes } from '../base/units.js';
import { formatCount, formatEstimate, formatShareEstimate, formatTime } from './numbers.js';
import { callersLine, SUBJECT_HEADERS, subjectText } from './subject-text.js';
import { tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

/**
 * How long objects live, as a table for a person, of at most `limit` rows. Paths are relative to `cwd`, the recorded program's working
 * directory, where they lie within.
 */
export function lifetimesText(
  { by, rows: all }: Lifetimes,
  limit: number,
  cwd: string | undefined,
  style: TextStyle,
): string[] {
  const { faint, bold } = colorsOf(style);
  const rows = all.slice(0, limit);
  const cells = (textOf: (row: LifetimeRow) => string) => rows.map(textOf);
  const [header, ...lines] = tableLines(
    [
      {
        header: 'Allocated',
        cells: cells((row) => formatEstimate(row.allocatedBytes, row.allocatedBytesError)),
      },
      { header: 'Objects', cells: cells((row) => formatCount(row.allocatedObjects)) },
      { header: 'Die in 1st GC', cells: cells(firstCollectionText) },
      { header: 'Half live for', cells: cells(({ halfLife }) => halfLifeText(halfLife)) },
      {
        header: 'Live at end',
        cells: cells((row) => formatEstimate(row.survivorBytes, row.survivorBytesError)),
      },
    ],
    {
      header: SUBJECT_HEADERS[by],
      textOf: (row, width) => subjectText(rows[row]!.subject, cwd, width),
    },
    style.width,
  );
  const rest = all.slice(limit);
  const restBytes = rest.reduce((sum, { allocatedBytes }) => sum + allocatedBytes, 0);
  return [
    bold(header!),
    ...lines.flatMap((line, row) => [
      line,
      ...callersLine(rows[row]!.subject, cwd, style.width).map(faint),
    ]),
    ...(rest.length > 0
      ? [
          faint(
            `${formatCount(rest.length)} more ${rest.length === 1 ? by : `${by}s`}: ${formatBytes(restBytes)} allocated`,
          ),
        ]
      : []),
  ];
}

/** `98.1 % ± 0.9 %`; empty where no collection came after them. */
export function firstCollectionText({
  firstCollectionShare: share,
  firstCollectionShareError: error,
}: Pick<LifetimeRow, 'firstCollectionShare' | 'firstCollectionShareError'>): string {
  if (share === undefined || error === undefined) return '';
  return formatShareEstimate(share, error);
}

/** `1.20 s (1.10 s–1.40 s)`. */
export function halfLifeText(halfLife: AgeEstimate | undefined): string {
  if (halfLife === undefined) return 'to the end';
  const { seconds, lowSeconds, highSeconds } = halfLife;
  const high = highSeconds === undefined ? 'end' : formatTime(highSeconds);
  return `${formatTime(seconds)} (${formatTime(lowSeconds)}–${high})`;
}
