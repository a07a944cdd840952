import type { DigestFile } from '../format/hpc-file.js';
import type { TraceTable } from '../format/log.js';
import { UsageColumns } from '../format/usage-columns.js';
import { KINDS } from '../model/event.js';
import type { Snapshot, UsageRow } from '../model/snapshot.js';

/** The snapshots of a digest in the order of time. Each is read from the file whenever it is asked for. */
export class SnapshotList implements Iterable<Snapshot> {
  readonly #digest: DigestFile;
  readonly #traces: TraceTable;
  readonly #live = new UsageColumns();
  readonly #allocated = new UsageColumns();

  /** @param traces where the names of types are */
  constructor(digest: DigestFile, traces: TraceTable) {
    this.#digest = digest;
    this.#traces = traces;
  }

  get length(): number {
    return this.#digest.index.length;
  }

  /**
   * A snapshot by its index, which counts from 0, or from the end where it is negative: −1 is the last.
   * Undefined where there is none.
   * @throws FormatError if the digest is damaged there.
   */
  at(index: number): Snapshot | undefined {
    const entry = this.#digest.index.at(index);
    if (entry === undefined) return undefined;
    this.#digest.readSnapshot(entry, this.#live, this.#allocated);
    return {
      ...entry.totals,
      liveRows: this.#rows(this.#live),
      allocatedRows: this.#rows(this.#allocated),
    };
  }

  *[Symbol.iterator](): Iterator<Snapshot> {
    for (let index = 0; index < this.length; index++) yield this.at(index)!;
  }

  #rows(columns: UsageColumns): UsageRow[] {
    const rows: UsageRow[] = [];
    for (let row = 0; row < columns.count; row++) {
      const typeKind = columns.typeKinds[row]!;
      rows.push({
        trace: columns.traces[row]!,
        type: this.#traces.string(typeKind >>> 1),
        kind: KINDS[typeKind & 1]!,
        bytes: columns.bytes[row]!,
        objects: columns.objects[row]!,
        bytesError: columns.errors[row]!,
      });
    }
    return rows;
  }
}
