import type { HeapRecord, Kind, MemoryEvent } from '../../src/model/event.js';
import { KINDS } from '../../src/model/event.js';
import { NO_TRACE } from '../../src/model/frame.js';
import { type Sampling, weightOf } from '../../src/model/sampling.js';
import type { Snapshot, SnapshotTotals, UsageRow, UsageTotal } from '../../src/model/snapshot.js';

/** Everything that a log holds, in the order of time. */
export interface Log {
  readonly sampling: Sampling;
  readonly events: readonly MemoryEvent[];
  readonly heapRecords: readonly HeapRecord[];
  /** Time of the last thing in the log. */
  readonly endMicros: number;
  /** The index of a type's name in the file: rows of one trace are in its order. */
  typeIndex(type: string): number;
}

/** One row with its figures as they are before they are rounded. */
interface Sum {
  trace: number;
  type: string;
  kind: Kind;
  bytes: number;
  objects: number;
  bytesVariance: number;
  objectsVariance: number;
}

/**
 * The snapshots of a log by the plainest way there is: for each of them, all events from the start. What
 * `docs/format.md` says under Snapshot, sentence by sentence.
 */
export function replay(
  log: Log,
  options: { readonly timeIntervalMicros: number; readonly precision: number },
): Snapshot[] {
  const times: number[] = [];
  for (let time = 0; time < log.endMicros; time += options.timeIntervalMicros) times.push(time);
  times.push(log.endMicros);
  return times.map((timeMicros, index) => {
    const before = times[index - 1] ?? -1;
    const live = rows(log, (event) => event.timeMicros <= timeMicros);
    const allocated = rows(
      log,
      ({ timeMicros: time, operation }) =>
        operation === 'allocation' && time > before && time <= timeMicros,
    );
    return {
      index,
      timeMicros,
      live: totals(live),
      allocated: totals(allocated),
      ...collectionsOf(log, before, timeMicros),
      ...heapOf(log, timeMicros),
      liveRows: fold(log, live, options.precision),
      allocatedRows: fold(log, allocated, options.precision),
    };
  });
}

/** A log as a member of a family. */
export interface MemberLog extends Log {
  readonly suffix: string;
  readonly startMicros: number;
  readonly hasEnd: boolean;
  /** How many traces its `.hpm` has. */
  readonly traceCount: number;
}

/**
 * The snapshots of a family, with a precision of 0: what `docs/format.md` says under Families and Digest. Members are the
 * root, then the others in the order of their starts.
 */
export function replayFamily(
  members: readonly MemberLog[],
  timeIntervalMicros: number,
): Snapshot[] {
  const endMicros = Math.max(...members.map((member) => member.startMicros + member.endMicros));
  const times: number[] = [];
  for (let time = 0; time < endMicros; time += timeIntervalMicros) times.push(time);
  times.push(endMicros);
  return times.map((timeMicros, index) => {
    const before = times[index - 1] ?? -1;
    const states = members.map((member, number) => {
      const until = timeMicros - member.startMicros;
      const since = before - member.startMicros;
      const isThere = until <= member.endMicros + (member.hasEnd ? 0 : 2_000_000);
      const firstTrace = members
        .slice(0, number)
        .reduce((sum, { traceCount }) => sum + traceCount + 1, 0);
      const shifted = (row: UsageRow) => ({
        ...row,
        member: number,
        trace: row.trace === NO_TRACE ? NO_TRACE : firstTrace + row.trace,
      });
      const allocations = ({ timeMicros: time, operation }: MemoryEvent) =>
        operation === 'allocation' && time > since && time <= until;
      const live = rows(member, (event) => isThere && event.timeMicros <= until);
      return {
        suffix: member.suffix,
        live: live.map(shifted),
        allocated: rows(member, allocations).map(shifted),
        ...collectionsOf(member, since, until),
        heap: isThere ? heapOf(member, until) : {},
        startMicros: member.startMicros,
      };
    });
    const live = states.flatMap((state) => state.live);
    const allocated = states.flatMap((state) => state.allocated);
    return {
      index,
      timeMicros,
      live: totals(live),
      allocated: totals(allocated),
      collections: states.reduce((sum, state) => sum + state.collections, 0),
      gcPauseMicros: states.reduce((sum, state) => sum + state.gcPauseMicros, 0),
      ...heapTogether(
        states.flatMap(({ suffix, startMicros, heap: { heap, ...rest } }) =>
          heap === undefined
            ? []
            : [{ suffix, ...rest, heap: { ...heap, timeMicros: heap.timeMicros + startMicros } }],
        ),
      ),
      liveRows: live,
      allocatedRows: allocated,
    };
  });
}

type Heap = Pick<SnapshotTotals, 'heap' | 'attributedArrayBufferBytes'>;

/** The last heap record, and the live array buffers at its time. */
function heapOf(log: Log, timeMicros: number): Heap {
  const heap = log.heapRecords.findLast((record) => record.timeMicros <= timeMicros);
  if (heap === undefined) return {};
  if (heap.earlierArrayBufferBytes === undefined) return { heap };
  const bytes = log.events
    .filter(({ kind, timeMicros: time }) => kind === 'arrayBuffer' && time <= heap.timeMicros)
    .reduce(
      (sum, { operation, sizeBytes }) =>
        sum + (operation === 'allocation' ? 1 : -1) * sizeBytes * weightOf(log.sampling, sizeBytes),
      0,
    );
  return { heap, attributedArrayBufferBytes: Math.round(bytes) };
}

