import type { Metadata } from '../format/log.js';
import type { Snapshot, SnapshotTotals } from '../model/snapshot.js';

/** What an analysis needs of a profile; a `ProfileReader` with a digest is one. */
export interface Profile {
  /** Totals of every snapshot, in the order of time. */
  readonly totals: readonly SnapshotTotals[];
  /** The snapshots themselves, decoded when asked for; as many as there are totals. */
  readonly snapshots: SnapshotList;
  /** Facts and traces of the recording. */
  readonly hpm: Pick<Metadata, 'traces'>;
}

/** Snapshots in the order of time. */
export interface SnapshotList extends Iterable<Snapshot> {
  readonly length: number;
  /** The snapshot of an index, which counts from 0; undefined where there is none. */
  at(index: number): Snapshot | undefined;
}
