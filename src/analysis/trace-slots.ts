/** Numbers the distinct pairs of a trace and `type << 1 | kind`: slots 0, 1, 2, … in the order in which they are first asked for. */
export class TraceSlots {
  /** Trace index of each slot. */
  readonly traces: number[] = [];
  /** `type << 1 | kind` of each slot. */
  readonly typeKinds: number[] = [];
  readonly #slots = new Map<number, Map<number, number>>();

  /** The slot of a pair; a new one if the pair is new. */
  slotOf(trace: number, typeKind: number): number {
    let ofTrace = this.#slots.get(trace);
    if (ofTrace === undefined) {
      ofTrace = new Map();
      this.#slots.set(trace, ofTrace);
    }
    let slot = ofTrace.get(typeKind);
    if (slot === undefined) {
      slot = this.traces.length;
      ofTrace.set(typeKind, slot);
      this.traces.push(trace);
      this.typeKinds.push(typeKind);
    }
    return slot;
  }
}
