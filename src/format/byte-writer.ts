/** Writes the format's numbers and strings one after the other into a buffer that grows. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  /** @param roomBytes what can be written before the buffer grows for the first time */
  constructor(roomBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(roomBytes);
  }

  /** Bytes written so far. */
  get lengthBytes(): number {
    return this.#length;
  }

  /** Takes back all but the first `length` bytes. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** What was written; valid until the next write. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  u8(value: number): this {
    this.#reserve(1);
    this.#length = this.#buffer.writeUInt8(value, this.#length);
    return this;
  }

  u16(value: number): this {
    this.#reserve(2);
    this.#length = this.#buffer.writeUInt16LE(value, this.#length);
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32LE(value, this.#length);
    return this;
  }

  /** Big-endian, as version 1 has it. */
  u32be(value: number): this {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32BE(value, this.#length);
    return this;
  }

  /**
   * Big-endian, as version 1 has it.
   * @throws RangeError if the value is not a whole number from 0 to 2^53 − 1.
   */
  u64be(value: number): this {
    expectWholeNumber(value);
    return this.u32be(Math.floor(value / 4_294_967_296)).u32be(value % 4_294_967_296);
  }

  /** @throws RangeError if the value is not a whole number from 0 to 2^53 − 1. */
  u64(value: number): this {
    expectWholeNumber(value);
    return this.u32(value % 4_294_967_296).u32(Math.floor(value / 4_294_967_296));
  }

  /**
   * Unsigned LEB128 in its shortest form.
   * @throws RangeError if the value is not a whole number from 0 to 2^53 − 1.
   */
  varint(value: number): this {
    expectWholeNumber(value);
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
    return this;
  }

  /** Byte length and UTF-8; lone surrogates become U+FFFD. */
  string(value: string): this {
    const encoded = Buffer.from(value, 'utf8');
    return this.varint(encoded.length).raw(encoded);
  }

  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  #reserve(byteCount: number): void {
    const needed = this.#length + byteCount;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

function expectWholeNumber(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(
      `${value} cannot be written: files hold whole numbers from 0 to 2^53 − 1.`,
    );
  }
}
