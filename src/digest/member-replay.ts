import { HeapprofError } from '../base/errors.js';
import { hasLeft, type Member } from '../format/family.js';
import type { EventBlock, EventLog, LogCursor, LogItem, LogPlace } from '../format/log.js';
import { type HeapRecord, KINDS } from '../model/event.js';
import { eachBufferEvent } from './buffer-events.js';
import { type Chunk, follows, placeAfter } from './chunk.js';
import type { ChunkSource, StartChunks } from './chunk-crew.js';
import type { MemberHeap } from './combine-heap.js';
import { EventBooker } from './event-booker.js';
import { eventsUntil } from './event-stretch.js';
import { HeapQueue } from './heap-queue.js';
import type { Ledger } from './ledger.js';
import { addRows } from './site-columns.js';
import type { Weights } from './weights.js';

/** What comes next in a log: an item, or a chunk that a worker thread has counted. */
type NextInLog = LogItem | { readonly item: 'chunk'; readonly chunk: Chunk };

/** Books the log of one member in the ledger of its family, up to one time after the other. All times are since the root's start. */
export class MemberReplay {
  member: Member;
  /** Time of the latest thing of the log that was seen; before that, the member's start. */
  seenMicros: number;
  /** Time of the latest event that was booked. */
  bookedMicros = 0;
  /** Whether the whole log has been booked. */
  isFinished = false;
  readonly #heap: HeapQueue;
  #tailHeap: HeapQueue | undefined;
  readonly #ledger: Ledger;
  readonly #firstTrace: number;
  readonly #weights: Weights;
  readonly #timeIntervalMicros: number;
  readonly #startChunks: StartChunks | undefined;
  #booker: EventBooker;
  #log: EventLog | undefined;
  #cursor: LogCursor | undefined;
  #chunks: ChunkSource | undefined;
  /** Number of the last chunk that was asked for. */
  #reached = -1;
  /** After the last thing that was not damaged. */
  #place: LogPlace | undefined;
  /** The block of which events are left, from `#from` on. */
  #block: EventBlock | undefined;
  /** The chunk of which stretches are left, likewise. */
  #chunk: Chunk | undefined;
  #from = 0;
  #hasEnd = false;
  #damagedBytes = 0;
  /** Damage after `#place`: where it ends may be known when the log has grown. */
  #lastDamagedBytes = 0;

  /**
   * @param firstTrace the index in the ledger of the member's trace 0
   * @param startChunks to read the log in chunks: it must be of version 2 and the family's only one
   */
  constructor(
    member: Member,
    firstTrace: number,
    ledger: Ledger,
    weights: Weights,
    timeIntervalMicros: number,
    startChunks: StartChunks | undefined,
  ) {
    this.member = member;
    this.seenMicros = member.startMicros;
    this.#booker = new EventBooker(ledger.sites, firstTrace, member.traces.traceCount);
    this.#heap = new HeapQueue(timeIntervalMicros);
    this.#ledger = ledger;
    this.#firstTrace = firstTrace;
    this.#weights = weights;
    this.#timeIntervalMicros = timeIntervalMicros;
    this.#startChunks = startChunks;
  }

