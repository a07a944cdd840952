import type { UsageRow } from '../model/snapshot.js';

/** Figures of one row, added up; each with the weight of its snapshot. */
interface RowSum {
  readonly row: UsageRow;
  bytes: number;
  objects: number;
  bytesError: number;
  objectsError: number;
}

/**
 * Averages over time of rows (a trace, type, kind and member each), with their standard errors.
 *
 * Much the same objects of a row are live in neighbouring snapshots, so that averaging makes no error smaller: that of a row's average is the average of its
 * snapshots' errors, which is never too small (a sum of vectors is no longer than they are together). Rows are sampled independently, so their variances add up, in
 * whatever groups: a total has the same error however it is grouped.
 */
export class RowAverages {
  /** By trace; most have one type. */
  readonly #byTrace = new Map<number, RowSum[]>();
  #totalWeight = 0;

  /** Adds all rows of a snapshot, which has this weight in the average. */
  add(rows: Iterable<UsageRow>, weight: number): void {
    this.#totalWeight += weight;
    for (const row of rows) {
      const sum = this.#sumOf(row);
      sum.bytes += weight * row.bytes;
      sum.objects += weight * row.objects;
      sum.bytesError += weight * row.bytesError;
      sum.objectsError += weight * row.objectsError;
    }
  }

  /** The average of each row that was there at any snapshot; figures need not be whole numbers. */
  *rows(): Generator<UsageRow, void, void> {
    const total = this.#totalWeight;
    for (const sums of this.#byTrace.values()) {
      for (const { row, bytes, objects, bytesError, objectsError } of sums) {
        yield {
          ...row,
          bytes: bytes / total,
          objects: objects / total,
          bytesError: bytesError / total,
          objectsError: objectsError / total,
        };
      }
    }
  }

  #sumOf(row: UsageRow): RowSum {
    const { trace, type, kind, member } = row;
    let sums = this.#byTrace.get(trace);
    if (sums === undefined) {
      sums = [];
      this.#byTrace.set(trace, sums);
    }
    // The member matters for trace 0 only, which all of them have.
    let sum = sums.find(
      ({ row }) => row.type === type && row.kind === kind && row.member === member,
    );
    if (sum === undefined) {
      sum = { row, bytes: 0, objects: 0, bytesError: 0, objectsError: 0 };
      sums.push(sum);
    }
    return sum;
  }
}
