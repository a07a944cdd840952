import type { EventBlock, LogCursor, LogItem, LogPlace } from '../format/log.js';
import type { HeapRecord } from '../model/event.js';
import { eachBufferEvent } from './buffer-events.js';
import { EventBooker } from './event-booker.js';
import { eventsUntil } from './event-stretch.js';
import { SiteColumns } from './site-columns.js';
import { type SiteArrays, SiteCounter } from './site-counter.js';
import { snapshotAtOrAfter } from './snapshot-number.js';

/** A chunk, counted by itself: what a run of whole blocks of a log holds. Plain data, which one thread can hand to another. */
export interface Chunk {
  /** Where its first block begins, and the first times that it has of events and of heap records; infinite where it has none. */
  readonly from: Omit<LogPlace, 'clockMicros'>;
  /** After its last block, with the last times that it has; 0 where it has none. */
  readonly to: LogPlace;
  /** Time of the latest thing in it. */
  readonly lastMicros: number;
  readonly hasEnd: boolean;
  readonly stretches: readonly ChunkStretch[];
  /** Counts of sites, stretch by stretch. */
  readonly rows: SiteArrays;
  readonly heap: readonly ChunkHeap[];
  /** Times of the events of array buffers, in their order. */
  readonly bufferTimes: Float64Array<ArrayBuffer>;
  /** Bytes of their objects, not weighted; below 0 for a free. */
  readonly bufferBytes: Float64Array<ArrayBuffer>;
}

/** The events of a chunk that belong to one snapshot. */
export interface ChunkStretch {
  /** Number of the first snapshot that is not earlier; counts from 0. */
  readonly snapshot: number;
  /** Its rows in the chunk end before this one; they begin where those of the stretch before end. */
  readonly endRow: number;
}

/** Heap records of a chunk. */
export interface ChunkHeap {
  readonly records: readonly HeapRecord[];
  /** How many events of array buffers stand before them. */
  readonly after: number;
}

/** Whether a reader of the whole log who has come to a place would go on with just this chunk. */
export function follows({ from }: Chunk, { offset, eventMicros, recordMicros }: LogPlace): boolean {
  return (
    from.offset === offset &&
    from.eventMicros >= eventMicros &&
    from.recordMicros >= Math.max(recordMicros, eventMicros)
  );
}

/** Where a reader of the whole log is after a chunk, before which it was at `before`. */
export function placeAfter({ to }: Chunk, before: LogPlace): LogPlace {
  return {
    ...to,
    // A chunk without events, or without heap records, does not know of those before it.
    eventMicros: Math.max(to.eventMicros, before.eventMicros),
    recordMicros: Math.max(to.recordMicros, before.recordMicros),
  };
}

/** What so many sites take is not worth to be kept from chunk to chunk. */
const MOST_SITES = 1 << 19;

/** Counts chunks of a log, one at a time. */
export class ChunkCounter {
  readonly #cursor: LogCursor;
  readonly #timeIntervalMicros: number;
  readonly #traceCount: number;
  #sites!: SiteCounter;
  #booker!: EventBooker;

  /**
   * @param cursor of the log; nobody else moves it
   * @param traceCount how many traces the recording has; what is above counts as trace 0
   */
  constructor(cursor: LogCursor, timeIntervalMicros: number, traceCount: number) {
    this.#cursor = cursor;
    this.#timeIntervalMicros = timeIntervalMicros;
    this.#traceCount = traceCount;
    this.#forgetSites();
  }

  /**
   * Counts the blocks that begin between two offsets (the second excluded), bytes from the start of the file. Whether a reader of the whole log would
   * come to the first of them is not known here: see {@link follows}.
   * @param arrays for the rows of the chunk, of a chunk that is not needed any more
   * @returns undefined where they cannot be counted by themselves: there are none, or something is damaged or not in the order of time
   */
  count(startOffset: number, endOffset: number, arrays?: SiteArrays): Chunk | undefined {
    const cursor = this.#cursor;
    cursor.goTo({ offset: startOffset, eventMicros: 0, recordMicros: 0, clockMicros: 0 });
    if (this.#sites.count > MOST_SITES) this.#forgetSites();
    const tally = new ChunkTally(
      this.#sites,
      this.#booker,
      new SiteColumns(arrays),
      this.#timeIntervalMicros,
    );
    let begin = startOffset;
    let to: LogPlace | undefined;
    while (cursor.place.offset < endOffset) {
      const item = cursor.next();
      if (item === undefined) break;
      if (item.item === 'damage' && to === undefined && begin === startOffset) {
        // The rest of a block that begins before.
        begin = cursor.place.offset;
      } else if (tally.take(item)) {
        to = cursor.place;
      } else {
        tally.end();
        return undefined;
      }
    }
    const chunk = tally.end();
    return to && { ...chunk, from: { offset: begin, ...tally.first }, to };
  }

  #forgetSites(): void {
    this.#sites = new SiteCounter();
    this.#booker = new EventBooker(this.#sites, 0, this.#traceCount);
  }
}

