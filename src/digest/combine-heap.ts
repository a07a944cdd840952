import type { HeapRecord } from '../model/event.js';
import type { SnapshotTotals } from '../model/snapshot.js';
import type { HeapSummary } from './heap-queue.js';

/** What the heap records of one member say of a snapshot. */
export interface MemberHeap extends HeapSummary {
  /** Of the member's name. */
  readonly suffix: string;
}

/** What the heap records of a family say of a snapshot: sums, as docs/format.md has them. */
export function combineHeap(
  members: readonly MemberHeap[],
): Pick<SnapshotTotals, 'collections' | 'gcPauseMicros' | 'heap' | 'attributedArrayBufferBytes'> {
  const sum = (valueIn: (member: MemberHeap) => number) =>
    members.reduce((total, member) => total + valueIn(member), 0);
  const collections = sum((member) => member.collections);
  const gcPauseMicros = sum((member) => member.gcPauseMicros);
  const reporting = members.filter(hasHeap);
  if (reporting.length === 0) return { collections, gcPauseMicros };
  const attributed = sumIfAll(reporting.map((member) => member.attributedArrayBufferBytes));
  return {
    collections,
    gcPauseMicros,
    heap: combineRecords(reporting),
    ...(attributed !== undefined && { attributedArrayBufferBytes: attributed }),
  };
}

type Reporting = MemberHeap & { readonly heap: HeapRecord };

function hasHeap(member: MemberHeap): member is Reporting {
  return member.heap !== undefined;
}

function combineRecords(members: readonly Reporting[]): HeapRecord {
  const records = members.map(({ heap }) => heap);
  if (records.length === 1) return records[0]!;
  const latest = records.reduce((a, b) => (b.timeMicros > a.timeMicros ? b : a));
  const sum = (valueIn: (record: HeapRecord) => number) =>
    records.reduce((total, record) => total + valueIn(record), 0);
  const earlier = sumIfAll(records.map((record) => record.earlierArrayBufferBytes));
  return {
    timeMicros: latest.timeMicros,
    gcKind: latest.gcKind,
    pauseMicros: latest.pauseMicros,
    usedBeforeBytes: sum((record) => record.usedBeforeBytes),
    usedAfterBytes: sum((record) => record.usedAfterBytes),
    committedBytes: sum((record) => record.committedBytes),
    limitBytes: sum((record) => record.limitBytes),
    externalBytes: sum((record) => record.externalBytes),
    arrayBufferBytes: sum((record) => record.arrayBufferBytes),
    residentSetBytes: residentSetOf(members),
    ...(earlier !== undefined && { earlierArrayBufferBytes: earlier }),
  };
}

/** All threads of a process report the same resident set: the latest of each process counts. */
function residentSetOf(members: readonly Reporting[]): number {
  const latest = new Map<string, HeapRecord>();
  for (const { suffix, heap } of members) {
    const process = suffix.replace(/\.w\d+$/, '');
    const known = latest.get(process);
    if (known === undefined || heap.timeMicros > known.timeMicros) latest.set(process, heap);
  }
  return [...latest.values()].reduce((sum, heap) => sum + heap.residentSetBytes, 0);
}

/** Undefined where one of them is. */
function sumIfAll(values: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}
