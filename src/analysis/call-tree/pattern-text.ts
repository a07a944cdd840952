import type { Frame } from '../../model/frame.js';
import { frameLabel } from '../frame-label.js';
import { pathOf } from '../location.js';
import { packageFolder } from '../package-name.js';
import { type FramePattern, frameMatcher } from './frame-pattern.js';

/** What has a meaning of its own in a regular expression, and the slash that ends one. */
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/**
 * The pattern that a person wrote: a text, or a regular expression between slashes, with the flags `i` and `u`.
 * @throws SyntaxError for a regular expression that there cannot be.
 */
export function parseFramePattern(text: string): FramePattern {
  const [, source, flags] = /^\/(.+)\/([iu]*)$/s.exec(text) ?? [];
  return source === undefined ? text : new RegExp(source, flags);
}

/**
 * The text that {@link parseFramePattern} reads as the pattern of a frame's function, at all of its lines: the beginning of its label, or
 * a regular expression where others have that in theirs. An anonymous function is only known by its line. Of a package that a tree
 * has put together it is all frames of the package. Undefined for what stands for no code of its own.
 * @param frames the frames that it has to be told from
 */
export function functionPatternText(frame: Frame, frames: readonly Frame[]): string | undefined {
  const { file, functionName, line } = frame;
  const label = frameLabel(frame);
  if (file === '') return /^\(.*\)$/.test(label) ? undefined : `/^${escaped(label)}$/`;
  if (functionName === '') {
    const isPackage = line === 0 && packageFolder(frame) === file;
    return isPackage ? `/${escaped(label)}[/\\\\]/` : `/^${escaped(label)}$/`;
  }
  const beginning = `${functionName} (${pathOf(file)}:`;
  const isOf = frameMatcher(beginning);
  const matched = frames.filter(isOf);
  if (matched.length === 0) return `/^${escaped(label)}$/`;
  const isUnclear =
    functionName.startsWith('/') || !matched.every((each) => isSameFunction(each, frame));
  return isUnclear ? `/^${escaped(beginning)}/` : beginning;
}

/** Whether two frames are of one function, at lines that may differ. Anonymous ones are where their lines are the same. */
function isSameFunction(a: Frame, b: Frame): boolean {
  return functionKey(a) === functionKey(b);
}

/** The same text for all frames of a function. */
export function functionKey({ functionName, file, line }: Frame): string {
  return `${functionName}\0${pathOf(file)}\0${functionName === '' ? line : ''}`;
}

function escaped(text: string): string {
  return text.replace(SPECIAL, '\\$&');
}
