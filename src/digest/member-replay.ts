import { HeapprofError } from '../base/errors.js';
import { hasLeft, type Member } from '../format/family.js';
import type { EventBlock, EventLog, LogItem } from '../format/log.js';
import type { MemberHeap } from './combine-heap.js';
import { EventBooker } from './event-booker.js';
import { HeapQueue } from './heap-queue.js';
import type { Ledger } from './ledger.js';
import type { Weights } from './weights.js';

/** Books the log of one member in the ledger of its family, up to one time after the other. All times are since the root's start. */
export class MemberReplay {
  readonly member: Member;
  /** Time of the latest thing of the log that was seen; before that, the member's start. */
  seenMicros: number;
  /** Time of the latest event that was booked. */
  bookedMicros = 0;
  /** Bytes of the log that could not be used. */
  damagedBytes = 0;
  /** Whether the whole log has been booked. */
  isFinished = false;
  readonly #booker: EventBooker;
  readonly #heap: HeapQueue;
  readonly #ledger: Ledger;
  readonly #firstTrace: number;
  readonly #weights: Weights;
  #log: EventLog | undefined;
  #items: Iterator<LogItem> | undefined;
  /** The block of which events are left, from `#from` on. */
  #block: EventBlock | undefined;
  #from = 0;
  #hasEnd = false;

  /** @param firstTrace the index in the ledger of the member's trace 0 */
  constructor(
    member: Member,
    firstTrace: number,
    ledger: Ledger,
    weights: Weights,
    timeIntervalMicros: number,
  ) {
    this.member = member;
    this.seenMicros = member.startMicros;
    this.#booker = new EventBooker(ledger.sites, firstTrace, member.traces.traceCount);
    this.#heap = new HeapQueue(timeIntervalMicros);
    this.#ledger = ledger;
    this.#firstTrace = firstTrace;
    this.#weights = weights;
  }

  /** Bytes of the log that are done. */
  get doneBytes(): number {
    return this.isFinished ? this.member.logBytes : (this.#log?.positionBytes ?? 0);
  }

  /** Books all events at or before a time; yields after each block or other item of the log. */
  *bookUntil(timeMicros: number): Generator<void, void, void> {
    const untilMicros = timeMicros - this.member.startMicros;
    while (!this.isFinished) {
      if (this.#block === undefined) this.#take(this.#next());
      else if (!this.#bookBlock(this.#block, untilMicros)) return;
      yield;
    }
  }

  /**
   * What the heap records say of the stretch of time that ends with a snapshot (counts from 0), which is taken at
   * `timeMicros`; of a member that is gone by then only what happened before.
   */
  takeHeap(snapshot: number, timeMicros: number): MemberHeap {
    const { collections, gcPauseMicros, ...state } = this.#heap.take(snapshot);
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
    this.#log?.close();
    this.#log = undefined;
  }

  /** @returns whether that was all of the block */
  #bookBlock(block: EventBlock, untilMicros: number): boolean {
    const { count } = block;
    let to = count;
    // Where the rest of the block has no snapshot in it, its times need not be looked at.
    if (block.lastTimeMicros > untilMicros) {
      const times = block.timesMicros();
      to = this.#from;
      while (to < count && times[to]! <= untilMicros) to++;
    }
    this.#booker.book(block, this.#from, to);
    this.#from = to;
    if (to < count) return false;
    this.bookedMicros = this.member.startMicros + block.lastTimeMicros;
    this.#block = undefined;
    return true;
  }

  #next(): LogItem | undefined {
    try {
      this.#log ??= this.member.openLog();
      this.#items ??= this.#log.items();
      const next = this.#items.next();
      return next.done ? undefined : next.value;
    } catch (error) {
      // Without the root there is no profile; without another member there is the rest of it.
      if (this.member.suffix === '' || !(error instanceof HeapprofError)) throw error;
      this.damagedBytes += this.member.logBytes - (this.#log?.positionBytes ?? 0);
      return undefined;
    }
  }

  #take(item: LogItem | undefined): void {
    switch (item?.item) {
      case undefined:
        this.isFinished = true;
        this.close();
        break;
      case 'events':
        if (item.block.count === 0) break;
        this.#block = item.block;
        this.#from = 0;
        this.#booker.begin(item.block);
        this.#heap.arrayBufferEvents(item.block, this.#weights, this.member.startMicros);
        this.#see(item.block.lastTimeMicros);
        break;
      case 'heap':
        for (const record of item.records) {
          const timeMicros = record.timeMicros + this.member.startMicros;
          this.#heap.add({ ...record, timeMicros });
          this.#see(record.timeMicros);
        }
        break;
      case 'marks':
        for (const mark of item.marks) this.#see(mark.timeMicros);
        break;
      case 'end':
        this.#hasEnd = true;
        this.#see(item.end.timeMicros);
        break;
      case 'damage':
        this.damagedBytes += item.damage.bytes;
        break;
    }
  }

  #see(timeMicros: number): void {
    this.seenMicros = Math.max(this.seenMicros, timeMicros + this.member.startMicros);
  }
}
