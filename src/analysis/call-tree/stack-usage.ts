import type { TraceTable } from '../../format/log.js';
import type { Kind } from '../../model/event.js';
import type { Trace } from '../../model/frame.js';
import type { UsageRow } from '../../model/snapshot.js';
import type { Profile } from '../profile.js';
import { errorOfAverage, errorOfSum, RowSums } from '../row-sums.js';
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

/** What was live at a time; over a range, its average over time. */
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
  return usages(sums.rows(errorOfAverage), profile.hpm.traces);
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
  return usages(sums.rows(errorOfSum), profile.hpm.traces);
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
  return usages(sums.rows(errorOfSum), traces);
}

/** What the rows of one snapshot have. */
export function usageOfRows(rows: Iterable<UsageRow>, traces: TraceTable): StackUsage[] {
  const sums = new RowSums();
  for (const row of rows) sums.add(row, 1);
  return usages(sums.rows(errorOfSum), traces);
}

/** @param rows those of one trace together */
function usages(rows: Iterable<UsageRow>, traces: TraceTable): StackUsage[] {
  const found: StackUsage[] = [];
  let last = -1;
  let frames: Trace = [];
  for (const { trace, ...usage } of rows) {
    if (trace !== last) frames = traces.trace(trace) ?? [];
    last = trace;
    found.push({ ...usage, frames });
  }
  return found;
}
