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

/** What an analysis of single objects needs: a profile with its logs. A `ProfileReader` with a digest is one. */
export interface LoggedProfile extends Pick<Profile, 'hpm'> {
  readonly members: readonly Member[];
  /** The weight of every event, where that is not what the recording's sampling says. */
  readonly hpc: { readonly weight?: number };
  /** The index in `hpm.traces` of a trace of one member's log. */
  traceOf(member: number, trace: number): number;
}

/** Snapshots in the order of time. */
export interface SnapshotList extends Iterable<Snapshot> {
  readonly length: number;
  /** The snapshot of an index, which counts from 0; undefined where there is none. */
  at(index: number): Snapshot | undefined;
}
