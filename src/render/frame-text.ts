import { frameLabel } from '../analysis/frame-label.js';
import { pathOf } from '../analysis/location.js';
import { shortPath } from '../analysis/short-path.js';
import { fileName } from '../base/file-name.js';
import type { Frame } from '../model/frame.js';
import { sanitize } from './sanitize.js';
import { cutMiddle } from './table.js';

/** `function (path:line)`, safe to print, the path relative to `cwd` where it lies within. */
function frameText(frame: Frame, cwd: string | undefined): string {
  return sanitize(frameLabel({ ...frame, file: shortPath(frame.file, cwd) }));
}

/**
 * What can stand in a box of a flame graph, safe to show, the longest first: the whole label, in at most `width` characters; that without folders; and
 * the function alone, if it has a name.
 */
export function boxTexts(frame: Frame, cwd: string | undefined, width: number): string[] {
  const whole = shortFrameText(frame, cwd, width);
  const file = fileName(pathOf(frame.file));
  const short = sanitize(frameLabel({ ...frame, file }));
  return frame.functionName === '' ? [whole, short] : [whole, short, sanitize(frame.functionName)];
}

/** {@link frameText} in at most `width` characters: the path loses its folders first, then the text its middle. */
export function shortFrameText(frame: Frame, cwd: string | undefined, width: number): string {
  const whole = frameText(frame, cwd);
  if (whole.length <= width || frame.file === '') return whole;
  const name = fileName(pathOf(frame.file));
  return cutMiddle(sanitize(frameLabel({ ...frame, file: `…/${name}` })), width);
}
