import { ByteReader } from '../../format/byte-reader.js';
import {
  type DigestFacts,
  decodeDigestFacts,
  decodeIndexEntry,
  INDEX_START,
  type IndexEntry,
  type IndexPosition,
  LEAST_INDEX_ENTRY_BYTES,
} from '../../format/hpc-blocks.js';
import type { UsageColumns } from '../../format/usage-columns.js';
import type { DigestSnapshots } from '../../reader/snapshot-list.js';

/** The digest of a report. */
export interface ReportDigest extends DigestSnapshots {
  readonly facts: DigestFacts;
}

/**
 * Reads the part `digest` of a report (docs/report-format.md); its rows are decoded when they are asked for.
 * @throws DecodeError if it is damaged.
 */
export function decodeDigest(bytes: Uint8Array): ReportDigest {
  const from = new ByteReader(bytes);
  const facts = decodeDigestFacts(from);
  const snapshotCount = from.varint();
  from.expectItems(snapshotCount, LEAST_INDEX_ENTRY_BYTES);
  let before: IndexPosition = INDEX_START;
  const index = Array.from({ length: snapshotCount }, (_, number): IndexEntry => {
    const entry = decodeIndexEntry(from, number, before);
    before = { offset: entry.offset, timeMicros: entry.totals.timeMicros };
    return entry;
  });
  const live = new RowTable(from, bytes, snapshotCount);
  const allocated = new RowTable(from, bytes, snapshotCount);
  return {
    facts,
    index,
    readSnapshot: ({ totals }, liveRows, allocatedRows) => {
      live.read(totals.index, liveRows);
      allocated.read(totals.index, allocatedRows);
    },
  };
}

/** Rows of all snapshots, column by column. */
class RowTable {
  readonly #bytes: Uint8Array;
  readonly #counts: readonly number[];
  /** Of each column, where the values of each snapshot begin. */
  readonly #starts: readonly (readonly number[])[];

  /** @param from goes on after the table */
  constructor(from: ByteReader, bytes: Uint8Array, snapshotCount: number) {
    this.#bytes = bytes;
    from.expectItems(snapshotCount, 7);
    this.#counts = Array.from({ length: snapshotCount }, () => from.varint());
    this.#starts = Array.from({ length: 6 }, () => {
      const lengths = Array.from({ length: snapshotCount }, () => from.varint());
      return lengths.map((length) => {
        const start = from.position;
        from.position += length;
        return start;
      });
    });
  }

  /** Replaces what `rows` holds by those of a snapshot; `index` counts from 0. */
  read(index: number, rows: UsageColumns): void {
    rows.clear();
    const [traces, typeKinds, bytes, objects, bytesErrors, objectsErrors] = this.#starts.map(
      (starts) => new ByteReader(this.#bytes, starts[index]),
    ) as [ByteReader, ByteReader, ByteReader, ByteReader, ByteReader, ByteReader];
    let trace = 0;
    for (let row = 0; row < this.#counts[index]!; row++) {
      trace += traces.varint();
      rows.push(
        trace,
        typeKinds.varint(),
        bytes.varint(),
        objects.varint(),
        bytesErrors.varint(),
        objectsErrors.varint(),
      );
    }
  }
}
