import type { UsageColumns } from '../format/usage-columns.js';
import { SiteCounter } from './site-counter.js';
import { SiteSorter } from './site-sorter.js';
import type { Weights } from './weights.js';
import { wholeNumber } from './whole-number.js';

/** Whose events a ledger has, and how many allocations each of them stands for. */
export interface LedgerMember {
  /** The trace index that stands for the member's trace 0; its trace i has `firstTrace` + i. */
  readonly firstTrace: number;
  readonly weights: Weights;
}

/**
 * Estimated bytes and objects of every trace, type and kind: live now, and allocated since the last snapshot.
 *
 * Events are counted site by site and weighted when rows are asked for: docs/format.md, Snapshot. The variance of the bytes of independently sampled
 * events is the sum of size² × w × (w − 1), of their number that of w × (w − 1), w being the weight of the event (Horvitz and Thompson's estimator).
 */
export class Ledger {
  readonly sites = new SiteCounter();
  readonly #members: readonly LedgerMember[];
  /** Sites in play, in the order of rows, then of sizes; without those that came into play since rows were last asked for. */
  #inPlay: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  readonly #sorter = new SiteSorter();

  /** @param members rise by `firstTrace`; the first begins at 0 */
  constructor(members: readonly LedgerMember[]) {
    this.#members = members;
  }

  /**
   * Writes what is live, and what was allocated since {@link beginInterval}, as rows of whole numbers that rise by
   * trace, then by `type << 1 | kind`. Changes nothing: asked again, it says the same.
   */
  rows(live: UsageColumns, allocated: UsageColumns): void {
    live.clear();
    allocated.clear();
    this.#settleFresh();
    const { sites } = this;
    const inPlay = this.#inPlay;
    const liveSum = new RowSum();
    const allocatedSum = new RowSum();
    let member = 0;
    for (let k = 0; k < inPlay.length; ) {
      const trace = sites.trace(inPlay[k]!);
      const typeKind = sites.typeKind(inPlay[k]!);
      while (trace >= (this.#members[member + 1]?.firstTrace ?? Number.POSITIVE_INFINITY)) member++;
      const { weights } = this.#members[member]!;
      liveSum.clear();
      allocatedSum.clear();
      for (; k < inPlay.length; k++) {
        const site = inPlay[k]!;
        if (sites.trace(site) !== trace || sites.typeKind(site) !== typeKind) break;
        const sizeBytes = sites.sizeBytes(site);
        const weight = weights.weight(sizeBytes, typeKind & 1);
        liveSum.add(sites.live(site), sizeBytes, weight);
        allocatedSum.add(sites.allocated(site), sizeBytes, weight);
      }
      liveSum.pushTo(live, trace, typeKind);
      allocatedSum.pushTo(allocated, trace, typeKind);
    }
  }

  /** Begins the next count of what was allocated. */
  beginInterval(): void {
    this.#settleFresh();
    const inPlay = this.#inPlay;
    let kept = 0;
    for (const site of inPlay) if (this.sites.settle(site)) inPlay[kept++] = site;
    this.#inPlay = inPlay.subarray(0, kept);
    this.sites.forgetOthers(this.#inPlay);
  }

  /** Nothing of these traces, first and last included, is live any more. */
  forget(firstTrace: number, lastTrace: number): void {
    this.#settleFresh();
    for (const site of this.#inPlay) {
      const trace = this.sites.trace(site);
      if (trace >= firstTrace && trace <= lastTrace) this.sites.forgetLive(site);
    }
  }

  /** Puts those that came into play in their places among the others. */
  #settleFresh(): void {
    const { sites } = this;
    const fresh = sites.takeFresh();
    if (fresh.length === 0) return;
    this.#sorter.sort(fresh, sites);
    let settled = this.#inPlay.length;
    const merged = withRoom(this.#inPlay, settled + fresh.length);
    // From behind, so that what is settled moves within its own memory.
    for (let f = fresh.length; f > 0; ) {
      const takeSettled = settled > 0 && sites.compare(merged[settled - 1]!, fresh[f - 1]!) > 0;
      merged[settled + f - 1] = takeSettled ? merged[--settled]! : fresh[--f]!;
    }
    this.#inPlay = merged;
  }
}

/** The numbers, and room for more behind them up to `length`; in the same memory, if it is large enough. */
function withRoom(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const { buffer } = numbers;
  if (length * Uint32Array.BYTES_PER_ELEMENT <= buffer.byteLength) {
    return new Uint32Array(buffer, 0, length);
  }
  const larger = new Uint32Array(length * 2);
  larger.set(numbers);
  return larger.subarray(0, length);
}

/** Adds up one row over its sites. */
class RowSum {
  #samples = 0;
  #bytes = 0;
  #objects = 0;
  #bytesVariance = 0;
  #objectsVariance = 0;

  clear(): void {
    this.#samples = 0;
    this.#bytes = 0;
    this.#objects = 0;
    this.#bytesVariance = 0;
    this.#objectsVariance = 0;
  }

  add(samples: number, sizeBytes: number, weight: number): void {
    const bytes = sizeBytes * weight;
    this.#samples += samples;
    this.#bytes += samples * bytes;
    this.#objects += samples * weight;
    this.#bytesVariance += samples * (sizeBytes * bytes * (weight - 1));
    this.#objectsVariance += samples * (weight * (weight - 1));
  }

  /** Adds the row, unless it has no objects, or its bytes and objects are 0 or less. */
  pushTo(rows: UsageColumns, trace: number, typeKind: number): void {
    if (this.#samples === 0) return;
    const bytes = wholeNumber(this.#bytes);
    const objects = wholeNumber(this.#objects);
    if (bytes === 0 && objects === 0) return;
    const bytesError = errorOf(this.#bytesVariance);
    rows.push(trace, typeKind, bytes, objects, bytesError, errorOf(this.#objectsVariance));
  }
}

/** Standard error; 0 for a variance below 0, possible only where parts of the log were lost. */
function errorOf(variance: number): number {
  return wholeNumber(Math.sqrt(Math.max(variance, 0)));
}
