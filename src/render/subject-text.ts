import type { Caller } from '../analysis/caller-path.js';
import { OTHER_LABEL } from '../analysis/frame-label.js';
import { isUntyped, type Subject, type SummaryBy } from '../analysis/grouping.js';
import { answerableFrame, isInternal } from '../analysis/location.js';
import { shortPath } from '../analysis/short-path.js';
import { INTERNAL_TYPE, type Kind } from '../model/event.js';
import type { Frame, Trace } from '../model/frame.js';
import { shortFrameText } from './frame-text.js';
import { sanitize } from './sanitize.js';
import { cutMiddle } from './table.js';

/** What a person calls the kinds of memory. */
export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  heap: 'JavaScript objects',
  arrayBuffer: 'array buffers',
};

/** The header of a table's column of subjects. */
export const SUBJECT_HEADERS: Readonly<Record<SummaryBy, string>> = {
  function: 'Function',
  kind: 'Kind',
  package: 'Package',
  line: 'Line',
  trace: 'Trace',
  file: 'File',
  type: 'Type',
  thread: 'Thread',
};

const CALLERS_INDENT = '    ';

/** The text of a row's line of code, for below the row; none where it is not known, or the row is no line. */
export function sourceLine(
  subject: Subject,
  sourceText: ((frame: Frame) => string | undefined) | undefined,
  width: number,
): string[] {
  const frame =
    subject.by === 'line'
      ? subject.frame
      : subject.by === 'trace'
        ? subject.frames[answerableFrame(subject.frames)]
        : undefined;
  const text = frame && sourceText?.(frame)?.trim();
  if (!text) return [];
  return [CALLERS_INDENT + cutMiddle(sanitize(`│ ${text}`), width - CALLERS_INDENT.length)];
}

/** What rows that are `untyped` stand under. */
export const UNTYPED_HEADING = 'Of no type';

/** What objects of no type are. */
const INTERNAL_TEXT =
  "V8's own objects: elements of arrays and maps, variables of closures, code, …";
const UNKNOWN_TEXT =
  'objects that died before their type was read; all, if the recording has no types';

/** Two of them fit on a line of 100 characters. */
const CALLER_WIDTH = 46;

/** What a row of a table is about, safe to print, in at most `width` characters; paths relative to `cwd` where they lie within. */
export function subjectText(subject: Subject, cwd: string | undefined, width: number): string {
  const frameText = (frame: Frame | undefined) =>
    frame === undefined ? OTHER_LABEL : shortFrameText(frame, cwd, width);
  switch (subject.by) {
    case 'line':
      return frameText(subject.frame);
    case 'trace':
      return frameText(subject.frames[answerableFrame(subject.frames)]);
    case 'function':
      return functionText(subject, cwd, width);
    case 'kind':
      return KIND_NAMES[subject.kind];
    case 'package':
      return cutMiddle(sanitize(subject.package), width);
    case 'file':
      return cutMiddle(sanitize(shortPath(subject.file, cwd)), width);
    case 'type':
      return cutMiddle(sanitize(typeText(subject.type, subject.kind)), width);
    case 'thread':
      return cutMiddle(sanitize(subject.label), width);
  }
}

function functionText(
  { functionName, file }: Extract<Subject, { by: 'function' }>,
  cwd: string | undefined,
  width: number,
): string {
  if (functionName === '' && file === '') return OTHER_LABEL;
  const name = functionName === '' ? '(anonymous)' : functionName;
  return shortFrameText({ functionName: name, file, line: 0, column: 0 }, cwd, width);
}

function typeText(type: string, kind: Kind): string {
  if (kind === 'heap') return type || '(not known)';
  return type === '' ? '(array buffers)' : `${type} (array buffers)`;
}

/** A line for below a row of no type: what is in it; none for others. */
export function untypedLine(subject: Subject, width: number): string[] {
  if (!isUntyped(subject) || subject.by !== 'type') return [];
  const text = subject.type === INTERNAL_TYPE ? INTERNAL_TEXT : UNKNOWN_TEXT;
  return [CALLERS_INDENT + cutMiddle(text, width - CALLERS_INDENT.length)];
}

/** A line for below a row, or none: how the program came to the frame that it is answerable for. */
export function callersLine(subject: Subject, cwd: string | undefined, width: number): string[] {
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
