import type { Caller } from '../analysis/caller-path.js';
import { OTHER_LABEL } from '../analysis/frame-label.js';
import type { Subject, SummaryBy } from '../analysis/grouping.js';
import { answerableFrame, isInternal } from '../analysis/location.js';
import type { HeapSummary } from '../analysis/summary.js';
import { formatBytes, formatDuration } from '../base/units.js';
import type { Frame, Trace } from '../model/frame.js';
import { shortFrameText, shortPath } from './frame-text.js';
import { formatCount, formatShare } from './numbers.js';
import { sanitize } from './sanitize.js';
import { cutMiddle, tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

const HEADERS: Readonly<Record<SummaryBy, string>> = { line: 'Line', trace: 'Trace', file: 'File' };

const CALLERS_INDENT = '    ';

/** Two of them fit on a line of 100 characters. */
const CALLER_WIDTH = 46;

/**
 * A heap summary as lines for a person. Under a line or a trace stand its callers, nearest first;
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
        cells: rows.map((row) => estimate(row.averageBytes, row.averageBytesError)),
      },
      { header: 'Peak', cells: rows.map((row) => estimate(row.peakBytes, row.peakBytesError)) },
      { header: 'Share', cells: rows.map((row) => formatShare(row.share)) },
      { header: 'Objects', cells: rows.map((row) => formatCount(row.averageObjects)) },
      { header: 'Allocated', cells: rows.map((row) => formatBytes(row.allocatedBytes)) },
    ],
    {
      header: HEADERS[summary.by],
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
  const frame =
    subject.by === 'line' ? subject.frame : subject.frames[answerableFrame(subject.frames)];
  return frame === undefined ? OTHER_LABEL : shortFrameText(frame, cwd, width);
}

/** Under the frame that the program is answerable for: how the program came there. */
function callersLine(subject: Subject, cwd: string | undefined, width: number): string[] {
  if (subject.by === 'file') return [];
  const room = width - CALLERS_INDENT.length;
  const line =
    subject.by === 'line'
      ? asManyAsFit(mainWay(subject.callers, cwd), room)
      : asManyAsFitCounted(wholeWay(subject.frames, cwd), room);
  return line === '' ? [] : [CALLERS_INDENT + line];
}

/** Callers of a line, with the share of its bytes that came from them where that is not all of them. */
function mainWay(callers: readonly Caller[], cwd: string | undefined): string[] {
  return callers.map(({ frame, share }) => {
    const percent = Math.round(share * 100);
    return callerText(percent === 100 ? 'from ' : `${percent}% from `, frame, cwd);
  });
}

/** Of a trace: what the frame called, where that is the runtime's, and who called it. */
function wholeWay(frames: Trace, cwd: string | undefined): string[] {
  const position = answerableFrame(frames);
  const called = frames.slice(position + 1);
  // How the runtime came to call the program is the same everywhere, and tells nothing.
  const callers = frames.slice(0, position).filter((frame) => !isInternal(frame));
  return [
    ...(called.length > 0 ? [callerText('in ', called.at(-1)!, cwd)] : []),
    ...callers.reverse().map((frame) => callerText('from ', frame, cwd)),
  ];
}

function callerText(how: string, frame: Frame, cwd: string | undefined): string {
  return how + shortFrameText(frame, cwd, CALLER_WIDTH - how.length);
}

/** As many callers as a line holds, at least one if there are any, each the caller of the one before. */
function asManyAsFit(parts: readonly string[], width: number): string {
  let line = cutMiddle(parts[0] ?? '', width);
  for (const part of parts.slice(1)) {
    const longer = `${line} ← ${part}`;
    if (longer.length > width) break;
    line = longer;
  }
  return line;
}

/** As many parts as a line holds, at least one if there are any, and how many more there are. */
function asManyAsFitCounted(parts: readonly string[], width: number): string {
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
      ? ['Most of the memory is in many small traces: --by line puts them together']
      : []),
  ];
}
