import { type Sampling, weightOf } from '../model/sampling.js';

/** Sizes from here on are worked out every time: most allocations are smaller. */
const TABLED_SIZES = 1 << 16;
const NOT_WORKED_OUT = -1;

/** How many allocations an event stands for, by its size; each small size is worked out once. */
export class Weights {
  readonly #of: (sizeBytes: number) => number;
  readonly #tabled = new Float64Array(TABLED_SIZES).fill(NOT_WORKED_OUT);

  /** @param override the weight of every event, instead of the one that the recording's sampling gives. */
  constructor(sampling: Sampling, override?: number) {
    this.#of = override === undefined ? (size) => weightOf(sampling, size) : () => override;
  }

  weight(sizeBytes: number): number {
    if (sizeBytes >= TABLED_SIZES) return this.#of(sizeBytes);
    const known = this.#tabled[sizeBytes]!;
    if (known !== NOT_WORKED_OUT) return known;
    const weight = this.#of(sizeBytes);
    this.#tabled[sizeBytes] = weight;
    return weight;
  }
}
