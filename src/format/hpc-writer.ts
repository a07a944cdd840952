import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { HeapprofError } from '../base/errors.js';
import { formatBytes } from '../base/units.js';
import type { SnapshotTotals } from '../model/snapshot.js';
import { AppendFile } from './append-file.js';
import { encodeBlock } from './block.js';
import { ByteWriter } from './byte-writer.js';
import { BlockType, FILE_HEADER_BYTES, MAX_INDEX_ENTRIES, MAX_PAYLOAD_BYTES } from './constants.js';
import { encodeFileHeader } from './file-header.js';
import {
  type DigestOutcome,
  type DigestSource,
  encodeDigestFacts,
  encodeIndexEntry,
  encodeSnapshot,
  INDEX_START,
  type IndexPosition,
} from './hpc-blocks.js';
import type { DigestFile } from './hpc-file.js';
import type { UsageColumns } from './usage-columns.js';

/** What is copied of a finished digest at once. */
const COPY_BYTES = 256 * 1024;

/** How far a digest has been written. */
interface WriterPlace {
  readonly lengthBytes: number;
  readonly indexBlockCount: number;
  /** Of the index block that is not complete, and how much of them there was. */
  readonly entries: ByteWriter;
  readonly entriesBytes: number;
  readonly entryCount: number;
  readonly firstEntryMicros: number;
  readonly previous: IndexPosition;
}

/**
 * Writes a digest beside its final name; it gets that name when it is finished, in one step, so that a
 * reader never sees a part of one. An error from the disk is thrown as a HeapprofError with the code
 * `ERR_HEAPPROF_WRITE` and the system's error as its cause; `discard` then leaves nothing behind.
 */
export class DigestWriter {
  readonly #path: string;
  #temporaryPath: string;
  #source: DigestSource;
  /** Room that the digest block's payload has, whatever the outcome will be. */
  readonly #factsBytes: number;
  #file: AppendFile;
  readonly #indexBlocks: Uint8Array[] = [];
  /** Of the snapshot that is being written; its memory is used again. */
  readonly #payload = new ByteWriter();
  #entries = new ByteWriter();
  #entryCount = 0;
  #firstEntryMicros = 0;
  #previous: IndexPosition = INDEX_START;
  /** What there was before the tail. */
  #beforeTail: WriterPlace | undefined;

