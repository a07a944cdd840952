import type { HeapRecord, Kind, MemoryEvent } from '../../src/model/event.js';
import { KINDS } from '../../src/model/event.js';
import { type Sampling, weightOf } from '../../src/model/sampling.js';
import type { Snapshot, UsageRow, UsageTotal } from '../../src/model/snapshot.js';

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
  variance: number;
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
    const records = log.heapRecords.filter((record) => record.timeMicros <= timeMicros);
    const collections = records.filter(
      (record) => record.gcKind !== 0 && record.timeMicros > before,
    );
    const heap = records.at(-1);
    return {
      index,
      timeMicros,
      live: totals(live),
      allocated: totals(allocated),
      collections: collections.length,
      gcPauseMicros: collections.reduce((sum, record) => sum + record.pauseMicros, 0),
      ...(heap && { heap }),
      liveRows: fold(log, live, options.precision),
      allocatedRows: fold(log, allocated, options.precision),
    };
  });
}

function rows(log: Log, belongs: (event: MemoryEvent) => boolean): UsageRow[] {
  const sums = new Map<string, Sum>();
  for (const event of log.events.filter(belongs)) {
    const { trace, type, kind, sizeBytes } = event;
    const key = `${trace} ${kind} ${type}`;
    const sum = sums.get(key) ?? { trace, type, kind, bytes: 0, objects: 0, variance: 0 };
    sums.set(key, sum);
    const sign = event.operation === 'allocation' ? 1 : -1;
    const weight = weightOf(log.sampling, sizeBytes, kind);
    sum.bytes += sign * sizeBytes * weight;
    sum.objects += sign * weight;
    sum.variance += sign * sizeBytes ** 2 * weight * (weight - 1);
  }
  const rounded = [...sums.values()].map(({ variance, ...sum }) => ({
    ...sum,
    bytes: Math.round(sum.bytes),
    objects: Math.round(sum.objects),
    bytesError: Math.round(Math.sqrt(variance)),
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
    return { trace: 0, type, kind, ...total(members) };
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
    bytesError: Math.round(Math.sqrt(from.reduce((sum, row) => sum + row.bytesError ** 2, 0))),
  };
}

function bytes(from: readonly UsageRow[]): number {
  return from.reduce((sum, row) => sum + row.bytes, 0);
}

function inOrder(log: Log, from: readonly UsageRow[]): UsageRow[] {
  const rank = (row: UsageRow) => log.typeIndex(row.type) * 2 + KINDS.indexOf(row.kind);
  return from.toSorted((a, b) => a.trace - b.trace || rank(a) - rank(b));
}
