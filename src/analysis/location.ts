import type { Frame, Trace } from '../model/frame.js';

/** Of a file on a drive of Windows, within a URL. */
const DRIVE = /^\/[A-Za-z]:/;

/**
 * The file of a frame as a path: ES modules are recorded as `file:` URLs and CommonJS modules as
 * paths, and both may be the same file. Other URLs and names are returned as they are. Whatever the system of the reader, the
 * path is one of the system that was recorded; reports are read in browsers, which have no `node:url`.
 */
export function pathOf(file: string): string {
  if (!file.startsWith('file:')) return file;
  try {
    const { host, pathname } = new URL(file);
    // Of another machine, or with an encoded slash: no path of ours, but still a name.
    if (host !== '' || /%2f/i.test(pathname)) return file;
    const path = decodeURIComponent(pathname);
    return DRIVE.test(path) ? path.slice(1).replaceAll('/', '\\') : path;
  } catch {
    return file;
  }
}

/** Whether a frame belongs to Node.js or V8 and not to a program: its file is `node:…` or there is none. */
export function isInternal(frame: Frame): boolean {
  return frame.file === '' || frame.file.startsWith('node:');
}

/** Names of what is no function: `(program)`, `(garbage collector)`. */
const PSEUDO_NAME = /^(?:\(.*\))?$/s;

/** Whether a frame stands for no code that anybody could look at: it has no file, and its name is none or in parentheses. */
export function isPseudo({ file, functionName }: Frame): boolean {
  return file === '' && PSEUDO_NAME.test(functionName);
}

/**
 * Position in `trace` (counts from 0, outermost first) of the frame that the program itself is
 * answerable for: the innermost that is not internal. A `Buffer.from` in a parser is the parser's
 * memory, not that of `node:buffer`. WebAssembly that internal code calls is internal: Node's `fetch` parses HTTP with some. Where all
 * frames are internal it is the innermost one; -1 for an empty trace.
 */
export function answerableFrame(trace: Trace): number {
  let innermostWasm = -1;
  for (let position = trace.length - 1; position >= 0; position--) {
    const frame = trace[position]!;
    if (frame.file.startsWith('wasm:')) {
      if (innermostWasm < 0) innermostWasm = position;
    } else if (frame.file.startsWith('node:')) {
      innermostWasm = -1;
    } else if (!isInternal(frame)) {
      return innermostWasm < 0 ? position : innermostWasm;
    }
  }
  return innermostWasm < 0 ? trace.length - 1 : innermostWasm;
}