  /**
   * @param path the final name
   * @param recordingId 16 hexadecimal digits
   */
  constructor(path: string, recordingId: string, source: DigestSource) {
    this.#path = path;
    this.#temporaryPath = temporaryPath(path);
    this.#source = source;
    this.#factsBytes = encodeFacts(
      { ...source, sourceBytes: Number.MAX_SAFE_INTEGER },
      {
        complete: false,
        damagedBytes: Number.MAX_SAFE_INTEGER,
        elapsedMicros: Number.MAX_SAFE_INTEGER,
      },
    ).length;
    this.#file = this.#open();
    this.#file.append(encodeFileHeader('hpc', recordingId));
    // Its place; what it says is known at the end.
    this.#file.append(this.#digestBlock({ complete: false, damagedBytes: 0, elapsedMicros: 0 }));
  }

  /** Snapshots rise by time; rows by trace, then by `type << 1 | kind`. */
  writeSnapshot(totals: SnapshotTotals, live: UsageColumns, allocated: UsageColumns): void {
    const payload = this.#payload;
    payload.truncate(0);
    encodeSnapshot(payload, live, allocated);
    if (payload.lengthBytes > MAX_PAYLOAD_BYTES) throw this.#tooManyRows(payload, live, allocated);
    if (this.#entryCount === MAX_INDEX_ENTRIES) this.#beginIndexBlock();
    const offset = this.#file.lengthBytes;
    this.#file.append(
      encodeBlock(BlockType.snapshot, totals.timeMicros, live.count, payload.bytes()),
    );
    if (this.#entryCount === 0) this.#firstEntryMicros = totals.timeMicros;
    encodeIndexEntry(this.#entries, { offset, totals }, this.#previous);
    this.#previous = { offset, timeMicros: totals.timeMicros };
    this.#entryCount += 1;
  }

  /** Snapshots from here on are those that {@link goOn} takes back. */
  beginTail(): void {
    this.#beforeTail = {
      lengthBytes: this.#file.lengthBytes,
      indexBlockCount: this.#indexBlocks.length,
      entries: this.#entries,
      entriesBytes: this.#entries.lengthBytes,
      entryCount: this.#entryCount,
      firstEntryMicros: this.#firstEntryMicros,
      previous: this.#previous,
    };
  }

  /**
   * Goes on with a finished digest, beside it, as if its tail had not been written. Where that fails, nothing is left behind.
   * @param finished the digest that this writer has finished, or a copy
   * @param source what it is made from now; members, interval, precision and weight are the same
   */
  goOn(finished: DigestFile, source: DigestSource): void {
    const place = this.#beforeTail!;
    this.#source = source;
    this.#temporaryPath = temporaryPath(this.#path);
    this.#file = this.#open();
    this.#indexBlocks.length = place.indexBlockCount;
    this.#entries = place.entries;
    this.#entries.truncate(place.entriesBytes);
    this.#entryCount = place.entryCount;
    this.#firstEntryMicros = place.firstEntryMicros;
    this.#previous = place.previous;
    try {
      while (this.#file.lengthBytes < place.lengthBytes) {
        const left = place.lengthBytes - this.#file.lengthBytes;
        this.#file.append(finished.bytes(this.#file.lengthBytes, Math.min(left, COPY_BYTES)));
      }
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Completes the digest and gives it its name; where that fails, nothing is left behind. */
  finish(outcome: DigestOutcome): void {
    try {
      this.#complete(outcome);
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Takes back what was written of a digest that is not finished. */
  discard(): void {
    try {
      this.#file.close();
    } finally {
      fs.rmSync(this.#temporaryPath, { force: true });
    }
  }

  #complete(outcome: DigestOutcome): void {
    const indexOffset = this.#file.lengthBytes;
    for (const block of this.#indexBlocks) this.#file.append(block);
    if (this.#entryCount > 0) this.#file.append(this.#indexBlock());
    this.#file.append(new ByteWriter().u64(indexOffset).bytes());
    this.#file.overwrite(this.#digestBlock(outcome), FILE_HEADER_BYTES);
    this.#file.close();
    try {
      fs.renameSync(this.#temporaryPath, this.#path);
    } catch (error) {
      throw writeError(this.#path, error as NodeJS.ErrnoException);
    }
  }

  #beginIndexBlock(): void {
    this.#indexBlocks.push(this.#indexBlock());
    this.#entries = new ByteWriter();
    this.#entryCount = 0;
    this.#previous = INDEX_START;
  }

  #indexBlock(): Uint8Array {
    const entries = this.#entries.bytes();
    return encodeBlock(BlockType.index, this.#firstEntryMicros, this.#entryCount, entries);
  }

  #digestBlock(outcome: DigestOutcome): Uint8Array {
    const payload = new Uint8Array(this.#factsBytes);
    payload.set(encodeFacts(this.#source, outcome));
    return encodeBlock(BlockType.digest, 0, 1, payload);
  }

  #open(): AppendFile {
    return new AppendFile(this.#temporaryPath, (cause) => writeError(this.#path, cause));
  }

  #tooManyRows(payload: ByteWriter, live: UsageColumns, allocated: UsageColumns): HeapprofError {
    return new HeapprofError(
      'ERR_HEAPPROF_DIGEST_SIZE',
      `${this.#path}: a snapshot of ${live.count + allocated.count} rows takes ` +
        `${formatBytes(payload.lengthBytes)}, and a digest holds ` +
        `${formatBytes(MAX_PAYLOAD_BYTES)} of each; give a larger precision.`,
    );
  }
}

function temporaryPath(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}.tmp`;
}

function encodeFacts(source: DigestSource, outcome: DigestOutcome): Uint8Array {
  const out = new ByteWriter();
  encodeDigestFacts(out, { ...source, ...outcome });
  return out.bytes();
}

function writeError(path: string, cause: NodeJS.ErrnoException): HeapprofError {
  const reason =
    cause.code === 'ENOSPC'
      ? 'the disk is full; make room, or give a longer time interval or a larger precision'
      : `${cause.message}; check the folder and its permissions`;
  return new HeapprofError(
    'ERR_HEAPPROF_WRITE',
    `The digest ${path} cannot be written: ${reason}.`,
    { cause },
  );
}
