import { HeapprofError } from '../base/errors.js';
import type { Frame } from '../model/frame.js';
import { pathOf } from './location.js';

/**
 * A test for frames at one line of code.
 *
 * `line` is `file:line`, the line counted from 1. A frame matches if its line is equal and its path
 * is `file` or ends with `/file`: `util.js:7` matches `/app/util.js`, not `/app/my-util.js`.
 * @throws HeapprofError if `line` is not of that form.
 */
export function lineMatcher(line: string): (frame: Frame) => boolean {
  const parts = /^(.+):([1-9][0-9]*)$/s.exec(line);
  if (parts === null) {
    throw new HeapprofError(
      'ERR_HEAPPROF_LINE',
      `'${line}' is not a line of code: write FILE:LINE, for example src/app.js:120.`,
    );
  }
  const path = slashed(pathOf(parts[1]!));
  const ending = `/${path}`;
  const lineNumber = Number(parts[2]);
  return (frame) => {
    // Numbers first: few frames go on to the comparison of text.
    if (frame.line !== lineNumber) return false;
    const file = slashed(pathOf(frame.file));
    return file === path || file.endsWith(ending);
  };
}

/** Windows writes its paths with backslashes; people write both. */
function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
