import type { UsageColumns } from '../format/usage-columns.js';
import { chooseSmallest } from './choose-smallest.js';
import { wholeNumber } from './whole-number.js';

/** Folds the rows of snapshots; what it needs for that is kept from one to the next. */
export class RowFolder {
  /** 1 for each row that is folded. */
  #folded = new Uint8Array(0);
  // Traces in the order of rows: where each begins, and its bytes over all types and kinds.
  #starts = new Uint32Array(1);
  #sums = new Float64Array(0);
  /** The sums once more, to be put into another order. */
  #values = new Float64Array(0);

  /**
   * Copies the rows of `from` to `to` with the smallest traces folded into trace 0 ("other") of their members: at
   * equal bytes the higher trace first, together at most `precision` × the bytes of all rows. Types and kinds remain.
   * Rows must rise by trace, then by `type << 1 | kind`; the result does so too. A precision of 0 folds nothing.
   * @param others the index that stands for trace 0, of each member; rising from 0
   */
  fold(from: UsageColumns, precision: number, others: readonly number[], to: UsageColumns): void {
    this.#reserve(from.count);
    const folded = this.#folded;
    markRows(others, from, folded);
    if (precision > 0) this.#chooseRows(from, precision);
    to.clear();
    let member = 0;
    for (let start = 0, end = 0; start < from.count; start = end) {
      while (from.traces[start]! >= (others[member + 1] ?? Number.POSITIVE_INFINITY)) member++;
      const next = others[member + 1] ?? Number.POSITIVE_INFINITY;
      while (end < from.count && from.traces[end]! < next) end++;
      foldMember(from, folded, start, end, others[member]!, to);
    }
  }

  #reserve(rowCount: number): void {
    if (rowCount <= this.#folded.length) return;
    this.#folded = new Uint8Array(rowCount);
    this.#starts = new Uint32Array(rowCount + 1);
    this.#sums = new Float64Array(rowCount);
    this.#values = new Float64Array(rowCount);
  }

  /** Marks the rows of the traces that are folded; those that are marked already have no trace to choose. */
  #chooseRows(from: UsageColumns, precision: number): void {
    const { count } = from;
    const folded = this.#folded;
    const starts = this.#starts;
    const sums = this.#sums;
    let traceCount = 0;
    let total = 0;
    for (let row = 0; row < count; row++) {
      total += from.bytes[row]!;
      if (folded[row] === 1) continue;
      if (row === 0 || from.traces[row] !== from.traces[row - 1]) {
        starts[traceCount] = row;
        sums[traceCount++] = 0;
      }
      sums[traceCount - 1]! += from.bytes[row]!;
    }
    starts[traceCount] = count;

    const values = this.#values.subarray(0, traceCount);
    values.set(sums.subarray(0, traceCount));
    const smallest = chooseSmallest(values, precision * total);
    if (smallest === undefined) return;
    const { largest } = smallest;
    // Not all traces of exactly that many bytes may have found room.
    let roomForLargest = smallest.largestCount;
    for (let k = traceCount - 1; k >= 0; k--) {
      const isFolded = sums[k]! < largest || (sums[k] === largest && roomForLargest-- > 0);
      // Rows of trace 0 of the next member, which may stand in between, are marked already.
      if (isFolded) folded.fill(1, starts[k], starts[k + 1]);
    }
  }
}

/** Sets `marks` to 1 for each row of one of these traces, which rise, and to 0 for each other row. */
function markRows(traces: readonly number[], rows: UsageColumns, marks: Uint8Array): void {
  let k = 0;
  for (let row = 0; row < rows.count; row++) {
    while (k < traces.length && traces[k]! < rows.traces[row]!) k++;
    marks[row] = traces[k] === rows.traces[row] ? 1 : 0;
  }
}

/** Copies the rows of one member, `start` (inclusive) to `end` (exclusive): first what is folded, then the others. */
function foldMember(
  from: UsageColumns,
  folded: Uint8Array,
  start: number,
  end: number,
  other: number,
  to: UsageColumns,
): void {
  pushOther(from, folded, start, end, other, to);
  for (let row = start; row < end; row++) {
    if (folded[row] === 1) continue;
    to.push(
      from.traces[row]!,
      from.typeKinds[row]!,
      from.bytes[row]!,
      from.objects[row]!,
      from.bytesErrors[row]!,
      from.objectsErrors[row]!,
    );
  }
}

/** Rows of one type and kind, together. */
interface OtherSum {
  bytes: number;
  objects: number;
  bytesVariance: number;
  objectsVariance: number;
}

/** Adds up the folded rows of a member: a row for each type and kind. */
function pushOther(
  from: UsageColumns,
  folded: Uint8Array,
  start: number,
  end: number,
  other: number,
  to: UsageColumns,
): void {
  const sums = new Map<number, OtherSum>();
  for (let row = start; row < end; row++) {
    if (folded[row] === 0) continue;
    const typeKind = from.typeKinds[row]!;
    let sum = sums.get(typeKind);
    if (sum === undefined) {
      sum = { bytes: 0, objects: 0, bytesVariance: 0, objectsVariance: 0 };
      sums.set(typeKind, sum);
    }
    sum.bytes += from.bytes[row]!;
    sum.objects += from.objects[row]!;
    sum.bytesVariance += from.bytesErrors[row]! ** 2;
    sum.objectsVariance += from.objectsErrors[row]! ** 2;
  }
  for (const [typeKind, sum] of [...sums].sort(([a], [b]) => a - b)) {
    to.push(
      other,
      typeKind,
      wholeNumber(sum.bytes),
      wholeNumber(sum.objects),
      wholeNumber(Math.sqrt(sum.bytesVariance)),
      wholeNumber(Math.sqrt(sum.objectsVariance)),
    );
  }
}
