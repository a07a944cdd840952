import { KINDS, type MemoryEvent } from '../model/event.js';
import { decodeAge } from './age-code.js';
import { type Block, BlockScanner, readBlockAt } from './block.js';
import { findStart } from './block-search.js';
import { ByteReader, DecodeError } from './byte-reader.js';
import { BlockType, FILE_HEADER_BYTES } from './constants.js';
import { blockDamage } from './damage.js';
import { SiteEventDecoder } from './event-block.js';
import { decodeFileHeader } from './file-header.js';
import { FileWindow } from './file-window.js';
import { decodeEnd, decodeHeapRecords, decodeMarks } from './hpd-blocks.js';
import type { InputFile } from './input-file.js';
import type { EventLog, LogCursor, LogItem, LogPlace, TimeRange, TraceTable } from './log.js';
import { isWithin, itemsWithin, partWithin } from './log-range.js';

/** An `.hpd` of version 2. */
export class EventLogV2 implements EventLog {
  readonly version = 2;
  readonly file: string;
  readonly recordingId: string;
  readonly sizeBytes: number;
  positionBytes = 0;
  cutBytes = 0;
  readonly #input: InputFile;
  readonly #traces: TraceTable | undefined;
  readonly #chunkBytes: number | undefined;

  /**
   * @param traces where the names of types are; without it events have no type
   * @param chunkBytes what is read at once
   * @throws FormatError if the file is not an `.hpd` of version 2.
   */
  constructor(input: InputFile, traces?: TraceTable, chunkBytes?: number) {
    this.#input = input;
    this.#traces = traces;
    this.#chunkBytes = chunkBytes;
    this.file = input.path;
    this.sizeBytes = input.sizeBytes;
    this.recordingId = decodeFileHeader(input.head(FILE_HEADER_BYTES), input.path, 'hpd');
  }

