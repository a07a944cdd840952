import { decodeAge } from '../format/age-code.js';

/** Two codes of ages are a class: a quarter of a power of two. */
const CODES_PER_CLASS = 2;
const CLASSES = 256 / CODES_PER_CLASS;

/** Least age of each class in microseconds; the last is the end of the last class. */
const CLASS_STARTS = Float64Array.from({ length: CLASSES + 1 }, (_, k) =>
  k < CLASSES ? decodeAge(k * CODES_PER_CLASS) : 2 * decodeAge(255),
);

/** The age at which a part of the objects is still there. */
export interface AgeEstimate {
  readonly seconds: number;
  /** The interval that holds the true age in two of three cases, as far as sampling goes. */
  readonly lowSeconds: number;
  /** Absent where it has no end within the ages that were seen. */
  readonly highSeconds?: number;
}

/**
 * At which ages objects of one group die: Kaplan and Meier's estimate (Nonparametric estimation from incomplete observations, 1958),
 * in classes of ages. What is live at the end counts as long as it was watched, so that objects that were allocated late do not seem to die young or to
 * live for ever.
 */
export class Survival {
  // Weighted objects, by class of age.
  /** Allocated so long before the end. */
  readonly #watched = new Float64Array(CLASSES);
  /** Died at that age. */
  readonly #died = new Float64Array(CLASSES);
  /** By how much the number of those that have died, of what was watched for at least so long, changes from class to class. */
  readonly #goneChanges = new Float64Array(CLASSES + 1);
  #weight = 0;
  #squaredWeight = 0;

  /** @param watchedMicros from its allocation to the end */
  allocated(watchedMicros: number, weight: number): void {
    this.#watched[classOf(watchedMicros)]! += weight;
    this.#weight += weight;
    this.#squaredWeight += weight * weight;
  }

  /**
   * @param ageCode see `decodeAge`
   * @param watchedMicros from its allocation to the end, not from its death
   */
  died(ageCode: number, watchedMicros: number, weight: number): void {
    const at = Math.floor(ageCode / CODES_PER_CLASS);
    this.#died[at]! += weight;
    // It was watched for at least as long as it lived, but the time of its birth is not known to the microsecond.
    const watched = Math.max(classOf(watchedMicros), at);
    this.#goneChanges[at + 1]! += weight;
    this.#goneChanges[watched + 1]! -= weight;
  }

  /** How many objects of one weight would be as good a sample. */
  get samples(): number {
    return this.#squaredWeight > 0 ? this.#weight ** 2 / this.#squaredWeight : 0;
  }

  /** The age that half of the objects reach; undefined where more of them are still there at all ages that were seen. */
  halfLife(): AgeEstimate | undefined {
    // Greenwood's formula for the error, with the samples that the objects stand for.
    const perSample = this.samples / this.#weight;
    let atRisk = this.#weight;
    let gone = 0;
    let share = 1;
    let hazard = 0;
    let before: Curve = { share: 1, low: 1, high: 1 };
    const crossings: { -readonly [which in keyof Curve]?: number } = {};
    for (let k = 0; k < CLASSES && crossings.high === undefined; k++) {
      gone += this.#goneChanges[k]!;
      const died = this.#died[k]!;
      const exposed = Math.max(atRisk - gone, died);
      if (died > 0) {
        share *= 1 - died / exposed;
        // Where none is left there is no error either: the share is 0.
        if (exposed > died) hazard += died / (exposed * (exposed - died) * perSample);
      }
      atRisk -= this.#watched[k]!;
      const error = share * Math.sqrt(hazard);
      const now: Curve = { share, low: share - error, high: share + error };
      for (const which of ['low', 'share', 'high'] as const) {
        if (crossings[which] !== undefined || now[which] > 0.5) continue;
        const within = (before[which] - 0.5) / (before[which] - now[which]);
        const start = CLASS_STARTS[k]!;
        crossings[which] = (start + within * (CLASS_STARTS[k + 1]! - start)) / 1e6;
      }
      before = now;
    }
    const { share: seconds, low: lowSeconds, high: highSeconds } = crossings;
    if (seconds === undefined || lowSeconds === undefined) return undefined;
    return { seconds, lowSeconds, ...(highSeconds !== undefined && { highSeconds }) };
  }
}

/** The share of objects that are still there at an age, and the ends of its interval. */
interface Curve {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** The class of an age in microseconds. */
function classOf(ageMicros: number): number {
  let low = 0;
  let high = CLASSES - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (CLASS_STARTS[middle]! <= ageMicros) low = middle;
    else high = middle - 1;
  }
  return low;
}
