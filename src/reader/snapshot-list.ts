import { spanOf, type TraceSpan } from '../format/family-traces.js';
import type { DigestFile } from '../format/hpc-file.js';
import { UsageColumns } from '../format/usage-columns.js';
import { KINDS } from '../model/event.js';
import { NO_TRACE } from '../model/frame.js';
import type { Snapshot, UsageRow } from '../model/snapshot.js';

/** What has the snapshots of a digest: its file, or a report. */
export type DigestSnapshots = Pick<DigestFile, 'index' | 'readSnapshot'>;

/** The snapshots of a digest in the order of time. Each is read from the file whenever it is asked for. */
export class SnapshotList implements Iterable<Snapshot> {
  readonly #digest: DigestSnapshots;
  readonly #spans: readonly TraceSpan[];
  readonly #live = new UsageColumns();
  readonly #allocated = new UsageColumns();

  /** @param spans where each member's traces stand in the digest, and its names of types are */
  constructor(digest: DigestSnapshots, spans: readonly TraceSpan[]) {
    this.#digest = digest;
    this.#spans = spans;
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
      liveRows: rowsOf(this.#live, this.#spans),
      allocatedRows: rowsOf(this.#allocated, this.#spans),
    };
  }

  *[Symbol.iterator](): Iterator<Snapshot> {
    for (let index = 0; index < this.length; index++) yield this.at(index)!;
  }
}

/**
 * Rows of a digest as objects.
 * @param spans where each member's traces stand in the digest, and its names of types are
 */
function rowsOf(columns: UsageColumns, spans: readonly TraceSpan[]): UsageRow[] {
  const rows: UsageRow[] = [];
  for (let row = 0; row < columns.count; row++) {
    const trace = columns.traces[row]!;
    const typeKind = columns.typeKinds[row]!;
    const member = spanOf(spans, trace);
    const { firstTrace, traces } = spans[member]!;
    rows.push({
      member,
      trace: trace === firstTrace ? NO_TRACE : trace,
      type: traces.string(typeKind >>> 1),
      kind: KINDS[typeKind & 1]!,
      bytes: columns.bytes[row]!,
      objects: columns.objects[row]!,
      bytesError: columns.bytesErrors[row]!,
      objectsError: columns.objectsErrors[row]!,
    });
  }
  return rows;
}