  /** Bytes of the log that are done. */
  get doneBytes(): number {
    return this.isFinished ? this.member.logBytes : (this.#cursor?.place.offset ?? 0);
  }

  /** Bytes of the log that could not be used. */
  get damagedBytes(): number {
    return this.#damagedBytes + this.#lastDamagedBytes;
  }

  /** Books all events at or before a time; yields after each block or other item of the log. */
  *bookUntil(timeMicros: number): Generator<void, void, void> {
    const untilMicros = timeMicros - this.member.startMicros;
    while (!this.isFinished) {
      if (this.#block !== undefined) {
        if (!this.#bookBlock(this.#block, untilMicros)) return;
      } else if (this.#chunk !== undefined) {
        if (!this.#bookChunk(this.#chunk, untilMicros)) return;
      } else {
        this.#take(this.#next());
      }
      yield;
    }
  }

  /**
   * The log has grown since it was booked to its end: goes on where that was.
   * @param member the same as it is now
   */
  goOn(member: Member): void {
    this.member = member;
    this.#booker = new EventBooker(this.#ledger.sites, this.#firstTrace, member.traces.traceCount);
    this.#lastDamagedBytes = 0;
    this.#tailHeap = undefined;
    this.isFinished = false;
  }

  /** From now on heap records are taken from a copy: once the log has grown, they are to be taken again. */
  beginTail(): void {
    this.#tailHeap = this.#heap.copy();
  }

  /**
   * What the heap records say of the stretch of time that ends with a snapshot (counts from 0), which is taken at
   * `timeMicros`; of a member that is gone by then only what happened before.
   */
  takeHeap(snapshot: number, timeMicros: number): MemberHeap {
    const { collections, gcPauseMicros, ...state } = (this.#tailHeap ?? this.#heap).take(snapshot);
    const { suffix } = this.member;
    return { suffix, collections, gcPauseMicros, ...(!this.isGone(timeMicros) && state) };
  }

  /** What is live in the ledger of this member is so no longer. */
  forget(): void {
    this.#ledger.forget(this.#firstTrace, this.#firstTrace + this.member.traces.traceCount);
  }

  /** Whether its thread has come to its end before a time up to which it was booked: then it has no memory any more. */
  isGone(timeMicros: number): boolean {
    return this.isFinished && hasLeft(this.seenMicros, this.#hasEnd, timeMicros);
  }

  /** Closes the log. */
  close(): void {
    this.#chunks?.close();
    this.#chunks = undefined;
    this.#log?.close();
    this.#log = undefined;
    this.#cursor = undefined;
  }

  /** @returns whether that was all of the block */
  #bookBlock(block: EventBlock, untilMicros: number): boolean {
    const to = eventsUntil(block, this.#from, untilMicros);
    this.#booker.book(block, this.#from, to);
    this.#from = to;
    if (to < block.count) return false;
    this.bookedMicros = this.member.startMicros + block.lastTimeMicros;
    this.#block = undefined;
    return true;
  }

  /** @returns whether that was all of the chunk */
  #bookChunk(chunk: Chunk, untilMicros: number): boolean {
    for (; this.#from < chunk.stretches.length; this.#from++) {
      const { snapshot, endRow } = chunk.stretches[this.#from]!;
      if (snapshot * this.#timeIntervalMicros > untilMicros) return false;
      const firstRow = chunk.stretches[this.#from - 1]?.endRow ?? 0;
      addRows(this.#ledger.sites, chunk.rows, firstRow, endRow);
    }
    this.bookedMicros = Math.max(this.bookedMicros, chunk.to.eventMicros);
    this.#chunks?.giveBack(chunk);
    this.#chunk = undefined;
    return true;
  }

  #next(): NextInLog | undefined {
    try {
      const cursor = this.#open();
      const { place } = cursor;
      const chunk = this.#chunkAt(place);
      if (chunk === undefined) return cursor.next();
      cursor.goTo(placeAfter(chunk, place));
      return { item: 'chunk', chunk };
    } catch (error) {
      // Without the root there is no profile; without another member there is the rest of it.
      if (this.member.suffix === '' || !(error instanceof HeapprofError)) throw error;
      this.#damagedBytes += this.member.logBytes - (this.#cursor?.place.offset ?? 0);
      return undefined;
    }
  }

  #open(): LogCursor {
    if (this.#cursor !== undefined) return this.#cursor;
    this.#log = this.member.openLog();
    this.#cursor = this.#log.cursor();
    if (this.#place !== undefined) this.#cursor.goTo(this.#place);
    this.#reached = -1;
    this.#chunks = this.#startChunks?.(
      {
        path: this.#log.file,
        limitBytes: this.#log.sizeBytes,
        timeIntervalMicros: this.#timeIntervalMicros,
        traceCount: this.member.traces.traceCount,
      },
      this.#cursor.place.offset,
    );
    return this.#cursor;
  }

  /** The chunk that begins at a place, if there is one; asked for at each place, it is found where a new part of the file begins. */
  #chunkAt(place: LogPlace): Chunk | undefined {
    if (this.#chunks === undefined) return undefined;
    const number = Math.floor(place.offset / this.#chunks.chunkBytes);
    if (number <= this.#reached) return undefined;
    this.#reached = number;
    const chunk = this.#chunks.reach(number);
    return chunk !== undefined && follows(chunk, place) ? chunk : undefined;
  }

  #take(next: NextInLog | undefined): void {
    if (next === undefined) {
      this.isFinished = true;
      this.close();
      return;
    }
    if (next.item === 'damage') {
      this.#lastDamagedBytes += next.damage.bytes;
      return;
    }
    this.#damagedBytes += this.#lastDamagedBytes;
    this.#lastDamagedBytes = 0;
    this.#place = this.#cursor!.place;
    switch (next.item) {
      case 'chunk':
        this.#takeChunk(next.chunk);
        break;
      case 'events':
        this.#block = next.block;
        this.#from = 0;
        this.#booker.begin(next.block);
        eachBufferEvent(next.block, (time, sizeBytes) => this.#takeBufferEvent(time, sizeBytes));
        this.#see(next.block.lastTimeMicros);
        break;
      case 'heap':
        this.#takeRecords(next.records);
        break;
      case 'marks':
        for (const mark of next.marks) this.#see(mark.timeMicros);
        break;
      case 'end':
        this.#hasEnd = true;
        this.#see(next.end.timeMicros);
        break;
    }
  }

  /** Its heap records and array buffers at once, as those of a block; its events wait for their snapshots. */
  #takeChunk(chunk: Chunk): void {
    const { bufferTimes, bufferBytes, heap, lastMicros, hasEnd } = chunk;
    let buffer = 0;
    const takeBuffers = (end: number) => {
      for (; buffer < end; buffer++) {
        this.#takeBufferEvent(bufferTimes[buffer]!, bufferBytes[buffer]!);
      }
    };
    for (const { records, after } of heap) {
      takeBuffers(after);
      this.#takeRecords(records);
    }
    takeBuffers(bufferTimes.length);
    this.#chunk = chunk;
    this.#from = 0;
    this.#hasEnd ||= hasEnd;
    this.#see(lastMicros);
  }

  #takeRecords(records: readonly HeapRecord[]): void {
    for (const record of records) {
      const timeMicros = record.timeMicros + this.member.startMicros;
      this.#heap.add({ ...record, timeMicros });
      this.#see(record.timeMicros);
    }
  }

  /** `sizeBytes`: below 0 for a free. */
  #takeBufferEvent(timeMicros: number, sizeBytes: number): void {
    const weight = this.#weights.weight(Math.abs(sizeBytes), ARRAY_BUFFER);
    this.#heap.bufferEvent(timeMicros + this.member.startMicros, sizeBytes * weight);
  }

  #see(timeMicros: number): void {
    this.seenMicros = Math.max(this.seenMicros, timeMicros + this.member.startMicros);
  }
}

const ARRAY_BUFFER = KINDS.indexOf('arrayBuffer');
