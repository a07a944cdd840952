import { HeapprofError } from '../base/errors.js';
import { formatDuration } from '../base/units.js';
import type { Member } from '../format/family.js';
import type { DigestMember } from '../format/hpc-blocks.js';
import type { DigestWriter } from '../format/hpc-writer.js';
import { UsageColumns } from '../format/usage-columns.js';
import type { StartChunks } from './chunk-crew.js';
import { combineHeap } from './combine-heap.js';
import type { DigestOptions } from './digest.js';
import { RowFolder } from './fold.js';
import { Ledger } from './ledger.js';
import { MemberReplay } from './member-replay.js';
import { totalsByKind } from './totals.js';
import { Weights } from './weights.js';

/** More would be a disk full of snapshots that nobody looks at: eleven days at one a second. */
export const MAX_SNAPSHOTS = 1_000_000;

/**
 * Turns the logs of a family into snapshots: number k is the state at k × the interval, with all events of all
 * members at or before that time. A log is open from its member's start until it has been read.
 */
export class FamilyReplay {
  /** Undefined as long as there is no snapshot. */
  lastSnapshotMicros: number | undefined;
  readonly #writer: DigestWriter;
  readonly #timeIntervalMicros: number;
  readonly #precision: number;
  /** Numbers of the snapshots that are wanted, besides 0. */
  readonly #firstNumber: number;
  readonly #lastNumber: number;
  readonly #ledger: Ledger;
  /** The trace index that stands for trace 0, of each member. */
  readonly #firstTraces: readonly number[];
  readonly #members: readonly MemberReplay[];
  /** Members that have begun and are not gone. */
  #present: MemberReplay[] = [];
  /** How many members have begun; they do so in their order. */
  #begunCount = 0;
  /** Number of the next snapshot; counts from 0. */
  #next = 0;
  readonly #live = new UsageColumns();
  readonly #allocated = new UsageColumns();
  readonly #folder = new RowFolder();
  readonly #foldedLive = new UsageColumns();
  readonly #foldedAllocated = new UsageColumns();

