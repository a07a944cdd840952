/** Room for so many sites at least. */
const LEAST_CAPACITY = 1024;

/** Below this many sites nothing is gained by forgetting any. */
const LEAST_TO_FORGET = 1 << 16;

/** Counts of sites, field by field, as one thread hands them to another: element i of each array belongs to row i. */
export interface SiteArrays {
  readonly traces: Uint32Array<ArrayBuffer>;
  readonly typeKinds: Uint32Array<ArrayBuffer>;
  readonly sizesBytes: Float64Array<ArrayBuffer>;
  readonly allocations: Uint32Array<ArrayBuffer>;
  readonly frees: Uint32Array<ArrayBuffer>;
}

/**
 * Counts the events of each site: a trace, a type and kind, and a size. Counts are whole numbers, so that it does not matter in which order, or in
 * how many parts, events are counted; what they weigh is worked out when a snapshot is taken.
 *
 * Sites have numbers: 0, 1, 2, … in the order in which they are first asked for. A hash table with open addressing finds them, because every event of
 * version 1 asks for one.
 */
export class SiteCounter {
  /** Sites that there are; they are 0 to count − 1. */
  count = 0;
  /** Rises when sites get other numbers. */
  generation = 0;

  // What is known of a site is 32 bytes, so that an event touches one cache line: the words 0 and 1 are its trace and `type << 1 | kind`, the numbers
  // 1 to 3 the bytes of an object, the live objects, and the allocations since `settle`. (Not named: the engine would look up the names at each use.)
  #words!: Uint32Array;
  #numbers!: Float64Array;
  /** 1 for a site that the next snapshot has to look at. */
  #inPlay!: Uint8Array;
  /** Sites that came into play since {@link takeFresh}, in any order. */
  #fresh!: Uint32Array;
  #freshCount = 0;
  // For each hash: site + 1, or 0. At most a quarter of the buckets are in use, so that most look-ups are done with the first one.
  #buckets!: Uint32Array;

  constructor() {
    this.#reserve(LEAST_CAPACITY);
  }

  /** The site of a trace, `type << 1 | kind` and a size; a new one if it is new. Its number is good until {@link generation} changes. */
  siteOf(trace: number, typeKind: number, sizeBytes: number): number {
    const words = this.#words;
    const numbers = this.#numbers;
    const buckets = this.#buckets;
    const mask = buckets.length - 1;
    let bucket = hash(trace, typeKind, sizeBytes) & mask;
    for (;;) {
      const site = buckets[bucket]! - 1;
      if (site < 0) return this.#add(trace, typeKind, sizeBytes, bucket);
      if (
        words[site * 8] === trace &&
        words[site * 8 + 1] === typeKind &&
        numbers[site * 4 + 1] === sizeBytes
      ) {
        return site;
      }
      bucket = (bucket + 1) & mask;
    }
  }

  /** Counts events of one site. */
  add(site: number, allocations: number, frees: number): void {
    const numbers = this.#numbers;
    numbers[site * 4 + 2]! += allocations - frees;
    numbers[site * 4 + 3]! += allocations;
    if (this.#inPlay[site] === 0) {
      this.#inPlay[site] = 1;
      this.#fresh[this.#freshCount++] = site;
    }
  }

  /** Below 0 if site `a` comes before `b` in the order of rows, then of sizes. */
  compare(a: number, b: number): number {
    return (
      this.trace(a) - this.trace(b) ||
      this.typeKind(a) - this.typeKind(b) ||
      this.sizeBytes(a) - this.sizeBytes(b)
    );
  }

  /** Trace index of a site. */
  trace(site: number): number {
    return this.#words[site * 8]!;
  }

  /** `type << 1 | kind` of a site. */
  typeKind(site: number): number {
    return this.#words[site * 8 + 1]!;
  }

  /** Bytes of one object of a site. */
  sizeBytes(site: number): number {
    return this.#numbers[site * 4 + 1]!;
  }

  /** Allocations less frees of a site; below 0 only where the log has lost allocations whose frees it still has. */
  live(site: number): number {
    return this.#numbers[site * 4 + 2]!;
  }

  /** Allocations of a site since {@link settle}. */
  allocated(site: number): number {
    return this.#numbers[site * 4 + 3]!;
  }

  /** Nothing of a site is live any more. */
  forgetLive(site: number): void {
    this.#numbers[site * 4 + 2] = 0;
  }

