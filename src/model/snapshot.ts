import type { HeapRecord, Kind } from './event.js';

/** Estimated bytes and objects of one trace, type and kind. Whole numbers. */
export interface UsageRow {
  /** Which member of the family: its number in `members`; 0 is the root. */
  readonly member: number;
  /** Trace index; 0 is "other". */
  readonly trace: number;
  /** Constructor name; empty where it is not known. */
  readonly type: string;
  readonly kind: Kind;
  /** Weighted. */
  readonly bytes: number;
  /** Weighted. */
  readonly objects: number;
  /** Standard error of `bytes` from sampling. */
  readonly bytesError: number;
  /** Standard error of `objects` from sampling. */
  readonly objectsError: number;
}

/** Totals over all rows of a kind. Whole numbers. */
export interface UsageTotal {
  readonly bytes: number;
  readonly objects: number;
  readonly bytesError: number;
  readonly objectsError: number;
}

/** What a digest's index says of one snapshot, without its rows. */
export interface SnapshotTotals {
  /** Counts from 0. */
  readonly index: number;
  /** Microseconds since the start of the recording. */
  readonly timeMicros: number;
  readonly live: Readonly<Record<Kind, UsageTotal>>;
  /** Allocated since the snapshot before. */
  readonly allocated: Readonly<Record<Kind, UsageTotal>>;
  /** Garbage collections since the snapshot before. */
  readonly collections: number;
  /** Their pauses together. */
  readonly gcPauseMicros: number;
  /** The last heap record at or before this time, if there is one. */
  readonly heap?: HeapRecord;
  /**
   * Live bytes of kind `arrayBuffer` at the time of `heap`, by estimate: what its array buffers can be held against.
   * Absent where `heap` does not say how much the earlier ones are.
   */
  readonly attributedArrayBufferBytes?: number;
}

/** The state at exactly one time. */
export interface Snapshot extends SnapshotTotals {
  /** What is live at this time, rising by member, then by trace. */
  readonly liveRows: readonly UsageRow[];
  /** What was allocated since the snapshot before, likewise. */
  readonly allocatedRows: readonly UsageRow[];
}
