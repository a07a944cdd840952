import * as fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Larger files are no sources that a person would read a line of. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** What is kept of all files together. */
const MAX_CACHED_BYTES = 128 * 1024 * 1024;

/** As V8 counts lines: ECMAScript's line terminators. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

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
    const localPath = toLocalPath(file);
    const text = localPath === undefined ? undefined : readRegularFile(localPath);
    this.#cachedBytes += text?.length ?? 0;
    if (this.#cachedBytes > MAX_CACHED_BYTES) {
      this.#files.clear();
      this.#cachedBytes = text?.length ?? 0;
    }
    this.#files.set(file, text?.toString('utf8').split(LINE_END));
  }
}

/** Undefined for what is not an absolute path of this machine: `node:fs`, `evalmachine.<anonymous>`, a share. */
function toLocalPath(file: string): string | undefined {
  let localPath = file;
  if (file.startsWith('file:')) {
    try {
      localPath = fileURLToPath(file);
    } catch {
      return undefined;
    }
  }
  const isShare = /^[\\/]{2}/.test(localPath);
  return path.isAbsolute(localPath) && !isShare ? localPath : undefined;
}

function readRegularFile(localPath: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    // Before opening: to open a pipe would wait for its writer.
    if (!isReadable(fs.statSync(localPath))) return undefined;
    descriptor = fs.openSync(localPath, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    // Again, for what may have taken its place in between.
    const stats = fs.fstatSync(descriptor);
    return isReadable(stats) ? readStart(descriptor, stats.size) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** No more than was there at first: files of /proc say that they have no bytes, and may have no end. */
function readStart(descriptor: number, sizeBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let length = 0;
  while (length < sizeBytes) {
    const count = fs.readSync(descriptor, bytes, length, sizeBytes - length, length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

function isReadable(stats: fs.Stats): boolean {
  return stats.isFile() && stats.size <= MAX_FILE_BYTES;
}
