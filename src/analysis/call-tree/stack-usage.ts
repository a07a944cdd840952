import type { TraceTable } from '../../format/log.js';
import type { Kind } from '../../model/event.js';
import type { Trace } from '../../model/frame.js';
import type { UsageRow } from '../../model/snapshot.js';
import type { Profile } from '../profile.js';
import { timeWeights } from '../snapshot-range.js';
import type { TemporaryTable } from './temporary-table.js';
import type { ChosenTime } from './time-choice.js';

/** What was used by one stack, of one type and kind, in one thread. Averages need not be whole numbers. */
export interface StackUsage {
  /** Number of the recording in `members`. */
  readonly member: number;
  /** Outermost first; empty for "other". */
  readonly frames: Trace;
  /** Constructor name; empty where it is not known. */
  readonly type: string;
  readonly kind: Kind;
  readonly bytes: number;
  /** Standard error of `bytes` from sampling. */
  readonly bytesError: number;
  readonly objects: number;
  /** Standard error of `objects`. */
  readonly objectsError: number;
}

/** Rows of one trace, type and kind, added up. */
interface Sum {
  readonly row: UsageRow;
  bytes: number;
  objects: number;
  readonly bytesErrors: ErrorSum;
  readonly objectsErrors: ErrorSum;
}

/** Errors of one thing at several snapshots. */
interface ErrorSum {
  /** Added up, each with the weight of its snapshot. */
  error: number;
  variance: number;
}

/**
 * What was live at a time; over a range, its average over time. The error of an average is the average of the errors: much the same
 * objects are live in neighbouring snapshots, so averaging makes it no smaller.
 */
export function liveUsage(profile: Profile, { live }: ChosenTime, kind?: Kind): StackUsage[] {
  const sums = new RowSums();
  const weights = timeWeights(profile.totals, live);
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  for (let index = live.first; index <= live.last; index++) {
    const weight = weights[index - live.first]! / totalWeight;
    for (const row of profile.snapshots.at(index)!.liveRows) {
      if (kind === undefined || row.kind === kind) sums.add(row, weight);
    }
  }
  return sums.usages(profile.hpm.traces, ({ error }) => error);
}

/** What was allocated in a time; different objects in each stretch of it, so that variances add up. */
export function allocatedUsage(
  profile: Profile,
  { allocated }: ChosenTime,
  kind?: Kind,
): StackUsage[] {
  const sums = new RowSums();
  for (let index = allocated.first; index <= allocated.last; index++) {
    for (const row of profile.snapshots.at(index)!.allocatedRows) {
      if (kind === undefined || row.kind === kind) sums.add(row, 1);
    }
  }
  return sums.usages(profile.hpm.traces, ({ variance }) => Math.sqrt(variance));
}

/** What a table has of the temporary memory of a time; as with allocations, variances add up. */
export function temporaryOfTable(
  table: TemporaryTable,
  traces: TraceTable,
  { allocated }: ChosenTime,
  kind?: Kind,
): StackUsage[] {
  const sums = new RowSums();
  for (const row of table.of(allocated)) {
    if (kind === undefined || row.kind === kind) sums.add(row, 1);
  }
  return sums.usages(traces, ({ variance }) => Math.sqrt(variance));
}

/** What the rows of one snapshot have. */
export function usageOfRows(rows: Iterable<UsageRow>, traces: TraceTable): StackUsage[] {
  const sums = new RowSums();
  for (const row of rows) sums.add(row, 1);
  return sums.usages(traces, ({ error }) => error);
}

class RowSums {
  /** By trace and member; most have one type. */
  readonly #byTrace = new Map<number, Sum[]>();

  add(row: UsageRow, weight: number): void {
    const sum = this.#sumOf(row);
    sum.bytes += weight * row.bytes;
    sum.objects += weight * row.objects;
    addError(sum.bytesErrors, weight * row.bytesError);
    addError(sum.objectsErrors, weight * row.objectsError);
  }

  usages(traces: TraceTable, errorOf: (sum: ErrorSum) => number): StackUsage[] {
    const usages: StackUsage[] = [];
    for (const [trace, sums] of this.#byTrace) {
      const frames = traces.trace(trace) ?? [];
      for (const sum of sums) {
        const { bytes, objects, row } = sum;
        const { member, type, kind } = row;
        const bytesError = errorOf(sum.bytesErrors);
        const objectsError = errorOf(sum.objectsErrors);
        usages.push({ member, frames, type, kind, bytes, bytesError, objects, objectsError });
      }
    }
    return usages;
  }

  #sumOf(row: UsageRow): Sum {
    const { trace, type, kind, member } = row;
    let sums = this.#byTrace.get(trace);
    if (sums === undefined) {
      sums = [];
      this.#byTrace.set(trace, sums);
    }
    // The member matters for trace 0 only, which all of them have.
    let sum = sums.find(
      ({ row }) => row.type === type && row.kind === kind && row.member === member,
    );
    if (sum === undefined) {
      const none = () => ({ error: 0, variance: 0 });
      sum = { row, bytes: 0, objects: 0, bytesErrors: none(), objectsErrors: none() };
      sums.push(sum);
    }
    return sum;
  }
}

function addError(sum: ErrorSum, error: number): void {
  sum.error += error;
  sum.variance += error ** 2;
}
