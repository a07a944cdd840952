import type { ArrayBufferAccount } from '../analysis/array-buffer-account.js';
import type { Caller } from '../analysis/caller-path.js';
import { OTHER_LABEL } from '../analysis/frame-label.js';
import type { Subject, SummaryBy } from '../analysis/grouping.js';
import { answerableFrame, isInternal } from '../analysis/location.js';
import type { HeapSummary, SummaryRow } from '../analysis/summary.js';
import type { Usage } from '../analysis/usage-sum.js';
import { formatBytes } from '../base/units.js';
import { KINDS, type Kind } from '../model/event.js';
import type { Frame, Trace } from '../model/frame.js';
import { accountText } from './account-text.js';
import { shortFrameText, shortPath } from './frame-text.js';
import {
  formatCount,
  formatCountEstimate,
  formatEstimate,
  formatShare,
  formatTime,
} from './numbers.js';
import { sanitize } from './sanitize.js';
import { cutMiddle, tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

const HEADERS: Readonly<Record<SummaryBy, string>> = {
  line: 'Line',
  trace: 'Trace',
  file: 'File',
  type: 'Type',
  thread: 'Thread',
};

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  heap: 'JavaScript objects',
  arrayBuffer: 'array buffers',
};

const CALLERS_INDENT = '    ';

/** Two of them fit on a line of 100 characters. */
const CALLER_WIDTH = 46;

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
      {
        header: 'Objects',
        cells: rows.map((row) => formatCountEstimate(row.averageObjects, row.averageObjectsError)),
        shortCells: rows.map((row) => formatCount(row.averageObjects)),
      },
      {
        header: 'Allocated',
        cells: rows.map((row) => formatEstimate(row.allocatedBytes, row.allocatedBytesError)),
      },
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

function subjectText(subject: Subject, cwd: string | undefined, width: number): string {
  const frameText = (frame: Frame | undefined) =>
    frame === undefined ? OTHER_LABEL : shortFrameText(frame, cwd, width);
  switch (subject.by) {
    case 'line':
      return frameText(subject.frame);
    case 'trace':
      return frameText(subject.frames[answerableFrame(subject.frames)]);
    case 'file':
      return cutMiddle(sanitize(shortPath(subject.file, cwd)), width);
    case 'type':
      return cutMiddle(sanitize(typeText(subject.type, subject.kind)), width);
    case 'thread':
      return cutMiddle(sanitize(subject.label), width);
  }
}

function typeText(type: string, kind: Kind): string {
  if (kind === 'heap') return type || '(not known)';
  return type === '' ? '(array buffers)' : `${type} (array buffers)`;
}

/** Under the frame that the program is answerable for: how the program came there. */
function callersLine(subject: Subject, cwd: string | undefined, width: number): string[] {
  if (subject.by !== 'line' && subject.by !== 'trace') return [];
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
