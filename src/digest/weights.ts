import { KINDS } from '../model/event.js';
import { type Sampling, weightOf } from '../model/sampling.js';

/** Sizes from here on are worked out every time: most allocations are smaller. */
const TABLED_SIZES = 1 << 16;
const NOT_WORKED_OUT = -1;

/** How many allocations an event stands for, by its size and kind; each small size is worked out once. */
export class Weights {
  readonly #of: (sizeBytes: number, kind: number) => number;
  /** A table for each kind, one after the other. */
  readonly #tabled = new Float64Array(KINDS.length * TABLED_SIZES).fill(NOT_WORKED_OUT);

  /** @param override the weight of every event, instead of the one that the recording's sampling gives. */
  constructor(sampling: Sampling, override?: number) {
    this.#of =
      override === undefined
        ? (size, kind) => weightOf(sampling, size, KINDS[kind])
        : () => override;
  }

  /** @param kind its number in {@link KINDS} */
  weight(sizeBytes: number, kind: number): number {
    if (sizeBytes >= TABLED_SIZES) return this.#of(sizeBytes, kind);
    const known = this.#tabled[kind * TABLED_SIZES + sizeBytes]!;
    if (known !== NOT_WORKED_OUT) return known;
    const weight = this.#of(sizeBytes, kind);
    this.#tabled[kind * TABLED_SIZES + sizeBytes] = weight;
    return weight;
  }
}
