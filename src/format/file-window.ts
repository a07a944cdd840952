import type { ByteSource } from './byte-source.js';

/** What is read from the disk at once, at least. */
export const CHUNK_BYTES = 4 * 1024 * 1024;

/** Looks at a file piece by piece through one buffer that is reused. */
export class FileWindow {
  readonly file: ByteSource;
  /** What is read at once, at least. */
  readonly chunkBytes: number;
  #buffer = new Uint8Array(0);
  #start = 0;
  #length = 0;

  /** @param chunkBytes what is read at once, at least: the buffer's size, unless more is asked for */
  constructor(file: ByteSource, chunkBytes = CHUNK_BYTES) {
    this.file = file;
    this.chunkBytes = chunkBytes;
  }

  /**
   * The bytes from `offset` (counts from 0); fewer than `length` only where the file ends.
   * They are valid until the next call.
   */
  bytes(offset: number, length: number): Uint8Array {
    const wanted = Math.max(Math.min(length, this.file.sizeBytes - offset), 0);
    if (offset < this.#start || offset + wanted > this.#start + this.#length) {
      this.#move(offset, wanted);
    }
    const from = offset - this.#start;
    return this.#buffer.subarray(from, Math.min(from + wanted, this.#length));
  }

  #move(offset: number, length: number): void {
    const kept = this.#keptBytes(offset);
    const leftInFile = Math.max(this.file.sizeBytes - offset, 0);
    const capacity = Math.min(Math.max(length, this.chunkBytes), leftInFile);
    if (capacity > this.#buffer.length) {
      const larger = new Uint8Array(capacity);
      larger.set(this.#buffer.subarray(this.#length - kept, this.#length));
      this.#buffer = larger;
    } else {
      this.#buffer.copyWithin(0, this.#length - kept, this.#length);
    }
    this.#start = offset;
    this.#length =
      kept + this.file.readInto(this.#buffer, kept, this.#buffer.length - kept, offset + kept);
  }

  /** How many bytes at the end of the buffer are the ones from `offset` on. */
  #keptBytes(offset: number): number {
    const end = this.#start + this.#length;
    return offset >= this.#start && offset < end ? end - offset : 0;
  }
}