  *items(range: TimeRange = {}): IterableIterator<LogItem> {
    const window = new FileWindow(this.#input, this.#chunkBytes);
    const decoder = new ItemDecoder(this.file);
    const cursor = new LogCursorV2(window, decoder);
    if (range.fromMicros !== undefined && range.fromMicros > 0) {
      const { earlier, offset } = findStart(this.#input, range.fromMicros, window.chunkBytes);
      for (const at of earlier) {
        const block = readBlockAt(window, at);
        const item = block && decoder.decode(block);
        const part = item && partWithin(item, range);
        if (part !== undefined) yield part;
      }
      cursor.goTo({ ...cursor.place, offset });
    }
    this.positionBytes = cursor.place.offset;
    for (const item of itemsWithin(cursor, range)) {
      this.positionBytes = cursor.place.offset;
      yield item;
    }
    this.positionBytes = this.sizeBytes;
    this.cutBytes = cursor.cutBytes;
  }

  cursor(): LogCursor {
    return new LogCursorV2(
      new FileWindow(this.#input, this.#chunkBytes),
      new ItemDecoder(this.file),
    );
  }

  *events(range: TimeRange = {}): IterableIterator<MemoryEvent> {
    for (const item of this.items(range)) {
      if (item.item !== 'events') continue;
      // The only event blocks of version 2 are the decoder's own.
      for (const event of this.#eventsOf(item.block as SiteEventDecoder)) {
        if (isWithin(event.timeMicros, range)) yield event;
      }
    }
  }

  close(): void {
    this.#input.close();
  }

  *#eventsOf(block: SiteEventDecoder): IterableIterator<MemoryEvent> {
    const times = block.timesMicros();
    const { ageCodes, survivedCollections } = block.fates();
    const lateFrees = block.lateFrees();
    let free = 0;
    let late = 0;
    for (let k = 0; k < block.count; k++) {
      const code = block.codes[k]!;
      const site = code >> 1;
      const typeKind = block.siteTypeKinds[site]!;
      const timeMicros = times[k]!;
      const trace = block.siteTraces[site]!;
      const sizeBytes = block.siteSizesBytes[site]!;
      const kind = KINDS[typeKind & 1]!;
      const type = this.#traces?.string(typeKind >>> 1) ?? '';
      if ((code & 1) === 0) {
        yield { timeMicros, operation: 'allocation', trace, sizeBytes, kind, type };
        continue;
      }
      const event = { timeMicros, operation: 'free', trace, sizeBytes, kind, type } as const;
      const ageCode = ageCodes[free];
      const survived = survivedCollections[free];
      const isLate = lateFrees[late] === free;
      if (isLate) late += 1;
      free += 1;
      yield ageCode === undefined || survived === undefined
        ? event
        : {
            ...event,
            ageMicros: decodeAge(ageCode),
            survivedCollections: survived,
            ...(isLate && { noticedLate: true }),
          };
    }
  }
}

/** A block of a log, or a damaged place, and what a reader makes of it. */
export interface DecodedBlock {
  /** Undefined for a damaged place where no whole block stands. */
  readonly block: Block | undefined;
  /** Undefined for a block that a log has no item for. */
  readonly item: LogItem | undefined;
}

/** The blocks of an `.hpd` from where the scanner stands. What is yielded is valid until the next one. */
export function* decodedBlocks(
  scanner: BlockScanner,
  decoder: ItemDecoder,
): Generator<DecodedBlock, void, void> {
  for (let next = scanner.next(); next !== undefined; next = scanner.next()) {
    yield 'reason' in next
      ? { block: undefined, item: { item: 'damage', damage: next } }
      : { block: next, item: decoder.decode(next) };
  }
}

class LogCursorV2 implements LogCursor {
  readonly #scanner: BlockScanner;
  readonly #decoder: ItemDecoder;
  #blocks: Iterator<DecodedBlock, void>;

  constructor(window: FileWindow, decoder: ItemDecoder) {
    this.#scanner = new BlockScanner(window);
    this.#decoder = decoder;
    this.#blocks = decodedBlocks(this.#scanner, decoder);
  }

  get place(): LogPlace {
    return {
      offset: this.#scanner.position,
      eventMicros: this.#decoder.lastEventMicros,
      recordMicros: this.#decoder.lastRecordMicros,
      clockMicros: 0,
    };
  }

  get cutBytes(): number {
    return this.#scanner.cutBytes;
  }

  goTo({ offset, eventMicros, recordMicros }: LogPlace): void {
    this.#scanner.position = offset;
    this.#decoder.lastEventMicros = eventMicros;
    this.#decoder.lastRecordMicros = recordMicros;
    // An iteration that has come to its end does not go on.
    this.#blocks = decodedBlocks(this.#scanner, this.#decoder);
  }

  next(): LogItem | undefined {
    for (;;) {
      const next = this.#blocks.next();
      if (next.done) return undefined;
      if (next.value.item !== undefined) return next.value.item;
    }
  }
}

/** Turns blocks into items. Blocks that follow each other in the file must follow in time. */
export class ItemDecoder {
  /** Of the blocks so far; blocks that begin earlier are damage. */
  lastEventMicros = 0;
  lastRecordMicros = 0;
  readonly #file: string;
  readonly #events = new SiteEventDecoder();

  /** @param file the `.hpd`, for what is said of damage */
  constructor(file: string) {
    this.#file = file;
  }

  /** Undefined for a block that a log has no item for; a block that does not decode is damage. */
  decode(block: Block): LogItem | undefined {
    try {
      return this.#decode(block);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { item: 'damage', damage: blockDamage(this.#file, block, error) };
    }
  }

  #decode(block: Block): LogItem | undefined {
    const payload = new ByteReader(block.payload);
    const { type, count, firstTimeMicros } = block;
    switch (type) {
      case BlockType.events:
        if (count === 0) return undefined;
        expectLater(payload, firstTimeMicros, this.lastEventMicros);
        this.#events.decode(block);
        this.lastEventMicros = this.#events.lastTimeMicros;
        return { item: 'events', block: this.#events };
      case BlockType.heapRecords: {
        expectLater(payload, firstTimeMicros, this.lastRecordMicros);
        const records = decodeHeapRecords(payload, count, firstTimeMicros);
        this.lastRecordMicros = records.at(-1)?.timeMicros ?? this.lastRecordMicros;
        return { item: 'heap', records };
      }
      case BlockType.marks:
        return { item: 'marks', marks: decodeMarks(payload, count, firstTimeMicros) };
      case BlockType.end:
        return { item: 'end', end: decodeEnd(payload, firstTimeMicros) };
      default:
        return undefined;
    }
  }
}

function expectLater(payload: ByteReader, timeMicros: number, previousMicros: number): void {
  if (timeMicros < previousMicros) {
    throw payload.error(`its first time is before the last one of the block of its kind before it`);
  }
}
