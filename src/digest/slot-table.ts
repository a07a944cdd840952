/**
 * Numbers the distinct pairs of trace and type-and-kind: slots 0, 1, 2, … in the order in which they are
 * first asked for. A hash table with open addressing in one typed array, because the digest asks for a
 * slot at every event of version 1.
 */
export class SlotTable {
  /** Slots in use; they are 0 to count − 1. */
  count = 0;
  /** Trace index of each slot. */
  traces = new Uint32Array(1024);
  /** `type << 1 | kind` of each slot. */
  typeKinds = new Uint32Array(1024);

  // Four numbers a bucket, so that a look-up touches one cache line: trace, typeKind, slot + 1, unused.
  // At most half of the buckets are in use.
  #buckets = new Uint32Array(4 * 2048);
  #mask = 2047;

  /** The slot of a pair; a new one if the pair is new. */
  slotOf(trace: number, typeKind: number): number {
    const buckets = this.#buckets;
    const mask = this.#mask;
    let bucket = hash(trace, typeKind) & mask;
    for (;;) {
      const at = bucket * 4;
      const slotPlusOne = buckets[at + 2]!;
      if (slotPlusOne === 0) return this.#add(trace, typeKind, at);
      if (buckets[at] === trace && buckets[at + 1] === typeKind) return slotPlusOne - 1;
      bucket = (bucket + 1) & mask;
    }
  }

  #add(trace: number, typeKind: number, at: number): number {
    const slot = this.count++;
    if (slot === this.traces.length) this.#growSlots();
    this.traces[slot] = trace;
    this.typeKinds[slot] = typeKind;
    this.#buckets[at] = trace;
    this.#buckets[at + 1] = typeKind;
    this.#buckets[at + 2] = slot + 1;
    if (this.count * 2 > this.#mask) this.#growBuckets();
    return slot;
  }

  #growSlots(): void {
    const traces = new Uint32Array(this.traces.length * 2);
    const typeKinds = new Uint32Array(traces.length);
    traces.set(this.traces);
    typeKinds.set(this.typeKinds);
    this.traces = traces;
    this.typeKinds = typeKinds;
  }

  #growBuckets(): void {
    const mask = this.#mask * 2 + 1;
    const buckets = new Uint32Array(4 * (mask + 1));
    for (let slot = 0; slot < this.count; slot++) {
      const trace = this.traces[slot]!;
      const typeKind = this.typeKinds[slot]!;
      let bucket = hash(trace, typeKind) & mask;
      while (buckets[bucket * 4 + 2] !== 0) bucket = (bucket + 1) & mask;
      buckets[bucket * 4] = trace;
      buckets[bucket * 4 + 1] = typeKind;
      buckets[bucket * 4 + 2] = slot + 1;
    }
    this.#buckets = buckets;
    this.#mask = mask;
  }
}

/** Spreads pairs of small neighbouring numbers over 32 bits: multiplication by odd constants, high bits folded down. */
function hash(trace: number, typeKind: number): number {
  const mixed = Math.imul(trace, 0x9e3779b1) ^ Math.imul(typeKind, 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
