import type { Member } from '../format/family.js';
import type { Metadata } from '../format/log.js';
import type { Snapshot, SnapshotTotals } from '../model/snapshot.js';

/** What an analysis needs of a profile; a `ProfileReader` with a digest is one. */
export interface Profile {
  /** Totals of every snapshot, in the order of time. */
  readonly totals: readonly SnapshotTotals[];
  /** The snapshots themselves, decoded when asked for; as many as there are totals. */
  readonly snapshots: SnapshotList;
  /** Traces of the recording. */
  readonly hpm: Pick<Metadata, 'traces'>;
  /** The recordings of the family, by the number that rows have; the first is the root. */
  readonly members: readonly Pick<Member, 'suffix' | 'facts'>[];
}

/** Snapshots in the order of time. */
export interface SnapshotList extends Iterable<Snapshot> {
  readonly length: number;
  /** The snapshot of an index, which counts from 0; undefined where there is none. */
  at(index: number): Snapshot | undefined;
}
