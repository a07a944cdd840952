import { frameLabel } from '../analysis/frame-label.js';
import { pathOf } from '../analysis/location.js';
import { shortPath } from '../analysis/short-path.js';
import type { Frame } from '../model/frame.js';
import { sanitize } from './sanitize.js';
import { cutMiddle } from './table.js';

/** `function (path:line)`, safe to print, the path relative to `cwd` where it lies within. */
function frameText(frame: Frame, cwd: string | undefined): string {
  return sanitize(frameLabel({ ...frame, file: shortPath(frame.file, cwd) }));
}

/** {@link frameText} in at most `width` characters: the path loses its folders first, then the text its middle. */
export function shortFrameText(frame: Frame, cwd: string | undefined, width: number): string {
  const whole = frameText(frame, cwd);
  if (whole.length <= width || frame.file === '') return whole;
  const name = pathOf(frame.file).split(/[/\\]/).at(-1)!;
  return cutMiddle(sanitize(frameLabel({ ...frame, file: `…/${name}` })), width);
}
