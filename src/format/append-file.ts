import * as fs from 'node:fs';
import type { HeapprofError } from '../base/errors.js';
import { ByteWriter } from './byte-writer.js';

/** Bytes are collected up to this size before they go to the disk. */
const WRITE_BYTES = 256 * 1024;

/** A new file that is written from its start to its end; what has been written can be overwritten in place. */
export class AppendFile {
  /** Bytes that were appended so far. */
  lengthBytes = 0;
  readonly #toError: (cause: NodeJS.ErrnoException) => HeapprofError;
  #descriptor: number | undefined;
  readonly #pending = new ByteWriter();

  /**
   * @param path there must be no such file yet
   * @param toError what to throw, here and in all methods, where the system fails
   */
  constructor(path: string, toError: (cause: NodeJS.ErrnoException) => HeapprofError) {
    this.#toError = toError;
    this.#try(() => {
      this.#descriptor = fs.openSync(path, 'wx');
    });
  }

  append(bytes: Uint8Array): void {
    this.#pending.raw(bytes);
    this.lengthBytes += bytes.length;
    if (this.#pending.lengthBytes >= WRITE_BYTES) this.flush();
  }

  /** Hands everything that was appended to the system. */
  flush(): void {
    const bytes = this.#pending.bytes();
    this.#write(bytes, this.lengthBytes - bytes.length);
    this.#pending.truncate(0);
  }

  /** Overwrites bytes that were appended. `offset` counts from 0. */
  overwrite(bytes: Uint8Array, offset: number): void {
    this.flush();
    this.#write(bytes, offset);
  }

  /** Closes the file without what was not flushed; a second time does nothing. */
  close(): void {
    if (this.#descriptor === undefined) return;
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    this.#try(() => fs.closeSync(descriptor));
  }

  #write(bytes: Uint8Array, offset: number): void {
    this.#try(() => {
      let done = 0;
      while (done < bytes.length) {
        done += fs.writeSync(this.#descriptor!, bytes, done, bytes.length - done, offset + done);
      }
    });
  }

  #try(action: () => void): void {
    try {
      action();
    } catch (error) {
      throw this.#toError(error as NodeJS.ErrnoException);
    }
  }
}
