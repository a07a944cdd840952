import { type Block, BlockScanner } from './block.js';
import { BlockType, FILE_HEADER_BYTES } from './constants.js';
import { FileWindow } from './file-window.js';
import type { InputFile } from './input-file.js';

/** Where the things of an `.hpd` from some time on are. */
export interface RangeStart {
  /** Where the first of their events cannot be before. A block begins there. */
  readonly offset: number;
  /** Where the blocks of heap records and marks are that stand before `offset` and may have some of them, rising. */
  readonly earlier: readonly number[];
}

/** What a search reads at once, at most, where blocks are not larger. */
const SEARCH_CHUNK_BYTES = 64 * 1024;

/**
 * Looks up a time in an `.hpd`, by the rule of `docs/format.md` for a range of time: without an index, in as many steps as the
 * number of its chunks has binary digits.
 * @param fromMicros above 0
 * @param chunkBytes what is read at once
 */
export function findStart(file: InputFile, fromMicros: number, chunkBytes: number): RangeStart {
  const window = new FileWindow(file, Math.min(chunkBytes, SEARCH_CHUNK_BYTES));
  const offset = findEvents(window, fromMicros);
  return { offset, earlier: findEarlier(window, fromMicros, offset) };
}

/** Where a block of events begins that is not later than the first event from a time on, and at most about a chunk before it. */
function findEvents(window: FileWindow, fromMicros: number): number {
  let low = FILE_HEADER_BYTES;
  // From here on, no whole block of events begins before the time.
  let high = window.file.sizeBytes;
  while (high - low > window.chunkBytes) {
    const middle = Math.floor((low + high) / 2);
    const block = findEventBlock(window, middle, high);
    if (block !== undefined && block.firstTimeMicros < fromMicros) low = block.offset;
    else high = middle;
  }
  return low;
}

/**
 * Goes back from `end`, where a block begins, to the last block of heap records that begins before a time. That one, and all
 * blocks of heap records and marks from there on, may have something of that time. Writers leave at most a second between
 * two heap records; of a log without any, all up to `end` is read.
 */
function findEarlier(window: FileWindow, fromMicros: number, end: number): number[] {
  const found: number[] = [];
  let to = end;
  for (let reach = window.chunkBytes; to > FILE_HEADER_BYTES; reach *= 2) {
    const from = Math.max(to - reach, FILE_HEADER_BYTES);
    const offsets: number[] = [];
    let isComplete = false;
    for (const { type, offset, firstTimeMicros } of blocksBetween(window, from, to)) {
      if (type !== BlockType.heapRecords && type !== BlockType.marks) continue;
      if (type === BlockType.heapRecords && firstTimeMicros < fromMicros) {
        offsets.length = 0;
        isComplete = true;
      }
      offsets.push(offset);
    }
    found.unshift(...offsets);
    if (isComplete) break;
    to = from;
  }
  return found;
}

/** The first whole block of events that begins from `from` on and before `to`. */
function findEventBlock(window: FileWindow, from: number, to: number): Block | undefined {
  for (const block of blocksBetween(window, from, to)) {
    if (block.type === BlockType.events) return block;
  }
  return undefined;
}

/** The whole blocks that begin from `from` on and before `to`. Each is valid until the next. */
function* blocksBetween(
  window: FileWindow,
  from: number,
  to: number,
): Generator<Block, void, void> {
  const scanner = new BlockScanner(window);
  scanner.position = from;
  for (let next = scanner.next(); next !== undefined; next = scanner.next()) {
    if (next.offset >= to) return;
    if (!('reason' in next)) yield next;
  }
}
