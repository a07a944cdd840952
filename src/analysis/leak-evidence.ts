const THIRDS = 3;

/**
 * What objects of one group have lived from one full garbage collection to the next, and how many of them stay. Bytes are weighted.
 * Times are microseconds, collections count from 0, and `times` has at least 3 of them. An object that was allocated between
 * collections i − 1 and i is counted from collection i + 1 on: it has then lived through the whole time between two of them.
 */
export class LeakEvidence {
  readonly #times: readonly number[];
  /** By how much the counted bytes change at each collection. */
  readonly #changes: Float64Array;
  // Variances of sampling, size² × w × (w − 1) an object: of what is counted at collection 1, of what came later and is still there at
  // the last one, and of what was there at 1 and is not at the last.
  #startVariance = 0;
  #comeVariance = 0;
  #goneVariance = 0;
  // Of what was allocated after collection 0, and not after the last but one.
  readonly #allocatedBytes = new Float64Array(THIRDS);
  #allocatedSquares = 0;
  readonly #keptBytes = new Float64Array(THIRDS);
  readonly #keptSquares = new Float64Array(THIRDS);

  /** @param times of the collections, rising */
  constructor(times: readonly number[]) {
    this.#times = times;
    this.#changes = new Float64Array(times.length);
  }

  allocated(bornMicros: number, sizeBytes: number, weight: number): void {
    const from = this.#collectionFrom(bornMicros) + 1;
    const last = this.#times.length - 1;
    if (from > last) return;
    const bytes = sizeBytes * weight;
    const variance = sizeBytes * bytes * (weight - 1);
    this.#changes[from]! += bytes;
    if (from === 1) this.#startVariance += variance;
    else this.#comeVariance += variance;
    const third = this.#thirdOf(bornMicros);
    if (third < 0) return;
    this.#allocatedBytes[third]! += bytes;
    this.#allocatedSquares += bytes * bytes;
    this.#keptBytes[third]! += bytes;
    this.#keptSquares[third]! += bytes * bytes;
  }

  freed(bornMicros: number, diedMicros: number, sizeBytes: number, weight: number): void {
    const last = this.#times.length - 1;
    const gone = this.#collectionFrom(diedMicros);
    const from = this.#collectionFrom(bornMicros) + 1;
    if (gone > last || from > last) return;
    const bytes = sizeBytes * weight;
    const variance = sizeBytes * bytes * (weight - 1);
    this.#changes[Math.max(gone, from)]! -= bytes;
    // What never was counted, or came and went, leaves nothing behind.
    if (from > 1) this.#comeVariance -= variance;
    else if (gone <= 1) this.#startVariance -= variance;
    else this.#goneVariance += variance;
    const third = this.#thirdOf(bornMicros);
    if (third < 0) return;
    this.#keptBytes[third]! -= bytes;
    this.#keptSquares[third]! -= bytes * bytes;
  }

  /** Adds what another one knows of the same collections. */
  add(other: LeakEvidence): void {
    addEach(this.#changes, other.#changes);
    addEach(this.#allocatedBytes, other.#allocatedBytes);
    addEach(this.#keptBytes, other.#keptBytes);
    addEach(this.#keptSquares, other.#keptSquares);
    this.#startVariance += other.#startVariance;
    this.#comeVariance += other.#comeVariance;
    this.#goneVariance += other.#goneVariance;
    this.#allocatedSquares += other.#allocatedSquares;
  }

  /** Counted live bytes at each collection from 1 on. */
  get liveBytes(): number[] {
    let bytes = this.#changes[0]!;
    return Array.from(this.#changes.subarray(1), (change) => {
      bytes += change;
      return bytes;
    });
  }

  /** Standard errors from sampling: of the first and the last of `liveBytes`, and of the difference between them. */
  get liveErrors(): { start: number; end: number; growth: number } {
    const endVariance = this.#startVariance + this.#comeVariance - this.#goneVariance;
    return {
      start: root(this.#startVariance),
      end: root(endVariance),
      growth: root(this.#comeVariance + this.#goneVariance),
    };
  }

  /** Allocated after collection 0, and not after the last but one. */
  get allocatedBytes(): number {
    return this.#allocatedBytes.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** How many objects of one size would be as good a sample of `allocatedBytes`. */
  get allocatedSamples(): number {
    return this.#allocatedSquares > 0 ? this.allocatedBytes ** 2 / this.#allocatedSquares : 0;
  }

  /**
   * What of `allocatedBytes` was allocated in each third of the time, and how much of that is live at the last collection, with the error that
   * both sampling and chance in the program itself make: were it of separate objects that come at random, they would vary by so much.
   */
  get kept(): { allocatedBytes: number; bytes: number; error: number }[] {
    return Array.from(this.#keptBytes, (bytes, third) => ({
      allocatedBytes: this.#allocatedBytes[third]!,
      bytes,
      error: root(this.#keptSquares[third]!),
    }));
  }

  /** The number of the first collection at or after a time; as many as there are where there is none. */
  #collectionFrom(timeMicros: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! < timeMicros) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** In which third, from 0 to 2, of the time from collection 0 to the last but one a time is; −1 outside of it. */
  #thirdOf(timeMicros: number): number {
    const start = this.#times[0]!;
    const end = this.#times.at(-2)!;
    if (timeMicros <= start || timeMicros > end) return -1;
    return Math.min(Math.floor((THIRDS * (timeMicros - start)) / (end - start)), THIRDS - 1);
  }
}

function addEach(to: Float64Array, from: Float64Array): void {
  for (const [index, value] of from.entries()) to[index]! += value;
}

/** Sums of fractions do not cancel to the last bit, and may come out below 0. */
function root(variance: number): number {
  return Math.sqrt(Math.max(variance, 0));
}
