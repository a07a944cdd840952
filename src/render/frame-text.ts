import { frameLabel } from '../analysis/frame-label.js';
import { pathOf } from '../analysis/location.js';
import type { Frame } from '../model/frame.js';
import { sanitize } from './sanitize.js';
import { cutMiddle } from './table.js';

/** A file's path for a person: relative to the recorded program's working directory where it lies within. */
export function shortPath(file: string, cwd: string | undefined): string {
  const path = pathOf(file);
  if (cwd === undefined) return path;
  const folder = /[/\\]$/.test(cwd) ? cwd : `${cwd}${cwd.includes('\\') ? '\\' : '/'}`;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

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