  /**
   * Begins the next count of allocations of a site; one without live objects is out of play.
   * @returns whether it is still in play
   */
  settle(site: number): boolean {
    this.#numbers[site * 4 + 3] = 0;
    if (this.live(site) !== 0) return true;
    this.#inPlay[site] = 0;
    return false;
  }

  /** Writes what was counted of a site since {@link settle} as a row; it then has counted nothing, and is out of play. */
  moveTo(arrays: SiteArrays, row: number, site: number): void {
    // Not with the methods above: where they are not inlined, each number that they return is an object.
    const words = this.#words;
    const numbers = this.#numbers;
    const live = numbers[site * 4 + 2]!;
    const allocated = numbers[site * 4 + 3]!;
    arrays.traces[row] = words[site * 8]!;
    arrays.typeKinds[row] = words[site * 8 + 1]!;
    arrays.sizesBytes[row] = numbers[site * 4 + 1]!;
    arrays.allocations[row] = allocated;
    arrays.frees[row] = allocated - live;
    numbers[site * 4 + 2] = 0;
    numbers[site * 4 + 3] = 0;
    this.#inPlay[site] = 0;
  }

  /** The sites that came into play since this was last called, in any order; valid until the next event is counted. */
  takeFresh(): Uint32Array {
    const fresh = this.#fresh.subarray(0, this.#freshCount);
    this.#freshCount = 0;
    return fresh;
  }

  /**
   * Forgets the sites that are out of play, if they are most of what there is: a log of a day may have any number of sizes. The others keep their
   * order, and get new numbers, which replace those in `inPlay`.
   * @param inPlay all sites in play
   */
  forgetOthers(inPlay: Uint32Array): void {
    if (this.count < LEAST_TO_FORGET || inPlay.length > this.count / 4) return;
    const words = this.#words;
    const numbers = this.#numbers;
    this.count = 0;
    this.generation += 1;
    this.#reserve(Math.max(LEAST_CAPACITY, 2 ** Math.ceil(Math.log2(inPlay.length + 1))));
    for (let k = 0; k < inPlay.length; k++) {
      const old = inPlay[k]!;
      const site = this.siteOf(words[old * 8]!, words[old * 8 + 1]!, numbers[old * 4 + 1]!);
      this.#numbers.set(numbers.subarray(old * 4, old * 4 + 4), site * 4);
      this.#inPlay[site] = 1;
      inPlay[k] = site;
    }
  }

  #add(trace: number, typeKind: number, sizeBytes: number, bucket: number): number {
    const site = this.count++;
    this.#words[site * 8] = trace;
    this.#words[site * 8 + 1] = typeKind;
    this.#numbers[site * 4 + 1] = sizeBytes;
    this.#buckets[bucket] = site + 1;
    if (this.count === this.#inPlay.length) this.#grow();
    return site;
  }

  #grow(): void {
    const words = this.#words;
    const inPlay = this.#inPlay;
    const fresh = this.#fresh;
    this.#reserve(inPlay.length * 2);
    this.#words.set(words);
    this.#inPlay.set(inPlay);
    this.#fresh.set(fresh);
    const buckets = this.#buckets;
    const mask = buckets.length - 1;
    for (let site = 0; site < this.count; site++) {
      let bucket = hash(this.trace(site), this.typeKind(site), this.sizeBytes(site)) & mask;
      while (buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
      buckets[bucket] = site + 1;
    }
  }

  /** Empty memory for so many sites; a power of two. */
  #reserve(capacity: number): void {
    const memory = new ArrayBuffer(capacity * 32);
    this.#words = new Uint32Array(memory);
    this.#numbers = new Float64Array(memory);
    this.#inPlay = new Uint8Array(capacity);
    this.#fresh = new Uint32Array(capacity);
    this.#buckets = new Uint32Array(capacity * 4);
  }
}

/** Spreads small neighbouring numbers over 32 bits: multiplication by odd constants, high bits folded down. */
function hash(trace: number, typeKind: number, sizeBytes: number): number {
  const mixed =
    Math.imul(trace, 0x9e3779b1) ^
    Math.imul(typeKind, 0x85ebca77) ^
    Math.imul(sizeBytes, 0xc2b2ae3d);
  return mixed ^ (mixed >>> 15);
}
