import type { Frame } from '../model/frame.js';
import { pathOf } from './location.js';

/** What stands for memory whose trace is not known or was folded away by the digest's precision. */
export const OTHER_LABEL = '(other)';

/** The name of a frame's function; `(anonymous)` where it has none. */
function functionLabel(frame: Frame): string {
  return frame.functionName === '' ? '(anonymous)' : frame.functionName;
}

/** `file:line` of a frame; the file alone where the line is not known; empty where there is no file. */
function lineLabel(frame: Frame): string {
  const file = pathOf(frame.file);
  return file !== '' && frame.line > 0 ? `${file}:${frame.line}` : file;
}

/**
 * `function (file:line)`. Where one of the two is not known it is the other alone: anonymous functions
 * are told apart by their lines, and version 1 has no functions.
 */
export function frameLabel(frame: Frame): string {
  return labelOf(frame, lineLabel(frame));
}

/** {@link frameLabel} with the column where it is known: `function (file:line:column)`. */
export function preciseFrameLabel(frame: Frame): string {
  const line = lineLabel(frame);
  const column = line !== '' && frame.column > 0 ? `:${frame.column}` : '';
  return labelOf(frame, line + column);
}

function labelOf(frame: Frame, line: string): string {
  if (line === '') return functionLabel(frame);
  return frame.functionName === '' ? line : `${frame.functionName} (${line})`;
}
