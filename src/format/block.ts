import { crc32 } from 'node:zlib';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import {
  BLOCK_CRC_OFFSET,
  BLOCK_HEADER_BYTES,
  BLOCK_SYNC,
  FILE_HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
} from './constants.js';
import type { FileWindow } from './file-window.js';
import type { Damage } from './log.js';

/** A block as it stands in a file; its payload is not decoded. */
export interface Block {
  /** See `BlockType`; may be one that is not known. */
  readonly type: number;
  readonly firstTimeMicros: number;
  readonly count: number;
  /** Valid until the next block is asked for. */
  readonly payload: Uint8Array;
  /** Where the block begins in its file; counts from 0. */
  readonly offset: number;
}

/** How the bytes from some offset on look as a block. */
type Attempt =
  | { readonly is: 'block'; readonly block: Block }
  /** The file ends before the block does. */
  | { readonly is: 'cut' }
  /** `summedBytes`: how many bytes were summed up to find that out. */
  | { readonly is: 'wrong'; readonly reason: string; readonly summedBytes: number };

/** One block with its header, ready to be written. */
export function encodeBlock(
  type: number,
  firstTimeMicros: number,
  count: number,
  payload: Uint8Array,
): Uint8Array {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(
      `A block of ${payload.length} bytes cannot be written; at most ${MAX_PAYLOAD_BYTES} bytes fit.`,
    );
  }
  const block = new ByteWriter(BLOCK_HEADER_BYTES + payload.length);
  for (const byte of BLOCK_SYNC) block.u8(byte);
  block.u8(type).u32(payload.length).u64(firstTimeMicros).u32(count);
  const crc = crc32(payload, crc32(block.bytes()));
  return block.u32(crc).raw(payload).bytes();
}

/** Reads the block that a file of version 2 has at `offset`; undefined where no whole one stands. */
export function readBlockAt(window: FileWindow, offset: number): Block | undefined {
  const attempt = tryBlock(window, offset);
  return attempt.is === 'block' ? attempt.block : undefined;
}

/**
 * The blocks of a file of version 2, one after the other, past damaged places: the reader's rules of
 * `docs/format.md`. Memory does not grow with the file.
 */
export class BlockScanner {
  /** Bytes of the incomplete block that the file ends with; known after the last block. */
  cutBytes = 0;
  /** Where the next block is looked for, bytes from the start of the file. */
  position = FILE_HEADER_BYTES;
  readonly #window: FileWindow;
  /**
   * How many bytes of wrong blocks may still be summed up in searches. Random damage needs a few
   * megabytes; a file made to look like a block at every byte would take hours without a limit.
   */
  #searchBudgetBytes = 4 * 1024 ** 3;

  constructor(window: FileWindow) {
    this.#window = window;
  }

  /** The next block or damaged place; undefined at the end. */
  next(): Block | Damage | undefined {
    const { sizeBytes } = this.#window.file;
    if (this.position >= sizeBytes) return undefined;
    const start = this.position;
    const attempt = tryBlock(this.#window, start);
    if (attempt.is === 'block') {
      this.position = start + BLOCK_HEADER_BYTES + attempt.block.payload.length;
      return attempt.block;
    }
    // A length that was damaged can look like a cut tail; whole blocks after it tell them apart.
    const next = this.#search(start + 1);
    this.position = next ?? sizeBytes;
    if (next === undefined && attempt.is === 'cut') {
      this.cutBytes = sizeBytes - start;
      return undefined;
    }
    return {
      file: this.#window.file.path,
      offset: start,
      bytes: this.position - start,
      reason:
        attempt.is === 'wrong' ? attempt.reason : 'A block reaches beyond the end of the file.',
    };
  }

  /** Offset of the first whole block from `from` on. */
  #search(from: number): number | undefined {
    const { sizeBytes } = this.#window.file;
    let offset = from;
    while (offset + BLOCK_HEADER_BYTES <= sizeBytes) {
      const bytes = this.#window.bytes(offset, SEARCH_BYTES);
      const found = indexOfHeader(bytes);
      if (found < 0) {
        if (bytes.length < SEARCH_BYTES) return undefined;
        // A header may begin at the end of these bytes.
        offset += SEARCH_BYTES - (HEADER_START_BYTES - 1);
        continue;
      }
      offset += found;
      const attempt = tryBlock(this.#window, offset);
      if (attempt.is === 'block') return offset;
      if (attempt.is === 'wrong') {
        this.#searchBudgetBytes -= attempt.summedBytes;
        if (this.#searchBudgetBytes < 0) return undefined;
      }
      offset += 1;
    }
    return undefined;
  }
}

const SEARCH_BYTES = 65_536;
const SYNC_TEXT = Uint8Array.from(BLOCK_SYNC);
/** Sync bytes, type and length. */
const HEADER_START_BYTES = 8;

/**
 * Where sync bytes with a length that blocks may have stand; -1 if nowhere. Without a look at the
 * length, a text that is full of sync bytes would be searched at a few megabytes a second.
 */
function indexOfHeader(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let found = buffer.indexOf(SYNC_TEXT);
  while (found >= 0 && found + HEADER_START_BYTES <= buffer.length) {
    if (buffer.readUInt32LE(found + BLOCK_SYNC.length + 1) <= MAX_PAYLOAD_BYTES) return found;
    found = buffer.indexOf(SYNC_TEXT, found + 1);
  }
  return -1;
}

function tryBlock(window: FileWindow, offset: number): Attempt {
  const header = window.bytes(offset, BLOCK_HEADER_BYTES);
  for (let k = 0; k < BLOCK_SYNC.length && k < header.length; k++) {
    if (header[k] !== BLOCK_SYNC[k]) return wrong('A block was expected here.');
  }
  if (header.length < BLOCK_HEADER_BYTES) return { is: 'cut' };
  const fields = new ByteReader(header, BLOCK_SYNC.length);
  const type = fields.u8();
  const payloadBytes = fields.u32();
  const firstTimeMicros = fields.u32() + fields.u32() * 2 ** 32;
  const count = fields.u32();
  const crc = fields.u32();
  if (payloadBytes > MAX_PAYLOAD_BYTES) return wrong('The length of a block is above the limit.');
  const end = offset + BLOCK_HEADER_BYTES + payloadBytes;
  if (end > window.file.sizeBytes) return { is: 'cut' };
  const whole = window.bytes(offset, BLOCK_HEADER_BYTES + payloadBytes);
  const payload = whole.subarray(BLOCK_HEADER_BYTES);
  // Only where the file has become shorter since it was opened.
  if (payload.length < payloadBytes) return { is: 'cut' };
  if (crc32(payload, crc32(whole.subarray(0, BLOCK_CRC_OFFSET))) !== crc) {
    return { is: 'wrong', reason: 'The checksum of a block is wrong.', summedBytes: payloadBytes };
  }
  if (firstTimeMicros > Number.MAX_SAFE_INTEGER) {
    return wrong('The first time of a block is above 2^53 − 1.');
  }
  return { is: 'block', block: { type, firstTimeMicros, count, payload, offset } };
}

function wrong(reason: string): Attempt {
  return { is: 'wrong', reason, summedBytes: 0 };
}