function heapTogether(
  all: readonly (Heap & { readonly suffix: string; readonly heap: HeapRecord })[],
): Heap {
  if (all.length === 0) return {};
  const sum = (key: keyof HeapRecord) =>
    all.reduce((total, { heap }) => total + (heap[key] ?? 0), 0);
  const latest = all.toSorted((a, b) => b.heap.timeMicros - a.heap.timeMicros)[0]!.heap;
  const processOf = (suffix: string) => suffix.split('.w')[0]!;
  const processes = new Set(all.map(({ suffix }) => processOf(suffix)));
  const residentSets = [...processes].map((process) => {
    const threads = all.filter(({ suffix }) => processOf(suffix) === process);
    return threads.toSorted((a, b) => b.heap.timeMicros - a.heap.timeMicros)[0]!.heap
      .residentSetBytes;
  });
  return {
    heap: {
      ...latest,
      usedBeforeBytes: sum('usedBeforeBytes'),
      usedAfterBytes: sum('usedAfterBytes'),
      committedBytes: sum('committedBytes'),
      limitBytes: sum('limitBytes'),
      externalBytes: sum('externalBytes'),
      arrayBufferBytes: sum('arrayBufferBytes'),
      earlierArrayBufferBytes: sum('earlierArrayBufferBytes'),
      residentSetBytes: residentSets.reduce((total, bytes) => total + bytes, 0),
    },
    attributedArrayBufferBytes: all.reduce(
      (total, { attributedArrayBufferBytes = 0 }) => total + attributedArrayBufferBytes,
      0,
    ),
  };
}

/** Garbage collections after one time, up to another. */
function collectionsOf(
  log: Log,
  after: number,
  until: number,
): Pick<SnapshotTotals, 'collections' | 'gcPauseMicros'> {
  const records = log.heapRecords.filter(
    ({ gcKind, timeMicros }) => gcKind !== 0 && timeMicros > after && timeMicros <= until,
  );
  const gcPauseMicros = records.reduce((sum, record) => sum + record.pauseMicros, 0);
  return { collections: records.length, gcPauseMicros };
}

function rows(log: Log, belongs: (event: MemoryEvent) => boolean): UsageRow[] {
  const sums = new Map<string, Sum>();
  for (const event of log.events.filter(belongs)) {
    const { trace, type, kind, sizeBytes } = event;
    const key = `${trace} ${kind} ${type}`;
    const none = { bytes: 0, objects: 0, bytesVariance: 0, objectsVariance: 0 };
    const sum = sums.get(key) ?? { trace, type, kind, ...none };
    sums.set(key, sum);
    const sign = event.operation === 'allocation' ? 1 : -1;
    const weight = weightOf(log.sampling, sizeBytes, kind);
    sum.bytes += sign * sizeBytes * weight;
    sum.objects += sign * weight;
    sum.bytesVariance += sign * sizeBytes ** 2 * weight * (weight - 1);
    sum.objectsVariance += sign * weight * (weight - 1);
  }
  const rounded = [...sums.values()].map(({ bytesVariance, objectsVariance, ...sum }) => ({
    member: 0,
    ...sum,
    bytes: Math.round(sum.bytes),
    objects: Math.round(sum.objects),
    bytesError: Math.round(Math.sqrt(bytesVariance)),
    objectsError: Math.round(Math.sqrt(objectsVariance)),
  }));
  return inOrder(
    log,
    rounded.filter((row) => row.bytes !== 0 || row.objects !== 0),
  );
}

function fold(log: Log, from: readonly UsageRow[], precision: number): UsageRow[] {
  const traces = [...new Set(from.map((row) => row.trace))].filter((trace) => trace !== 0);
  const bytesOf = (trace: number) => bytes(from.filter((row) => row.trace === trace));
  traces.sort((a, b) => bytesOf(a) - bytesOf(b) || b - a);
  const folded = new Set([0]);
  let room = precision * bytes(from);
  for (const trace of precision === 0 ? [] : traces) {
    room -= bytesOf(trace);
    if (room < 0) break;
    folded.add(trace);
  }
  const others = from.filter((row) => folded.has(row.trace));
  const groups = new Set(others.map((row) => `${row.kind} ${row.type}`));
  const other = [...groups].map((group): UsageRow => {
    const members = others.filter((row) => `${row.kind} ${row.type}` === group);
    const { type, kind } = members[0]!;
    return { member: 0, trace: 0, type, kind, ...total(members) };
  });
  return [...inOrder(log, other), ...from.filter((row) => !folded.has(row.trace))];
}

function totals(from: readonly UsageRow[]): Record<Kind, UsageTotal> {
  const [heap, arrayBuffer] = KINDS.map((kind) => total(from.filter((row) => row.kind === kind)));
  return { heap: heap!, arrayBuffer: arrayBuffer! };
}

function total(from: readonly UsageRow[]): UsageTotal {
  return {
    bytes: bytes(from),
    objects: from.reduce((sum, row) => sum + row.objects, 0),
    bytesError: Math.round(Math.hypot(...from.map((row) => row.bytesError))),
    objectsError: Math.round(Math.hypot(...from.map((row) => row.objectsError))),
  };
}

function bytes(from: readonly UsageRow[]): number {
  return from.reduce((sum, row) => sum + row.bytes, 0);
}

function inOrder(log: Log, from: readonly UsageRow[]): UsageRow[] {
  const rank = (row: UsageRow) => log.typeIndex(row.type) * 2 + KINDS.indexOf(row.kind);
  return from.toSorted((a, b) => a.trace - b.trace || rank(a) - rank(b));
}
