/** Room for so many pairs at first; a power of two. */
const LEAST_CAPACITY = 1024;

/**
 * Gives pairs of whole numbers (0 to 2^32 − 1) a number each: 1, 2, 3, … in the order in which they first come. A hash table with open addressing: a `Map`
 * takes several times as long where there are hundreds of thousands.
 */
export class PairNumbers {
  /** How many pairs have a number, which is the highest. */
  size = 0;
  #firsts = new Uint32Array(LEAST_CAPACITY);
  #seconds = new Uint32Array(LEAST_CAPACITY);
  /** By hash the number of a pair, or 0. Half of them are in use at most. */
  #buckets = new Uint32Array(LEAST_CAPACITY * 2);

  numberOf(first: number, second: number): number {
    const mask = this.#buckets.length - 1;
    let bucket = hash(first, second) & mask;
    for (;;) {
      const number = this.#buckets[bucket]!;
      if (number === 0) break;
      if (this.#firsts[number] === first && this.#seconds[number] === second) return number;
      bucket = (bucket + 1) & mask;
    }
    this.size += 1;
    this.#firsts[this.size] = first;
    this.#seconds[this.size] = second;
    this.#buckets[bucket] = this.size;
    if (this.size + 1 === this.#firsts.length) this.#grow();
    return this.size;
  }

  /** The first of the pair that has a number. */
  first(number: number): number {
    return this.#firsts[number]!;
  }

  /** The second of the pair that has a number. */
  second(number: number): number {
    return this.#seconds[number]!;
  }

  #grow(): void {
    const capacity = this.#firsts.length * 2;
    const [firsts, seconds] = [this.#firsts, this.#seconds];
    this.#firsts = new Uint32Array(capacity);
    this.#seconds = new Uint32Array(capacity);
    this.#firsts.set(firsts);
    this.#seconds.set(seconds);
    this.#buckets = new Uint32Array(capacity * 2);
    const mask = this.#buckets.length - 1;
    for (let number = 1; number <= this.size; number++) {
      let bucket = hash(this.#firsts[number]!, this.#seconds[number]!) & mask;
      while (this.#buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
      this.#buckets[bucket] = number;
    }
  }
}

/** Spreads small neighbouring numbers over 32 bits: multiplication by odd constants, high bits folded down. */
function hash(first: number, second: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
