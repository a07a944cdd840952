import * as fs from 'node:fs';
import { HeapprofError } from '../base/errors.js';
import type { ByteSource } from './byte-source.js';

/** A file open for reading. Its size is taken once: what is written later is not seen. */
export class InputFile implements ByteSource {
  readonly path: string;
  /** Size when it was opened, or the limit if that is less. */
  readonly sizeBytes: number;
  #descriptor: number | undefined;

  /**
   * @param limitBytes what lies beyond is not read
   * @throws HeapprofError if it cannot be opened, or is not a regular file.
   */
  constructor(path: string, limitBytes = Number.POSITIVE_INFINITY) {
    this.path = path;
    try {
      // Before opening: to open a pipe would wait for its writer.
      if (!fs.statSync(path).isFile()) {
        throw new HeapprofError(
          'ERR_HEAPPROF_READ',
          `${path} is not a regular file; give the name of a recording.`,
        );
      }
      this.#descriptor = fs.openSync(path, 'r');
      this.sizeBytes = Math.min(fs.fstatSync(this.#descriptor).size, limitBytes);
    } catch (error) {
      throw readError(path, error);
    }
  }

  /**
   * Reads up to `length` bytes at `offset` (from 0) into `target`.
   * @returns how many were read: fewer only where the file ends
   */
  readInto(target: Uint8Array, targetOffset: number, length: number, offset: number): number {
    if (this.#descriptor === undefined) {
      throw new HeapprofError(
        'ERR_HEAPPROF_CLOSED',
        `${this.path} has been closed; open the recording again to read it.`,
      );
    }
    const wanted = Math.min(length, this.sizeBytes - offset);
    let done = 0;
    try {
      while (done < wanted) {
        const count = fs.readSync(
          this.#descriptor,
          target,
          targetOffset + done,
          wanted - done,
          offset + done,
        );
        if (count === 0) break;
        done += count;
      }
    } catch (error) {
      throw readError(this.path, error);
    }
    return done;
  }

  /** The first bytes of the file; all of them if it has fewer. */
  head(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, this.readInto(bytes, 0, length, 0));
  }

  /** Closes the file; a second time does nothing. */
  close(): void {
    if (this.#descriptor === undefined) return;
    fs.closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function readError(path: string, error: unknown): HeapprofError {
  if (error instanceof HeapprofError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const sentence =
    code === 'ENOENT'
      ? `${path} does not exist; check the name of the recording.`
      : code === 'EACCES' || code === 'EPERM'
        ? `${path} may not be read by this user; change its permissions.`
        : `${path} cannot be read: ${message}.`;
  return new HeapprofError('ERR_HEAPPROF_READ', sentence, { cause: error });
}
