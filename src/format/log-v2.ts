import { KINDS, type MemoryEvent } from '../model/event.js';
import { decodeAge } from './age-code.js';
import { type Block, BlockScanner } from './block.js';
import { ByteReader, DecodeError } from './byte-reader.js';
import { BlockType, FILE_HEADER_BYTES } from './constants.js';
import { blockDamage } from './damage.js';
import { SiteEventDecoder } from './event-block.js';
import { decodeFileHeader } from './file-header.js';
import { FileWindow, type InputFile } from './file-window.js';
import { decodeEnd, decodeHeapRecords, decodeMarks } from './hpd-blocks.js';
import type { EventLog, LogCursor, LogItem, LogPlace, TraceTable } from './log.js';

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

  *items(): IterableIterator<LogItem> {
    const cursor = this.cursor();
    this.positionBytes = cursor.place.offset;
    for (let item = cursor.next(); item !== undefined; item = cursor.next()) {
      this.positionBytes = cursor.place.offset;
      yield item;
    }
    this.positionBytes = this.sizeBytes;
    this.cutBytes = cursor.cutBytes;
  }

  cursor(): LogCursor {
    return new LogCursorV2(new FileWindow(this.#input, this.#chunkBytes));
  }

  *events(): IterableIterator<MemoryEvent> {
    for (const item of this.items()) {
      // The only event blocks of version 2 are the decoder's own.
      if (item.item === 'events') yield* this.#eventsOf(item.block as SiteEventDecoder);
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

/** Turns blocks into items. Blocks that follow each other in the file must follow in time. */
class LogCursorV2 implements LogCursor {
  readonly #file: string;
  readonly #scanner: BlockScanner;
  readonly #events = new SiteEventDecoder();
  #lastEventMicros = 0;
  #lastRecordMicros = 0;

  constructor(window: FileWindow) {
    this.#file = window.file.path;
    this.#scanner = new BlockScanner(window);
  }

  get place(): LogPlace {
    return {
      offset: this.#scanner.position,
      eventMicros: this.#lastEventMicros,
      recordMicros: this.#lastRecordMicros,
      clockMicros: 0,
    };
  }

  get cutBytes(): number {
    return this.#scanner.cutBytes;
  }

  goTo({ offset, eventMicros, recordMicros }: LogPlace): void {
    this.#scanner.position = offset;
    this.#lastEventMicros = eventMicros;
    this.#lastRecordMicros = recordMicros;
  }

  next(): LogItem | undefined {
    for (;;) {
      const next = this.#scanner.next();
      if (next === undefined) return undefined;
      if ('reason' in next) return { item: 'damage', damage: next };
      try {
        const item = this.#decode(next);
        if (item !== undefined) return item;
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        return { item: 'damage', damage: blockDamage(this.#file, next, error) };
      }
    }
  }

  /** Undefined for a block that a log has no item for. */
  #decode(block: Block): LogItem | undefined {
    const payload = new ByteReader(block.payload);
    const { type, count, firstTimeMicros } = block;
    switch (type) {
      case BlockType.events:
        if (count === 0) return undefined;
        expectLater(payload, firstTimeMicros, this.#lastEventMicros);
        this.#events.decode(block);
        this.#lastEventMicros = this.#events.lastTimeMicros;
        return { item: 'events', block: this.#events };
      case BlockType.heapRecords: {
        expectLater(payload, firstTimeMicros, this.#lastRecordMicros);
        const records = decodeHeapRecords(payload, count, firstTimeMicros);
        this.#lastRecordMicros = records.at(-1)?.timeMicros ?? this.#lastRecordMicros;
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
