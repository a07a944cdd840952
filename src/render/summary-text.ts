import { OTHER_LABEL } from '../analysis/frame-label.js';
import type { Subject } from '../analysis/grouping.js';
import { answerableFrame, isInternal } from '../analysis/location.js';
import type { HeapSummary } from '../analysis/summary.js';
import { formatBytes, formatDuration } from '../base/units.js';
import type { Frame } from '../model/frame.js';
import { shortFrameText, shortPath } from './frame-text.js';
import { formatCount, formatShare } from './numbers.js';
import { sanitize } from './sanitize.js';
import { cutMiddle, tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

const CALLERS_INDENT = '    ';

/** Two or three of them fit on a line. */
const CALLER_WIDTH = 40;

/**
 * A heap summary as lines for a person. Under a trace stand its callers, nearest first.
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
        cells: rows.map((row) => estimate(row.averageBytes, row.averageBytesError)),
      },
      { header: 'Peak', cells: rows.map((row) => estimate(row.peakBytes, row.peakBytesError)) },
      { header: 'Share', cells: rows.map((row) => formatShare(row.share)) },
      { header: 'Objects', cells: rows.map((row) => formatCount(row.averageObjects)) },
      { header: 'Allocated', cells: rows.map((row) => formatBytes(row.allocatedBytes)) },
    ],
    {
      header: summary.by === 'trace' ? 'Trace' : 'File',
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

function headLines({ total, fromSeconds, toSeconds, snapshotCount }: HeapSummary): string[] {
  const time = (seconds: number) => (seconds === 0 ? '0 s' : formatDuration(seconds * 1e6));
  const snapshots = snapshotCount === 1 ? '1 snapshot' : `${formatCount(snapshotCount)} snapshots`;
  const average = `average ${estimate(total.averageBytes, total.averageBytesError)}`;
  const peak = `peak ${estimate(total.peakBytes, total.peakBytesError)} at ${time(total.peakSeconds)}`;
  const allocated = `${formatBytes(total.allocatedBytes)} in ${formatCount(total.allocatedObjects)} objects`;
  return [
    `Live memory from ${time(fromSeconds)} to ${time(toSeconds)} (${snapshots}): ${average}, ${peak}`,
    `Allocated in that time: ${allocated}`,
  ];
}

/** Bytes and their standard error in percent: `12.3 MiB ± 4%`. */
function estimate(bytes: number, error: number): string {
  const percent = bytes > 0 ? Math.round((error / bytes) * 100) : 0;
  return `${formatBytes(bytes)} ±${String(percent).padStart(2)}%`;
}

function subjectText(subject: Subject, cwd: string | undefined, width: number): string {
  if (subject.by === 'file') return cutMiddle(sanitize(shortPath(subject.file, cwd)), width);
  const frame = subject.frames[answerableFrame(subject.frames)];
  return frame === undefined ? OTHER_LABEL : shortFrameText(frame, cwd, width);
}

/**
 * Under the frame that the program is answerable for: what it called, where that is the runtime's, and
 * who called it.
 */
function callersLine(subject: Subject, cwd: string | undefined, width: number): string[] {
  if (subject.by !== 'trace') return [];
  const position = answerableFrame(subject.frames);
  const called = subject.frames.slice(position + 1);
  // How the runtime came to call the program is the same everywhere, and tells nothing.
  const callers = subject.frames.slice(0, position).filter((frame) => !isInternal(frame));
  const text = (frame: Frame) => shortFrameText(frame, cwd, CALLER_WIDTH);
  const parts = [
    ...(called.length > 0 ? [`in ${text(called.at(-1)!)}`] : []),
    ...callers.reverse().map((frame) => `from ${text(frame)}`),
  ];
  if (parts.length === 0) return [];
  return [CALLERS_INDENT + fitting(parts, width - CALLERS_INDENT.length)];
}

/** As many parts as a line holds, at least one, and how many more there are. */
function fitting(parts: readonly string[], width: number): string {
  let line = '';
  for (const [index, part] of parts.entries()) {
    const left = parts.length - index;
    const longer = index === 0 ? cutMiddle(part, width) : `${line}, ${part}`;
    const more = left > 1 ? `, … ${left - 1} more` : '';
    if (index > 0 && longer.length + more.length > width) return `${line}, … ${left} more`;
    line = longer;
  }
  return line;
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
      ? ['Most of the memory is in many small traces: --by file puts them together']
      : []),
  ];
}
