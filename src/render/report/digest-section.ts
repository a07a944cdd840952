import { ByteWriter } from '../../format/byte-writer.js';
import {
  encodeDigestFacts,
  encodeIndexEntry,
  type IndexPosition,
} from '../../format/hpc-blocks.js';
import type { DigestFile } from '../../format/hpc-file.js';
import { UsageColumns } from '../../format/usage-columns.js';

/** A digest, its rows column by column: docs/report-format.md. */
export function encodeDigest(digest: DigestFile): Uint8Array {
  const { facts, index } = digest;
  const out = new ByteWriter();
  encodeDigestFacts(out, facts);
  out.varint(index.length);
  const live = new RowTable();
  const allocated = new RowTable();
  const liveRows = new UsageColumns();
  const allocatedRows = new UsageColumns();
  let before: IndexPosition = { offset: 0, timeMicros: 0 };
  for (const entry of index) {
    // There are no blocks that could begin anywhere.
    encodeIndexEntry(out, { ...entry, offset: 0 }, before);
    before = { offset: 0, timeMicros: entry.totals.timeMicros };
    digest.readSnapshot(entry, liveRows, allocatedRows);
    live.add(liveRows);
    allocated.add(allocatedRows);
  }
  live.encode(out);
  allocated.encode(out);
  return out.bytes();
}

/** Rows of all snapshots: a column has what is alike, and is packed to a fifth of what whole rows are. */
class RowTable {
  readonly #counts: number[] = [];
  readonly #columns = Array.from({ length: 6 }, () => ({
    values: new ByteWriter(),
    lengths: [] as number[],
  }));

  /** Adds the rows of the next snapshot. */
  add({ count, traces, ...rows }: UsageColumns): void {
    this.#counts.push(count);
    const { typeKinds, bytes, objects, bytesErrors, objectsErrors } = rows;
    this.#addColumn(0, count, (row) => traces[row]! - (row > 0 ? traces[row - 1]! : 0));
    for (const [k, values] of [typeKinds, bytes, objects, bytesErrors, objectsErrors].entries()) {
      this.#addColumn(k + 1, count, (row) => values[row]!);
    }
  }

  encode(out: ByteWriter): void {
    for (const count of this.#counts) out.varint(count);
    for (const { values, lengths } of this.#columns) {
      for (const length of lengths) out.varint(length);
      out.raw(values.bytes());
    }
  }

  #addColumn(column: number, count: number, numberOf: (row: number) => number): void {
    const { values, lengths } = this.#columns[column]!;
    const start = values.lengthBytes;
    for (let row = 0; row < count; row++) values.varint(numberOf(row));
    lengths.push(values.lengthBytes - start);
  }
}
