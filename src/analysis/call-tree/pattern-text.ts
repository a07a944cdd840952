import type { Frame } from '../../model/frame.js';
import { frameLabel } from '../frame-label.js';
import { originOf, packageFolder } from '../package-name.js';
import type { FramePattern } from './frame-pattern.js';

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
 * The text that {@link parseFramePattern} reads as the pattern of this frame: its label, or a regular expression where others have
 * the label in theirs. Of a package that a tree has put together it is all frames of the package. Undefined for what
 * stands for no code of its own.
 */
export function patternTextOf(frame: Frame): string | undefined {
  const { file, functionName, line } = frame;
  if (line > 0 && functionName !== '') return frameLabel(frame);
  const label = frameLabel(frame);
  if (file === '') return /^\(.*\)$/.test(label) ? undefined : `/^${escaped(label)}$/`;
  const isPackage =
    line === 0 &&
    functionName === '' &&
    originOf(frame) === 'dependency' &&
    packageFolder(frame) === file;
  return isPackage ? `/${escaped(label)}[/\\\\]/` : `/^${escaped(label)}$/`;
}

function escaped(text: string): string {
  return text.replace(SPECIAL, '\\$&');
}
