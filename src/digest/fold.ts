import type { UsageColumns } from '../format/usage-columns.js';
import { NO_TRACE } from '../model/frame.js';
import { wholeNumber } from './whole-number.js';

/**
 * Copies the rows of `from` to `to` with the smallest traces folded into trace 0 ("other"): at equal bytes
 * the higher trace first, together at most `precision` × the bytes of all rows. Types and kinds remain.
 * Rows must rise by trace, then by `type << 1 | kind`; the result does so too. A precision of 0 folds nothing.
 */
export function foldRows(from: UsageColumns, precision: number, to: UsageColumns): void {
  const folded = precision > 0 ? chooseRows(from, precision) : new Uint8Array(from.count);
  to.clear();
  pushOther(from, folded, to);
  for (let row = 0; row < from.count; row++) {
    if (from.traces[row] === NO_TRACE || folded[row] === 1) continue;
    to.push(
      from.traces[row]!,
      from.typeKinds[row]!,
      from.bytes[row]!,
      from.objects[row]!,
      from.errors[row]!,
    );
  }
}

/** Adds up the folded rows and those that have no trace anyway: a row for each type and kind. */
function pushOther(from: UsageColumns, folded: Uint8Array, to: UsageColumns): void {
  const sums = new Map<number, { bytes: number; objects: number; variance: number }>();
  for (let row = 0; row < from.count; row++) {
    if (from.traces[row] !== NO_TRACE && folded[row] === 0) continue;
    const typeKind = from.typeKinds[row]!;
    let sum = sums.get(typeKind);
    if (sum === undefined) {
      sum = { bytes: 0, objects: 0, variance: 0 };
      sums.set(typeKind, sum);
    }
    sum.bytes += from.bytes[row]!;
    sum.objects += from.objects[row]!;
    sum.variance += from.errors[row]! ** 2;
  }
  for (const [typeKind, { bytes, objects, variance }] of [...sums].sort(([a], [b]) => a - b)) {
    const error = wholeNumber(Math.sqrt(variance));
    to.push(NO_TRACE, typeKind, wholeNumber(bytes), wholeNumber(objects), error);
  }
}

/** 1 for each row whose trace is folded. */
function chooseRows(from: UsageColumns, precision: number): Uint8Array {
  const { count } = from;
  // Traces in the order of rows: where each begins, and its bytes over all types and kinds.
  const starts = new Uint32Array(count + 1);
  const sums = new Float64Array(count);
  let traceCount = 0;
  let total = 0;
  for (let row = 0; row < count; row++) {
    total += from.bytes[row]!;
    if (from.traces[row] === NO_TRACE) continue;
    if (row === 0 || from.traces[row] !== from.traces[row - 1]) starts[traceCount++] = row;
    sums[traceCount - 1]! += from.bytes[row]!;
  }
  starts[traceCount] = count;

  const rising = sums.slice(0, traceCount).sort();
  const mostBytes = precision * total;
  let foldedBytes = 0;
  let foldedCount = 0;
  while (foldedCount < traceCount && foldedBytes + rising[foldedCount]! <= mostBytes) {
    foldedBytes += rising[foldedCount++]!;
  }

  const folded = new Uint8Array(count);
  if (foldedCount === 0) return folded;
  const largest = rising[foldedCount - 1]!;
  // Not all traces of exactly that many bytes may have found room.
  let roomForLargest = foldedCount - rising.indexOf(largest);
  for (let k = traceCount - 1; k >= 0; k--) {
    const isFolded = sums[k]! < largest || (sums[k] === largest && roomForLargest-- > 0);
    if (isFolded) folded.fill(1, starts[k], starts[k + 1]);
  }
  return folded;
}
