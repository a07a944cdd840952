import { FormatError } from '../base/errors.js';
import { type Block, readBlockAt } from './block.js';
import { ByteReader, DecodeError } from './byte-reader.js';
import type { ByteSource } from './byte-source.js';
import { BLOCK_HEADER_BYTES, BlockType, FILE_HEADER_BYTES } from './constants.js';
import { decodeFileHeader } from './file-header.js';
import { FileWindow } from './file-window.js';
import {
  type DigestFacts,
  decodeDigestFacts,
  decodeIndexEntry,
  decodeSnapshot,
  INDEX_START,
  type IndexEntry,
  LEAST_INDEX_ENTRY_BYTES,
} from './hpc-blocks.js';
import type { UsageColumns } from './usage-columns.js';

/** Bytes after the index: where it begins. */
export const TRAILER_BYTES = 8;

/**
 * An open digest. Its index is read when it is opened, each snapshot when it is asked for. A file that is
 * not a whole digest of version 2 is refused with one FormatError that says to make it again.
 */
export class DigestFile {
  readonly path: string;
  /** Of the recording that it was made from: 16 hexadecimal digits, zeros for a log of version 1. */
  readonly recordingId: string;
  readonly facts: DigestFacts;
  /** One for each snapshot, rising by time; the first is that of time 0. */
  readonly index: readonly IndexEntry[];
  readonly #input: ByteSource;
  readonly #window: FileWindow;

  /**
   * @param input the file's bytes; closed with the digest
   * @throws FormatError if the file is cut, damaged, of another kind or of another version.
   */
  constructor(input: ByteSource) {
    this.path = input.path;
    this.#input = input;
    this.#window = new FileWindow(this.#input);
    try {
      this.recordingId = this.#readHeader();
      if (isEarlierDigest(this.#window)) {
        throw this.#error(FILE_HEADER_BYTES, 'this is a digest of an earlier heapprof');
      }
      this.facts = this.#decode(
        this.#block(FILE_HEADER_BYTES, BlockType.digest),
        decodeDigestFacts,
      );
      this.index = this.#readIndex();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Reads the rows of a snapshot into `live` and `allocated`, in place of what they hold.
   * @throws FormatError if its block is damaged.
   */
  readSnapshot(entry: IndexEntry, live: UsageColumns, allocated: UsageColumns): void {
    const block = this.#block(entry.offset, BlockType.snapshot);
    if (block.firstTimeMicros !== entry.totals.timeMicros) {
      throw this.#error(entry.offset, 'the snapshot is not the one that the index has');
    }
    this.#decode(block, (payload) => decodeSnapshot(payload, block.count, live, allocated));
  }

  /** Size of the file. */
  get sizeBytes(): number {
    return this.#input.sizeBytes;
  }

  /** Bytes of the file from `offset` (counts from 0) on, fewer only where it ends; valid until the file is read again. */
  bytes(offset: number, length: number): Uint8Array {
    return this.#window.bytes(offset, length);
  }

  /** Closes the file; a second time does nothing. */
  close(): void {
    this.#input.close();
  }

  #readHeader(): string {
    try {
      return decodeFileHeader(this.#window.bytes(0, FILE_HEADER_BYTES), this.path, 'hpc');
    } catch (error) {
      // The sentences of other files speak of recordings; a digest can always be made again.
      throw this.#error((error as FormatError).offset, 'this is not a digest of version 2', error);
    }
  }

  #readIndex(): IndexEntry[] {
    const end = this.#input.sizeBytes - TRAILER_BYTES;
    const first = FILE_HEADER_BYTES + BLOCK_HEADER_BYTES;
    if (end < first) throw this.#error(this.#input.sizeBytes, 'the digest is cut');
    const start = this.#decodeTrailer(end);
    if (start < first || start >= end) throw this.#error(end, 'the digest is cut or damaged');
    const entries: IndexEntry[] = [];
    let offset = start;
    while (offset < end) {
      const block = this.#block(offset, BlockType.index);
      this.#decode(block, (payload) => decodeEntries(payload, block.count, entries));
      offset += BLOCK_HEADER_BYTES + block.payload.length;
    }
    const isWithin = ({ offset: snapshot }: IndexEntry) => snapshot >= first && snapshot < start;
    if (entries[0]?.totals.timeMicros !== 0 || !entries.every(isWithin)) {
      throw this.#error(start, 'the index is damaged');
    }
    return entries;
  }

  #decodeTrailer(offset: number): number {
    try {
      return new ByteReader(this.#window.bytes(offset, TRAILER_BYTES)).u64();
    } catch (error) {
      throw this.#error(offset, 'the digest is cut or damaged', error);
    }
  }

  #block(offset: number, type: number): Block {
    const block = readBlockAt(this.#window, offset);
    if (block?.type === type) return block;
    throw this.#error(offset, 'a block of the digest is missing or damaged');
  }

  #decode<T>(block: Block, decode: (payload: ByteReader) => T): T {
    try {
      return decode(new ByteReader(block.payload));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const offset = block.offset + BLOCK_HEADER_BYTES + error.position;
      throw this.#error(offset, error.problem, error);
    }
  }

  #error(offset: number, problem: string, cause?: unknown): FormatError {
    return new FormatError(this.path, offset, problem, {
      cause,
      advice: 'Make the digest again, for example with heapprof digest.',
    });
  }
}

/** Whether a file is a digest as earlier writers made it, which is not read any more. */
export function isEarlierDigest(window: FileWindow): boolean {
  return readBlockAt(window, FILE_HEADER_BYTES)?.type === BlockType.earlierDigest;
}

function decodeEntries(payload: ByteReader, count: number, entries: IndexEntry[]): void {
  payload.expectItems(count, LEAST_INDEX_ENTRY_BYTES);
  let previous = INDEX_START;
  for (let k = 0; k < count; k++) {
    const entry = decodeIndexEntry(payload, entries.length, previous);
    const { timeMicros } = entry.totals;
    const before = entries.at(-1)?.totals.timeMicros ?? -1;
    if (timeMicros <= before) throw payload.error('the times of the index do not rise');
    if (timeMicros > Number.MAX_SAFE_INTEGER) throw payload.error('a time above 2^53 − 1');
    entries.push(entry);
    previous = { offset: entry.offset, timeMicros };
  }
}
