import * as fs from 'node:fs';
import { HeapprofError } from '../../base/errors.js';

/** A file that was not there before, written from its beginning to its end. */
export class NewFile {
  readonly path: string;
  readonly #descriptor: number;

  /** @throws HeapprofError with the code `ERR_HEAPPROF_OUTPUT` if there is such a file already, or it cannot be made. */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = this.#try(() => fs.openSync(path, 'wx'));
  }

  /** Appends bytes. Throws HeapprofError with the code `ERR_HEAPPROF_OUTPUT` if that fails. */
  write(bytes: Uint8Array): void {
    this.#try(() => {
      let done = 0;
      while (done < bytes.length) done += fs.writeSync(this.#descriptor, bytes, done);
    });
  }

  /** Closes the file. */
  close(): void {
    this.#try(() => fs.closeSync(this.#descriptor));
  }

  #try<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      throw new HeapprofError(
        'ERR_HEAPPROF_OUTPUT',
        code === 'EEXIST'
          ? `${this.path} is there already, and nothing is overwritten: give another name.`
          : `${this.path} cannot be written (${message}): give another place.`,
        { cause },
      );
    }
  }
}

/** Bytes that are copied at once. */
const COPY_BYTES = 1024 * 1024;

/** Appends the bytes of a file from its beginning up to an offset. */
export function copyBytes(
  from: { bytes(offset: number, length: number): Uint8Array },
  endOffset: number,
  to: NewFile,
): void {
  for (let offset = 0; offset < endOffset; offset += COPY_BYTES) {
    to.write(from.bytes(offset, Math.min(COPY_BYTES, endOffset - offset)));
  }
}