  /**
   * @param members the root, then the others in the order of their starts
   * @param others where the traces of all but the root are
   * @param startChunks to read a log in chunks. Those of a family are read in turns, each a little further, and version 1 has no blocks: these are not
   */
  constructor(
    members: readonly Member[],
    others: readonly DigestMember[],
    writer: DigestWriter,
    { timeIntervalMicros, precision, weight, range }: DigestOptions,
    startChunks: StartChunks,
  ) {
    this.#writer = writer;
    this.#timeIntervalMicros = timeIntervalMicros;
    this.#precision = precision;
    this.#firstNumber = Math.floor((range?.fromMicros ?? 0) / timeIntervalMicros);
    this.#lastNumber = Math.floor(
      (range?.toMicros ?? Number.POSITIVE_INFINITY) / timeIntervalMicros,
    );
    this.#firstTraces = [0, ...others.map(({ firstTrace }) => firstTrace)];
    const weightsOf = sharedWeights(weight);
    const booked = members.map((member, k) => ({
      firstTrace: this.#firstTraces[k]!,
      weights: weightsOf(member),
    }));
    this.#ledger = new Ledger(booked);
    this.#members = members.map((member, k) => {
      const { firstTrace, weights } = booked[k]!;
      return new MemberReplay(
        member,
        firstTrace,
        this.#ledger,
        weights,
        timeIntervalMicros,
        members.length === 1 && member.facts.version === 2 ? startChunks : undefined,
      );
    });
  }

  /** Time of the latest event that was booked; at the end, that of the end. */
  get reachedMicros(): number {
    return Math.max(...this.#members.map(({ bookedMicros }) => bookedMicros));
  }

  /** Bytes of the logs that are done. */
  get doneBytes(): number {
    return this.#members.reduce((sum, { doneBytes }) => sum + doneBytes, 0);
  }

  /** Bytes of the logs that could not be used. */
  get damagedBytes(): number {
    return this.#members.reduce((sum, { damagedBytes }) => sum + damagedBytes, 0);
  }

  /**
   * After all steps: there are more, since the log of the only member has grown. The writer has lost the snapshots of the tail again.
   * @param member the same as it is now
   */
  goOn(member: Member): void {
    this.#members[0]!.goOn(member);
    const last = this.#next - 1;
    this.lastSnapshotMicros = last < 0 ? undefined : last * this.#timeIntervalMicros;
  }

  /** Reads the logs and writes the snapshots; yields after each block and each snapshot. */
  *steps(): Generator<void, void, void> {
    for (;;) {
      const timeMicros = this.#next * this.#timeIntervalMicros;
      this.#begin(timeMicros);
      for (const member of this.#present) yield* member.bookUntil(timeMicros);
      const isEnd =
        this.#begunCount === this.#members.length &&
        this.#present.every(({ isFinished }) => isFinished);
      const endMicros = Math.max(...this.#members.map(({ seenMicros }) => seenMicros));
      this.#expectRoom(endMicros);
      if (isEnd) {
        yield* this.#tail(endMicros);
        return;
      }
      this.#snapshot(this.#next, timeMicros);
      this.#ledger.beginInterval();
      if (this.#next >= this.#lastNumber) return;
      this.#next = Math.max(this.#next + 1, this.#firstNumber);
      yield;
    }
  }

  /**
   * The snapshots from that of the last event on. Heap records are written before the events of their time, so that a log that grows may get events before its end:
   * these snapshots are then replaced, and nothing is changed here that is needed for others in their place.
   */
  *#tail(endMicros: number): Generator<void, void, void> {
    this.#writer.beginTail();
    for (const member of this.#present) member.beginTail();
    for (let number = this.#next; ; number++) {
      const timeMicros = Math.min(number * this.#timeIntervalMicros, endMicros);
      this.#snapshot(number, timeMicros);
      if (timeMicros === endMicros || number >= this.#lastNumber) return;
      yield;
    }
  }

  /** Closes all logs. */
  close(): void {
    for (const member of this.#members) member.close();
  }

  #begin(timeMicros: number): void {
    for (;;) {
      const next = this.#members[this.#begunCount];
      if (next === undefined || next.member.startMicros > timeMicros) return;
      this.#present.push(next);
      this.#begunCount += 1;
    }
  }

  /** Writes the state as it is as a snapshot. */
  #snapshot(number: number, timeMicros: number): void {
    const heaps = this.#present.map((member) => member.takeHeap(number, timeMicros));
    this.#dismiss(timeMicros);
    this.#ledger.rows(this.#live, this.#allocated);
    // In the tail: what was allocated belongs to its first snapshot.
    if (number > this.#next) this.#allocated.clear();
    this.#folder.fold(this.#live, this.#precision, this.#firstTraces, this.#foldedLive);
    this.#folder.fold(this.#allocated, this.#precision, this.#firstTraces, this.#foldedAllocated);
    this.#writer.writeSnapshot(
      {
        index: number,
        timeMicros,
        live: totalsByKind(this.#live),
        allocated: totalsByKind(this.#allocated),
        ...combineHeap(heaps),
      },
      this.#foldedLive,
      this.#foldedAllocated,
    );
    this.lastSnapshotMicros = timeMicros;
  }

  /** Those that have come to their end before this time have no memory any more. */
  #dismiss(timeMicros: number): void {
    for (const member of this.#present) if (member.isGone(timeMicros)) member.forget();
    this.#present = this.#present.filter((member) => !member.isGone(timeMicros));
  }

  #expectRoom(endMicros: number): void {
    const lastNumber = Math.min(this.#lastNumber, endMicros / this.#timeIntervalMicros);
    if (lastNumber - this.#firstNumber <= MAX_SNAPSHOTS) return;
    const interval = formatDuration(this.#timeIntervalMicros);
    const least = Math.ceil(endMicros / MAX_SNAPSHOTS);
    throw new HeapprofError(
      'ERR_HEAPPROF_DIGEST_SIZE',
      `A snapshot every ${interval} over ${formatDuration(endMicros)} makes more than ` +
        `${MAX_SNAPSHOTS} of them; give a time interval of at least ${least / 1e6} seconds.`,
    );
  }
}

/** One table of weights for all members that were sampled in the same way: it is large. */
function sharedWeights(override: number | undefined): (member: Member) => Weights {
  const known = new Map<string, Weights>();
  return ({ facts: { sampling } }) => {
    const key = JSON.stringify(sampling);
    let weights = known.get(key);
    if (weights === undefined) {
      weights = new Weights(sampling, override);
      known.set(key, weights);
    }
    return weights;
  };
}
