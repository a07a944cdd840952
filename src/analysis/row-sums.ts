import { longer } from '../base/longer.js';
import type { UsageRow } from '../model/snapshot.js';

/** Errors of one thing at several snapshots. */
export interface ErrorSum {
  /** Added up, each with the weight of its snapshot. */
  readonly error: number;
  readonly variance: number;
}

/**
 * The standard error of the average of a row over snapshots: the average of its errors. Much the same objects of a row are live in neighbouring snapshots, so that
 * averaging makes no error smaller; and this is never too small (a sum of vectors is no longer than they are together). Rows are sampled independently, so
 * their variances add up, in whatever groups: a total has the same error however it is grouped.
 */
export function errorOfAverage({ error }: ErrorSum): number {
  return error;
}

/** The standard error of the sum of a row over snapshots that tell of different objects: variances add up. */
export function errorOfSum({ variance }: ErrorSum): number {
  return Math.sqrt(variance);
}

/** Bytes, their errors and variance, objects, theirs. */
const FIGURES = 6;

/**
 * Rows of one trace, type and kind, added up. There are hundreds of thousands in a large recording, each with rows in hundreds of snapshots, so
 * their figures are numbers side by side in one column.
 */
export class RowSums {
  /** Of each trace the first of its sums, and from sum to sum the next; -1 for none. Most traces have one type. */
  readonly #firstSum = new Map<number, number>();
  readonly #nextSum: number[] = [];
  /** A row of each sum. */
  readonly #rows: UsageRow[] = [];
  #figures = new Float64Array(1024 * FIGURES);

  add(row: UsageRow, weight: number): void {
    const at = this.#sumOf(row) * FIGURES;
    const figures = this.#figures;
    const bytesError = weight * row.bytesError;
    const objectsError = weight * row.objectsError;
    figures[at]! += weight * row.bytes;
    figures[at + 1]! += bytesError;
    figures[at + 2]! += bytesError ** 2;
    figures[at + 3]! += weight * row.objects;
    figures[at + 4]! += objectsError;
    figures[at + 5]! += objectsError ** 2;
  }

  /** A row for each sum, those of one trace together, in the order in which they came; figures need not be whole numbers. */
  *rows(errorOf: (sum: ErrorSum) => number): Generator<UsageRow, void, void> {
    const figures = this.#figures;
    for (const [trace, first] of this.#firstSum) {
      for (let sum = first; sum >= 0; sum = this.#nextSum[sum]!) {
        const { member, type, kind } = this.#rows[sum]!;
        const at = sum * FIGURES;
        const [bytes, objects] = [figures[at]!, figures[at + 3]!];
        const bytesError = errorOf({ error: figures[at + 1]!, variance: figures[at + 2]! });
        const objectsError = errorOf({ error: figures[at + 4]!, variance: figures[at + 5]! });
        yield { member, trace, type, kind, bytes, bytesError, objects, objectsError };
      }
    }
  }

  #sumOf(row: UsageRow): number {
    const first = this.#firstSum.get(row.trace) ?? -1;
    let last = -1;
    for (let sum = first; sum >= 0; sum = this.#nextSum[sum]!) {
      const { type, kind, member } = this.#rows[sum]!;
      // The member matters for trace 0 only, which all of them have.
      if (type === row.type && kind === row.kind && member === row.member) return sum;
      last = sum;
    }
    const sum = this.#rows.push(row) - 1;
    this.#nextSum.push(-1);
    if (last >= 0) this.#nextSum[last] = sum;
    else this.#firstSum.set(row.trace, sum);
    if (sum * FIGURES === this.#figures.length) this.#figures = longer(this.#figures);
    return sum;
  }
}
