import { localPath, readLocalFile } from './local-file.js';

/** What is kept of all files together. */
const MAX_CACHED_BYTES = 128 * 1024 * 1024;

/** As V8 counts lines: ECMAScript's line terminators. */
export const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

/** Lines of source files, read when they are asked for and kept for the next time. */
export class SourceLines {
  readonly #files = new Map<string, readonly string[] | undefined>();
  #cachedBytes = 0;

  /**
   * The text of a line, without its end; undefined where the file cannot be read or has no such line.
   * Only regular files of this machine are opened, by absolute path or `file:` URL: a recording may come from
   * anywhere, and what it names must neither block nor reach the network.
   * @param line counts from 1
   */
  line(file: string, line: number): string | undefined {
    if (!this.#files.has(file)) this.#load(file);
    return this.#files.get(file)?.[line - 1];
  }

  #load(file: string): void {
    const path = localPath(file);
    const text = path === undefined ? undefined : readLocalFile(path);
    this.#cachedBytes += text?.length ?? 0;
    if (this.#cachedBytes > MAX_CACHED_BYTES) {
      this.#files.clear();
      this.#cachedBytes = text?.length ?? 0;
    }
    this.#files.set(file, text?.toString('utf8').split(LINE_END));
  }
}
