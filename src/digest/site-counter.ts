// What is known of a site stands side by side, so that an event touches one cache line.
const SIZE = 0;
const LIVE = 1;
const ALLOCATED = 2;
/** 1 for a site that the next snapshot has to look at. */
const IN_PLAY = 3;
const FIELDS = 4;

/** Below this many sites nothing is gained by forgetting any. */
const LEAST_TO_FORGET = 1 << 16;

/**
 * Counts the events of each site: a trace, a type and kind, and a size. Counts are whole numbers, so that it does not matter in which order, or in
 * how many parts, events are counted; what they weigh is worked out when a snapshot is taken.
 *
 * Sites have numbers: 0, 1, 2, … in the order in which they are first asked for. A hash table with open addressing in one typed array finds them,
 * because every event of version 1 asks for one.
 */
export class SiteCounter {
  /** Sites that there are; they are 0 to count − 1. */
  count = 0;
  /** Trace index of each site. */
  traces = new Uint32Array(1024);
  /** `type << 1 | kind` of each site. */
  typeKinds = new Uint32Array(1024);
  /** Rises when sites get other numbers. */
  generation = 0;

  #fields = new Float64Array(FIELDS * 1024);
  // Four numbers a bucket, so that a look-up touches one cache line: trace, typeKind, low bits of the size, site + 1.
  // At most half of the buckets are in use.
  #buckets = new Uint32Array(4 * 2048);
  #mask = 2047;
  /** Sites that came into play since {@link takeFresh}, in any order. */
  #fresh = new Uint32Array(1024);
  #freshCount = 0;

  /** The site of a trace, `type << 1 | kind` and a size; a new one if it is new. Its number is good until {@link generation} changes. */
  siteOf(trace: number, typeKind: number, sizeBytes: number): number {
    const buckets = this.#buckets;
    const mask = this.#mask;
    const lowSize = sizeBytes >>> 0;
    let bucket = hash(trace, typeKind, lowSize) & mask;
    for (;;) {
      const at = bucket * 4;
      const sitePlusOne = buckets[at + 3]!;
      if (sitePlusOne === 0) return this.#add(trace, typeKind, sizeBytes, at);
      if (
        buckets[at] === trace &&
        buckets[at + 2] === lowSize &&
        buckets[at + 1] === typeKind &&
        this.#fields[(sitePlusOne - 1) * FIELDS + SIZE] === sizeBytes
      ) {
        return sitePlusOne - 1;
      }
      bucket = (bucket + 1) & mask;
    }
  }

  /** Counts events of one site. */
  add(site: number, allocations: number, frees: number): void {
    const fields = this.#fields;
    const at = site * FIELDS;
    fields[at + LIVE]! += allocations - frees;
    fields[at + ALLOCATED]! += allocations;
    if (fields[at + IN_PLAY] === 0) {
      fields[at + IN_PLAY] = 1;
      this.#fresh[this.#freshCount++] = site;
    }
  }

  /** Below 0 if site `a` comes before `b` in the order of rows, then of sizes. */
  compare(a: number, b: number): number {
    return (
      this.traces[a]! - this.traces[b]! ||
      this.typeKinds[a]! - this.typeKinds[b]! ||
      this.#fields[a * FIELDS + SIZE]! - this.#fields[b * FIELDS + SIZE]!
    );
  }

  /** Bytes of one object of a site. */
  sizeBytes(site: number): number {
    return this.#fields[site * FIELDS + SIZE]!;
  }

  /** Allocations less frees of a site; below 0 only where the log has lost allocations whose frees it still has. */
  live(site: number): number {
    return this.#fields[site * FIELDS + LIVE]!;
  }

  /** Allocations of a site since {@link settle}. */
  allocated(site: number): number {
    return this.#fields[site * FIELDS + ALLOCATED]!;
  }

  /** Nothing of a site is live any more. */
  forgetLive(site: number): void {
    this.#fields[site * FIELDS + LIVE] = 0;
  }

  /**
   * Begins the next count of allocations of a site; one without live objects is out of play.
   * @returns whether it is still in play
   */
  settle(site: number): boolean {
    const at = site * FIELDS;
    this.#fields[at + ALLOCATED] = 0;
    if (this.#fields[at + LIVE] !== 0) return true;
    this.#fields[at + IN_PLAY] = 0;
    return false;
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
    const { traces, typeKinds } = this;
    const fields = this.#fields;
    this.count = 0;
    this.generation += 1;
    const capacity = Math.max(1024, 2 ** Math.ceil(Math.log2(inPlay.length + 1)));
    this.traces = new Uint32Array(capacity);
    this.typeKinds = new Uint32Array(capacity);
    this.#fields = new Float64Array(FIELDS * capacity);
    this.#fresh = new Uint32Array(capacity);
    this.#buckets = new Uint32Array(4 * 2 * capacity);
    this.#mask = 2 * capacity - 1;
    for (let k = 0; k < inPlay.length; k++) {
      const old = inPlay[k]!;
      const known = fields.subarray(old * FIELDS, (old + 1) * FIELDS);
      const site = this.siteOf(traces[old]!, typeKinds[old]!, known[SIZE]!);
      this.#fields.set(known, site * FIELDS);
      inPlay[k] = site;
    }
  }

  #add(trace: number, typeKind: number, sizeBytes: number, at: number): number {
    const site = this.count++;
    if (site === this.traces.length) this.#growSites();
    this.traces[site] = trace;
    this.typeKinds[site] = typeKind;
    this.#fields[site * FIELDS + SIZE] = sizeBytes;
    this.#enter(site, at);
    if (this.count * 2 > this.#mask) this.#growBuckets();
    return site;
  }

  #enter(site: number, at: number): void {
    const buckets = this.#buckets;
    buckets[at] = this.traces[site]!;
    buckets[at + 1] = this.typeKinds[site]!;
    buckets[at + 2] = this.sizeBytes(site) >>> 0;
    buckets[at + 3] = site + 1;
  }

  #growSites(): void {
    const capacity = this.traces.length * 2;
    this.traces = grown(this.traces, new Uint32Array(capacity));
    this.typeKinds = grown(this.typeKinds, new Uint32Array(capacity));
    this.#fields = grown(this.#fields, new Float64Array(FIELDS * capacity));
    this.#fresh = grown(this.#fresh, new Uint32Array(capacity));
  }

  #growBuckets(): void {
    const mask = this.#mask * 2 + 1;
    this.#mask = mask;
    this.#buckets = new Uint32Array(4 * (mask + 1));
    for (let site = 0; site < this.count; site++) {
      let bucket = hash(this.traces[site]!, this.typeKinds[site]!, this.sizeBytes(site)) & mask;
      while (this.#buckets[bucket * 4 + 3] !== 0) bucket = (bucket + 1) & mask;
      this.#enter(site, bucket * 4);
    }
  }
}

/** Spreads small neighbouring numbers over 32 bits: multiplication by odd constants, high bits folded down. */
function hash(trace: number, typeKind: number, size: number): number {
  const mixed =
    Math.imul(trace, 0x9e3779b1) ^ Math.imul(typeKind, 0x85ebca77) ^ Math.imul(size, 0xc2b2ae3d);
  return mixed ^ (mixed >>> 15);
}

function grown<A extends Uint32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
