import { longer } from '../base/longer.js';

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
    this.traces = longer(this.traces);
    this.typeKinds = longer(this.typeKinds);
    this.bytes = longer(this.bytes);
    this.objects = longer(this.objects);
    this.bytesErrors = longer(this.bytesErrors);
    this.objectsErrors = longer(this.objectsErrors);
  }
}
