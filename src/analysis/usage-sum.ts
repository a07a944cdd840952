import type { UsageRow } from '../model/snapshot.js';

/** Estimates over a range of time. */
export interface Usage {
  /** Live bytes, averaged over the time of the range. */
  readonly averageBytes: number;
  /** Standard error of `averageBytes`, see `errorOfAverage`. */
  readonly averageBytesError: number;
  /** What array buffers are of `averageBytes`; the rest is JavaScript objects. */
  readonly averageArrayBufferBytes: number;
  /** Most live bytes at any one snapshot. */
  readonly peakBytes: number;
  /** Standard error of `peakBytes`, that of its snapshot. */
  readonly peakBytesError: number;
  /** Time of the first snapshot with that many, seconds since the start of the recording; 0 where nothing was live. */
  readonly peakSeconds: number;
  /** Live objects, averaged over the time of the range. */
  readonly averageObjects: number;
  /** Standard error of `averageObjects`, as {@link averageBytesError}. */
  readonly averageObjectsError: number;
  /** Allocated within the range. */
  readonly allocatedBytes: number;
  /** Standard error of `allocatedBytes`. */
  readonly allocatedBytesError: number;
  readonly allocatedObjects: number;
  /** Standard error of `allocatedObjects`. */
  readonly allocatedObjectsError: number;
}

/** Adds up the rows of one group over the snapshots of a range. */
export class UsageSum {
  // Averages are weighted sums until the end: divided once, they are exact where they can be.
  #weightedBytes = 0;
  #averageBytesVariance = 0;
  #weightedArrayBufferBytes = 0;
  #weightedObjects = 0;
  #averageObjectsVariance = 0;
  #peak = { peakBytes: 0, peakBytesError: 0, peakSeconds: 0 };
  #allocatedBytes = 0;
  #allocatedBytesVariance = 0;
  #allocatedObjects = 0;
  #allocatedObjectsVariance = 0;

  // The current snapshot, until it ends.
  #bytes = 0;
  #arrayBufferBytes = 0;
  #bytesVariance = 0;
  #objects = 0;

  /** Adds what is live in the current snapshot. */
  addLive(row: UsageRow): void {
    this.#bytes += row.bytes;
    if (row.kind === 'arrayBuffer') this.#arrayBufferBytes += row.bytes;
    this.#objects += row.objects;
    // Rows are sampled independently, so their variances add up.
    this.#bytesVariance += row.bytesError ** 2;
  }

  /** Adds the errors of the average of a row over the range. */
  addErrorsOf({ bytesError, objectsError }: UsageRow): void {
    this.#averageBytesVariance += bytesError ** 2;
    this.#averageObjectsVariance += objectsError ** 2;
  }

  addAllocated(row: UsageRow): void {
    this.#allocatedBytes += row.bytes;
    // Each allocation is in one interval only.
    this.#allocatedBytesVariance += row.bytesError ** 2;
    this.#allocatedObjectsVariance += row.objectsError ** 2;
    this.#allocatedObjects += row.objects;
  }

  /**
   * Ends the current snapshot, which has this weight in averages. One where nothing was live may be left out.
   * @returns its bytes and their standard error
   */
  endSnapshot(weight: number, timeMicros: number): { bytes: number; error: number } {
    const bytes = this.#bytes;
    const bytesError = Math.sqrt(this.#bytesVariance);
    this.#weightedBytes += weight * this.#bytes;
    this.#weightedArrayBufferBytes += weight * this.#arrayBufferBytes;
    this.#weightedObjects += weight * this.#objects;
    if (this.#bytes > this.#peak.peakBytes) {
      const peakSeconds = timeMicros / 1e6;
      this.#peak = { peakBytes: this.#bytes, peakBytesError: bytesError, peakSeconds };
    }
    this.#bytes = 0;
    this.#arrayBufferBytes = 0;
    this.#bytesVariance = 0;
    this.#objects = 0;
    return { bytes, error: bytesError };
  }

  /** The result; `totalWeight` is that of all snapshots of the range together. */
  usage(totalWeight: number): Usage {
    return {
      averageBytes: this.#weightedBytes / totalWeight,
      averageBytesError: Math.sqrt(this.#averageBytesVariance),
      averageArrayBufferBytes: this.#weightedArrayBufferBytes / totalWeight,
      ...this.#peak,
      averageObjects: this.#weightedObjects / totalWeight,
      averageObjectsError: Math.sqrt(this.#averageObjectsVariance),
      allocatedBytes: this.#allocatedBytes,
      allocatedBytesError: Math.sqrt(this.#allocatedBytesVariance),
      allocatedObjects: this.#allocatedObjects,
      allocatedObjectsError: Math.sqrt(this.#allocatedObjectsVariance),
    };
  }
}