/** Collects what the items of one chunk hold. */
class ChunkTally {
  readonly #sites: SiteCounter;
  readonly #columns: SiteColumns;
  readonly #timeIntervalMicros: number;
  readonly #booker: EventBooker;
  /** Of the stretch that the last event is in; undefined before the first. */
  #snapshot: number | undefined;
  #lastMicros = 0;
  #lastEventMicros = 0;
  #firstEventMicros: number | undefined;
  #firstRecordMicros: number | undefined;
  #hasEnd = false;
  readonly #stretches: ChunkStretch[] = [];
  readonly #heap: ChunkHeap[] = [];
  readonly #bufferTimes: number[] = [];
  readonly #bufferBytes: number[] = [];

  constructor(
    sites: SiteCounter,
    booker: EventBooker,
    columns: SiteColumns,
    timeIntervalMicros: number,
  ) {
    this.#sites = sites;
    this.#columns = columns;
    this.#timeIntervalMicros = timeIntervalMicros;
    this.#booker = booker;
  }

  /** The first times of events and of heap records; infinite where there are none. */
  get first(): { readonly eventMicros: number; readonly recordMicros: number } {
    return {
      eventMicros: this.#firstEventMicros ?? Number.POSITIVE_INFINITY,
      recordMicros: this.#firstRecordMicros ?? Number.POSITIVE_INFINITY,
    };
  }

  /** @returns false for an item that only a reader of the whole log can place */
  take(item: LogItem): boolean {
    switch (item.item) {
      case 'events':
        this.#takeEvents(item.block);
        return true;
      case 'heap': {
        const [first] = item.records;
        if (first === undefined || first.timeMicros < this.#lastEventMicros) return false;
        this.#firstRecordMicros ??= first.timeMicros;
        this.#heap.push({ records: item.records, after: this.#bufferTimes.length });
        this.#see(item.records.at(-1)!.timeMicros);
        return true;
      }
      case 'marks':
        for (const mark of item.marks) this.#see(mark.timeMicros);
        return true;
      case 'end':
        this.#hasEnd = true;
        this.#see(item.end.timeMicros);
        return true;
      case 'damage':
        return false;
    }
  }

  /** All that was taken; nothing is left behind in the counter of sites. */
  end(): Omit<Chunk, 'from' | 'to'> {
    this.#endStretch();
    return {
      lastMicros: this.#lastMicros,
      hasEnd: this.#hasEnd,
      stretches: this.#stretches,
      rows: this.#columns.arrays,
      heap: this.#heap,
      bufferTimes: Float64Array.from(this.#bufferTimes),
      bufferBytes: Float64Array.from(this.#bufferBytes),
    };
  }

  #takeEvents(block: EventBlock): void {
    this.#firstEventMicros ??= block.firstTimeMicros;
    this.#snapshot ??= this.#snapshotOf(block.firstTimeMicros);
    this.#booker.begin(block);
    let from = 0;
    for (;;) {
      const to = eventsUntil(block, from, this.#snapshot * this.#timeIntervalMicros);
      this.#booker.book(block, from, to);
      if (to === block.count) break;
      this.#endStretch();
      this.#snapshot = this.#snapshotOf(block.timesMicros()[to]!);
      from = to;
    }
    eachBufferEvent(block, (timeMicros, sizeBytes) => {
      this.#bufferTimes.push(timeMicros);
      this.#bufferBytes.push(sizeBytes);
    });
    this.#lastEventMicros = block.lastTimeMicros;
    this.#see(block.lastTimeMicros);
  }

  #endStretch(): void {
    if (this.#snapshot === undefined) return;
    this.#columns.takeFrom(this.#sites);
    this.#stretches.push({ snapshot: this.#snapshot, endRow: this.#columns.count });
  }

  #snapshotOf(timeMicros: number): number {
    return snapshotAtOrAfter(timeMicros, this.#timeIntervalMicros);
  }

  #see(timeMicros: number): void {
    this.#lastMicros = Math.max(this.#lastMicros, timeMicros);
  }
}
