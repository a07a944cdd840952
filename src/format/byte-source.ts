/** Bytes that can be read at any place: a file, or what is in memory. */
export interface ByteSource {
  /** Its name, for messages. */
  readonly path: string;
  readonly sizeBytes: number;
  /**
   * Reads up to `length` bytes at `offset` (from 0) into `target`.
   * @returns how many were read: fewer only where the bytes end
   */
  readInto(target: Uint8Array, targetOffset: number, length: number, offset: number): number;
  /** Nothing is read after it; a second time does nothing. */
  close(): void;
}

/** Bytes in memory. They are not copied. */
export class MemoryBytes implements ByteSource {
  readonly path: string;
  readonly #bytes: Uint8Array;

  /** @param path what messages call them */
  constructor(path: string, bytes: Uint8Array) {
    this.path = path;
    this.#bytes = bytes;
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  readInto(target: Uint8Array, targetOffset: number, length: number, offset: number): number {
    const part = this.#bytes.subarray(offset, offset + length);
    target.set(part, targetOffset);
    return part.length;
  }

  close(): void {}
}
