/**
 * Bytes that are not what the format says. Thrown by decoders, which do not know of files; whoever
 * knows the file turns it into a `FormatError` or a `Damage`.
 */
export class DecodeError extends Error {
  /** `position`: where in the decoded bytes; counts from 0. `problem`: what is wrong there. */
  constructor(
    readonly position: number,
    readonly problem: string,
  ) {
    super(`${problem} at position ${position}`);
    this.name = 'DecodeError';
  }
}

/** The bytes end too early. Version 1 has no lengths: there this is the cut tail of a log. */
export class EndOfDataError extends DecodeError {
  constructor(position: number) {
    super(position, 'the data end too early');
    this.name = 'EndOfDataError';
  }
}

/** The most bytes that a varint has: 2^53 − 1 takes eight. */
export const MAX_VARINT_BYTES = 8;

/** A byte order mark is a character as others are. */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the format's numbers and strings one after the other. All methods throw `DecodeError`. */
export class ByteReader {
  /** Of the next byte to read; counts from 0. */
  position: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, position = 0) {
    this.position = position;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#bytes.length - this.position;
  }

  u8(): number {
    this.#need(1);
    return this.#bytes[this.position++]!;
  }

  u16(): number {
    this.#need(2);
    const value = this.#view.getUint16(this.position, true);
    this.position += 2;
    return value;
  }

  u32(): number {
    this.#need(4);
    const value = this.#view.getUint32(this.position, true);
    this.position += 4;
    return value;
  }

  /** A u64 as a number; one above 2^53 − 1 is an error. */
  u64(): number {
    this.#need(8);
    const value =
      this.#view.getUint32(this.position, true) +
      this.#view.getUint32(this.position + 4, true) * 4_294_967_296;
    if (value > Number.MAX_SAFE_INTEGER) throw this.error('a number above 2^53 − 1');
    this.position += 8;
    return value;
  }

  /** An unsigned LEB128 number up to 2^53 − 1. */
  varint(): number {
    const bytes = this.#bytes;
    let value = 0;
    let scale = 1;
    for (let k = 0; k < MAX_VARINT_BYTES; k++) {
      const byte = bytes[this.position + k];
      if (byte === undefined) throw new EndOfDataError(this.position);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        this.position += k + 1;
        return value;
      }
      scale *= 128;
    }
    throw this.error('a number above 2^53 − 1');
  }

  /** A byte length and that many bytes of UTF-8; broken sequences become U+FFFD. */
  string(): string {
    const length = this.varint();
    this.#need(length);
    const start = this.position;
    this.position += length;
    return UTF8.decode(this.#bytes.subarray(start, this.position));
  }

  /**
   * Checks a number of items before anything is allocated for them.
   * @param leastBytes what one item takes at least
   */
  expectItems(count: number, leastBytes: number): void {
    if (count * leastBytes > this.remaining) {
      throw this.error(`${count} items are announced, which do not fit`);
    }
  }

  /** The error for a problem at the current position. */
  error(problem: string): DecodeError {
    return new DecodeError(this.position, problem);
  }

  #need(byteCount: number): void {
    if (byteCount > this.remaining) throw new EndOfDataError(this.position);
  }
}
