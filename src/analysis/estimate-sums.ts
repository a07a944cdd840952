/**
 * Sums of estimates with independent standard errors, one for each of some instants. Rows of a snapshot are sampled
 * independently, so their variances add up.
 */
export class EstimateSums {
  readonly #bytes: Float64Array;
  readonly #variances: Float64Array;

  constructor(instants: number) {
    this.#bytes = new Float64Array(instants);
    this.#variances = new Float64Array(instants);
  }

  /** @param instant counts from 0 */
  add(instant: number, bytes: number, error: number): void {
    this.#bytes[instant]! += bytes;
    this.#variances[instant]! += error ** 2;
  }

  /** Adds the sums of all instants of another. */
  addAll(other: EstimateSums): void {
    for (let instant = 0; instant < this.#bytes.length; instant++) {
      this.#bytes[instant]! += other.#bytes[instant]!;
      this.#variances[instant]! += other.#variances[instant]!;
    }
  }

  bytes(instant: number): number {
    return this.#bytes[instant]!;
  }

  /** Standard error of {@link bytes}. */
  error(instant: number): number {
    return Math.sqrt(this.#variances[instant]!);
  }
}
