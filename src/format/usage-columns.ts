/**
 * Usage rows field by field, as a snapshot has them: element i of each array belongs to row i, and only
 * the first `count` are valid. Columns are reused from snapshot to snapshot, so that making a digest
 * leaves no garbage behind.
 */
export class UsageColumns {
  count = 0;
  /** Trace index; 0 is "other". */
  traces = new Uint32Array(64);
  /** `string index of the type << 1 | kind`. */
  typeKinds = new Uint32Array(64);
  /** Weighted, whole numbers. */
  bytes = new Float64Array(64);
  /** Weighted, whole numbers. */
  objects = new Float64Array(64);
  /** Standard error of `bytes`, whole numbers. */
  bytesErrors = new Float64Array(64);
  /** Standard error of `objects`, whole numbers. */
  objectsErrors = new Float64Array(64);

  push(
    trace: number,
    typeKind: number,
    bytes: number,
    objects: number,
    bytesError: number,
    objectsError: number,
  ): void {
    const row = this.count;
    if (row === this.traces.length) this.#grow();
    this.traces[row] = trace;
    this.typeKinds[row] = typeKind;
    this.bytes[row] = bytes;
    this.objects[row] = objects;
    this.bytesErrors[row] = bytesError;
    this.objectsErrors[row] = objectsError;
    this.count = row + 1;
  }

  clear(): void {
    this.count = 0;
  }

  #grow(): void {
    const capacity = this.traces.length * 2;
    this.traces = grown(this.traces, new Uint32Array(capacity));
    this.typeKinds = grown(this.typeKinds, new Uint32Array(capacity));
    this.bytes = grown(this.bytes, new Float64Array(capacity));
    this.objects = grown(this.objects, new Float64Array(capacity));
    this.bytesErrors = grown(this.bytesErrors, new Float64Array(capacity));
    this.objectsErrors = grown(this.objectsErrors, new Float64Array(capacity));
  }
}

function grown<A extends Uint32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
