import type { UsageColumns } from '../format/usage-columns.js';
import { chooseSmallest } from './choose-smallest.js';
import { wholeNumber } from './whole-number.js';

/**
 * Copies the rows of `from` to `to` with the smallest traces folded into trace 0 ("other") of their members: at
 * equal bytes the higher trace first, together at most `precision` × the bytes of all rows. Types and kinds remain.
 * Rows must rise by trace, then by `type << 1 | kind`; the result does so too. A precision of 0 folds nothing.
 * @param others the index that stands for trace 0, of each member; rising from 0
 */
export function foldRows(
  from: UsageColumns,
  precision: number,
  others: readonly number[],
  to: UsageColumns,
): void {
  const folded = rowsOf(others, from);
  if (precision > 0) chooseRows(from, precision, folded);
  to.clear();
  let member = 0;
  for (let start = 0, end = 0; start < from.count; start = end) {
    while (from.traces[start]! >= (others[member + 1] ?? Number.POSITIVE_INFINITY)) member++;
    const next = others[member + 1] ?? Number.POSITIVE_INFINITY;
    while (end < from.count && from.traces[end]! < next) end++;
    foldMember(from, folded, start, end, others[member]!, to);
  }
}

/** 1 for each row of one of these traces, which rise. */
function rowsOf(traces: readonly number[], rows: UsageColumns): Uint8Array {
  const found = new Uint8Array(rows.count);
  let k = 0;
  for (let row = 0; row < rows.count; row++) {
    while (k < traces.length && traces[k]! < rows.traces[row]!) k++;
    if (traces[k] === rows.traces[row]) found[row] = 1;
  }
  return found;
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

/** Marks the rows of the traces that are folded; those that are marked already have no trace to choose. */
function chooseRows(from: UsageColumns, precision: number, folded: Uint8Array): void {
  const { count } = from;
  // Traces in the order of rows: where each begins, and its bytes over all types and kinds.
  const starts = new Uint32Array(count + 1);
  const sums = new Float64Array(count);
  let traceCount = 0;
  let total = 0;
  for (let row = 0; row < count; row++) {
    total += from.bytes[row]!;
    if (folded[row] === 1) continue;
    if (row === 0 || from.traces[row] !== from.traces[row - 1]) starts[traceCount++] = row;
    sums[traceCount - 1]! += from.bytes[row]!;
  }
  starts[traceCount] = count;

  const smallest = chooseSmallest(sums.slice(0, traceCount), precision * total);
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
