import { HeapprofError } from '../base/errors.js';
import { formatDuration } from '../base/units.js';
import type { DigestWriter } from '../format/hpc-writer.js';
import type { EventBlock } from '../format/log.js';
import { UsageColumns } from '../format/usage-columns.js';
import type { HeapRecord } from '../model/event.js';
import { EventBooker } from './event-booker.js';
import { foldRows } from './fold.js';
import { HeapQueue } from './heap-queue.js';
import { Ledger } from './ledger.js';
import { totalsByKind } from './totals.js';
import type { Weights } from './weights.js';

/** More would be a disk full of snapshots that nobody looks at: eleven days at one a second. */
export const MAX_SNAPSHOTS = 1_000_000;

/**
 * Turns a log into snapshots: number k is the state at k × the interval, with all events at or before that
 * time. A snapshot is written when something later is seen, since more events of its own time may follow.
 */
export class SnapshotMaker {
  /** Time of the latest event that was booked; at the end, that of the end. */
  reachedMicros = 0;
  /** Undefined as long as there is no snapshot. */
  lastSnapshotMicros: number | undefined;
  readonly #writer: DigestWriter;
  readonly #timeIntervalMicros: number;
  readonly #precision: number;
  readonly #ledger = new Ledger();
  readonly #booker: EventBooker;
  readonly #heap: HeapQueue;
  /** Number of the next snapshot; counts from 0. */
  #next = 0;
  /** End of the log as far as it is known: the latest time of anything in it. */
  #endMicros = 0;
  readonly #live = new UsageColumns();
  readonly #allocated = new UsageColumns();
  readonly #foldedLive = new UsageColumns();
  readonly #foldedAllocated = new UsageColumns();

  constructor(
    writer: DigestWriter,
    weights: Weights,
    options: { readonly timeIntervalMicros: number; readonly precision: number },
  ) {
    this.#writer = writer;
    this.#timeIntervalMicros = options.timeIntervalMicros;
    this.#precision = options.precision;
    this.#booker = new EventBooker(this.#ledger, weights);
    this.#heap = new HeapQueue(options.timeIntervalMicros);
  }

  /** Books a block of events; yields after each snapshot, of which a long pause in the log has many. */
  *events(block: EventBlock): Generator<void, void, void> {
    if (block.count === 0) return;
    this.#booker.begin(block);
    let from = 0;
    if (block.lastTimeMicros > this.#nextMicros) {
      const times = block.timesMicros();
      let to = 0;
      for (;;) {
        while (to < block.count && times[to]! <= this.#nextMicros) to++;
        this.#booker.book(block, from, to);
        from = to;
        if (to === block.count) break;
        yield* this.#snapshotsBefore(times[to]!);
        // What remains is a piece without a snapshot in it: its times need not be looked at.
        if (block.lastTimeMicros <= this.#nextMicros) break;
      }
    }
    this.#booker.book(block, from, block.count);
    this.reachedMicros = Math.max(this.reachedMicros, block.lastTimeMicros);
    this.reach(block.lastTimeMicros);
  }

  heapRecords(records: readonly HeapRecord[]): void {
    for (const record of records) {
      this.#heap.add(record);
      this.reach(record.timeMicros);
    }
  }

  /** The log is at least this long. */
  reach(timeMicros: number): void {
    this.#endMicros = Math.max(this.#endMicros, timeMicros);
  }

  /** Takes the snapshots that are left when the whole log was seen; yields after each. */
  *rest(): Generator<void, void, void> {
    yield* this.#snapshotsBefore(this.#endMicros);
    this.#snapshot(this.#endMicros);
    this.reachedMicros = this.#endMicros;
  }

  get #nextMicros(): number {
    return this.#next * this.#timeIntervalMicros;
  }

  /** Takes all snapshots that are earlier than `timeMicros`. */
  *#snapshotsBefore(timeMicros: number): Generator<void, void, void> {
    if (timeMicros > MAX_SNAPSHOTS * this.#timeIntervalMicros) throw this.#tooMany(timeMicros);
    while (this.#nextMicros < timeMicros) {
      this.#snapshot(this.#nextMicros);
      yield;
    }
  }

  /** Writes the state as it is as the next snapshot. */
  #snapshot(timeMicros: number): void {
    this.#ledger.takeRows(this.#live, this.#allocated);
    foldRows(this.#live, this.#precision, this.#foldedLive);
    foldRows(this.#allocated, this.#precision, this.#foldedAllocated);
    this.#writer.writeSnapshot(
      {
        index: this.#next,
        timeMicros,
        live: totalsByKind(this.#live),
        allocated: totalsByKind(this.#allocated),
        ...this.#heap.take(this.#next),
      },
      this.#foldedLive,
      this.#foldedAllocated,
    );
    this.#next += 1;
    this.lastSnapshotMicros = timeMicros;
  }

  #tooMany(timeMicros: number): HeapprofError {
    const interval = formatDuration(this.#timeIntervalMicros);
    const least = Math.ceil(timeMicros / MAX_SNAPSHOTS);
    return new HeapprofError(
      'ERR_HEAPPROF_DIGEST_SIZE',
      `A snapshot every ${interval} over ${formatDuration(timeMicros)} makes more than ` +
        `${MAX_SNAPSHOTS} of them; give a time interval of at least ${least / 1e6} seconds.`,
    );
  }
}
