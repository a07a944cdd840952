import type { UsageColumns } from '../format/usage-columns.js';
import { SlotTable } from './slot-table.js';
import { wholeNumber } from './whole-number.js';

// The figures of a slot stand side by side, so that an event touches one cache line.
const LIVE_BYTES = 0;
const LIVE_OBJECTS = 1;
const LIVE_VARIANCE = 2;
/** Sampled objects, each counted once: tells exactly when nothing is live any more. */
const LIVE_SAMPLES = 3;
const ALLOCATED_BYTES = 4;
const ALLOCATED_OBJECTS = 5;
const ALLOCATED_VARIANCE = 6;
/** 1 for a slot that the next snapshot has to look at. */
const IN_PLAY = 7;
const FIGURES = 8;

/**
 * Estimated bytes and objects of every trace, type and kind: live now, and allocated since the last
 * snapshot was taken. Weighted, in doubles.
 *
 * The variance of a sum over independently sampled events is the sum of size² × w × (w − 1), w being the
 * weight of the event (Horvitz and Thompson's estimator).
 */
export class Ledger {
  readonly #slots = new SlotTable();
  #figures = new Float64Array(FIGURES * this.#slots.traces.length);
  // Slots in play: those of the last snapshot that hold anything, in the order of rows; and those that
  // came into play since, in any order. All others are empty, and a snapshot does not visit them.
  #settled: Uint32Array = new Uint32Array(0);
  #fresh = new Uint32Array(this.#slots.traces.length);
  #freshCount = 0;

  /** The slot of a trace and `type << 1 | kind`, for {@link add}; stays the same for good. */
  slotOf(trace: number, typeKind: number): number {
    const slot = this.#slots.slotOf(trace, typeKind);
    if (slot * FIGURES >= this.#figures.length) this.#grow();
    return slot;
  }

  /** Books events of one slot and size: objects of `sizeBytes`, each standing for `weight` of its like. */
  add(slot: number, sizeBytes: number, weight: number, allocations: number, frees: number): void {
    const figures = this.#figures;
    const at = slot * FIGURES;
    const bytes = sizeBytes * weight;
    const variance = sizeBytes * bytes * (weight - 1);
    const net = allocations - frees;
    figures[at + LIVE_BYTES]! += net * bytes;
    figures[at + LIVE_OBJECTS]! += net * weight;
    figures[at + LIVE_VARIANCE]! += net * variance;
    figures[at + LIVE_SAMPLES]! += net;
    figures[at + ALLOCATED_BYTES]! += allocations * bytes;
    figures[at + ALLOCATED_OBJECTS]! += allocations * weight;
    figures[at + ALLOCATED_VARIANCE]! += allocations * variance;
    if (figures[at + IN_PLAY] === 0) {
      figures[at + IN_PLAY] = 1;
      this.#fresh[this.#freshCount++] = slot;
    }
  }

  /**
   * Writes what is live, and what was allocated since this was last called, as rows of whole numbers
   * that rise by trace, then by `type << 1 | kind`; begins the next count of allocations.
   */
  takeRows(live: UsageColumns, allocated: UsageColumns): void {
    live.clear();
    allocated.clear();
    const figures = this.#figures;
    const { traces, typeKinds } = this.#slots;
    const inOrder = this.#inPlayInOrder();
    let kept = 0;
    for (const slot of inOrder) {
      const at = slot * FIGURES;
      const trace = traces[slot]!;
      const typeKind = typeKinds[slot]!;
      if (figures[at + LIVE_SAMPLES] === 0) {
        // Sums of fractions do not cancel to the last bit; what has no objects has nothing.
        figures[at + LIVE_BYTES] = 0;
        figures[at + LIVE_OBJECTS] = 0;
        figures[at + LIVE_VARIANCE] = 0;
        figures[at + IN_PLAY] = 0;
      } else {
        pushRounded(live, trace, typeKind, figures, at + LIVE_BYTES);
        inOrder[kept++] = slot;
      }
      pushRounded(allocated, trace, typeKind, figures, at + ALLOCATED_BYTES);
      figures[at + ALLOCATED_BYTES] = 0;
      figures[at + ALLOCATED_OBJECTS] = 0;
      figures[at + ALLOCATED_VARIANCE] = 0;
    }
    this.#settled = inOrder.subarray(0, kept);
  }

  /** Nothing of these traces, first and last included, is live any more. */
  forget(firstTrace: number, lastTrace: number): void {
    const { traces } = this.#slots;
    for (const slots of [this.#settled, this.#fresh.subarray(0, this.#freshCount)]) {
      for (const slot of slots) {
        if (traces[slot]! < firstTrace || traces[slot]! > lastTrace) continue;
        // The next rows find a slot without objects, and set the rest to 0.
        this.#figures[slot * FIGURES + LIVE_SAMPLES] = 0;
      }
    }
  }

  /** All slots in play, in the order of rows; in memory of its own. */
  #inPlayInOrder(): Uint32Array {
    const { traces, typeKinds } = this.#slots;
    const before = (a: number, b: number) =>
      traces[a]! - traces[b]! || typeKinds[a]! - typeKinds[b]!;
    const fresh = this.#fresh.subarray(0, this.#freshCount).sort(before);
    this.#freshCount = 0;
    const settled = this.#settled;
    if (fresh.length === 0) return settled;
    const merged = new Uint32Array(settled.length + fresh.length);
    let s = 0;
    let f = 0;
    for (let m = 0; m < merged.length; m++) {
      const takeSettled =
        f === fresh.length || (s < settled.length && before(settled[s]!, fresh[f]!) < 0);
      merged[m] = takeSettled ? settled[s++]! : fresh[f++]!;
    }
    return merged;
  }

  #grow(): void {
    const figures = new Float64Array(FIGURES * this.#slots.traces.length);
    figures.set(this.#figures);
    this.#figures = figures;
    const fresh = new Uint32Array(this.#slots.traces.length);
    fresh.set(this.#fresh);
    this.#fresh = fresh;
  }
}

/** Adds a row of the three figures that begin at `at`, unless its bytes and objects are 0 or less. */
function pushRounded(
  rows: UsageColumns,
  trace: number,
  typeKind: number,
  figures: Float64Array,
  at: number,
): void {
  // Below 0 only where the log has lost allocations whose frees it still has.
  const bytes = wholeNumber(figures[at]!);
  const objects = wholeNumber(figures[at + 1]!);
  if (bytes === 0 && objects === 0) return;
  const error = wholeNumber(Math.sqrt(Math.max(figures[at + 2]!, 0)));
  rows.push(trace, typeKind, bytes, objects, error);
}
