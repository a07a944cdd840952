import type { TraceTable } from '../format/log.js';
import type { Kind } from '../model/event.js';
import type { Frame } from '../model/frame.js';
import type { Snapshot, SnapshotTotals } from '../model/snapshot.js';
import { arrayBufferAccount } from './array-buffer-account.js';
import { type GroupSeries, groupSeries } from './group-series.js';
import type { SummaryBy } from './grouping.js';
import { lineMatcher } from './line-match.js';
import type { Profile } from './profile.js';

/** Memory over time. */
export interface TimePlot {
  /** One point per snapshot, in the order of time. */
  readonly points: readonly TimePlotPoint[];
  /** One series per requested line, in the order of the request. */
  readonly lines: readonly LineSeries[];
  /** What the total is made up of; absent unless it was asked for. */
  readonly groups?: GroupSeries;
}

/** The state at one time. Live and allocated figures are estimates; the others are V8's own. */
export interface TimePlotPoint {
  /** Since the start of the recording. */
  readonly timeSeconds: number;
  readonly liveBytes: number;
  /** Standard error of `liveBytes` from sampling. */
  readonly liveBytesError: number;
  readonly liveBytesByKind: Readonly<Record<Kind, number>>;
  /** Allocated since the point before. */
  readonly allocatedBytes: number;
  /** Standard error of `allocatedBytes` from sampling. */
  readonly allocatedBytesError: number;
  /** Garbage collections since the point before. */
  readonly collections: number;
  /** Their pauses together. */
  readonly gcPauseSeconds: number;
  /** Capacity: the most that V8 lets its heap grow to. This and what follows is absent where there was no heap record yet. */
  readonly heapLimitBytes?: number;
  /** Heap in use when V8 last reported it: after a collection, if that was what it reported. */
  readonly usedHeapBytes?: number;
  /** Memory outside the heap that V8 knows of. */
  readonly externalBytes?: number;
  /** Backing stores of array buffers; a part of `externalBytes`. */
  readonly arrayBufferBytes?: number;
  /** What of `arrayBufferBytes` no trace tells of, see `ArrayBufferAccount`; absent also where the recording does not say. */
  readonly unattributedArrayBufferBytes?: number;
  /** Resident set of the whole process. */
  readonly residentSetBytes?: number;
}

/** Memory whose traces contain one line of code. */
export interface LineSeries {
  readonly label: string;
  /** The line as it was requested, `file:line`. */
  readonly line: string;
  /** How many traces of the recording contain the line. 0 means: probably not the line that was meant. */
  readonly traceCount: number;
  /** Live bytes at each point; a trace counts once, however often it contains the line. */
  readonly liveBytes: readonly number[];
  /** `liveBytes` as a fraction of the point's total, from 0 to 1; 0 where the total is 0. */
  readonly share: readonly number[];
}

/**
 * Memory over time, in total and for chosen lines of code.
 *
 * `lines` maps labels to `file:line`, the line counted from 1; the file may be the end of a path
 * (`src/app.js:120`). `by` asks for what the total is made up of. Without either only the digest's index is read, with them every snapshot.
 * @throws HeapprofError if a line is not of the form `file:line`; RangeError for a grouping that there cannot be.
 */
export function timePlot(
  profile: Profile,
  lines: Readonly<Record<string, string>> = {},
  by?: SummaryBy,
): TimePlot {
  return {
    points: profile.totals.map(pointOf),
    lines: lineSeries(profile, lines),
    ...(by !== undefined && { groups: groupSeries(profile, by) }),
  };
}

function pointOf(totals: SnapshotTotals): TimePlotPoint {
  const { live, allocated, heap } = totals;
  const account = arrayBufferAccount(totals);
  return {
    timeSeconds: totals.timeMicros / 1e6,
    liveBytes: live.heap.bytes + live.arrayBuffer.bytes,
    liveBytesError: Math.hypot(live.heap.bytesError, live.arrayBuffer.bytesError),
    liveBytesByKind: { heap: live.heap.bytes, arrayBuffer: live.arrayBuffer.bytes },
    allocatedBytes: allocated.heap.bytes + allocated.arrayBuffer.bytes,
    allocatedBytesError: Math.hypot(allocated.heap.bytesError, allocated.arrayBuffer.bytesError),
    collections: totals.collections,
    gcPauseSeconds: totals.gcPauseMicros / 1e6,
    ...(heap && {
      heapLimitBytes: heap.limitBytes,
      usedHeapBytes: heap.usedAfterBytes,
      externalBytes: heap.externalBytes,
      arrayBufferBytes: heap.arrayBufferBytes,
      residentSetBytes: heap.residentSetBytes,
    }),
    ...(account && { unattributedArrayBufferBytes: account.unattributedBytes }),
  };
}

function lineSeries(profile: Profile, lines: Readonly<Record<string, string>>): LineSeries[] {
  const series = Object.entries(lines).map(([label, line]) => ({
    label,
    line,
    matches: tracesWith(profile.hpm.traces, lineMatcher(line)),
    liveBytes: [] as number[],
    share: [] as number[],
  }));
  if (series.length === 0) return [];

  for (const snapshot of profile.snapshots) {
    const total = snapshot.live.heap.bytes + snapshot.live.arrayBuffer.bytes;
    for (const { matches, liveBytes, share } of series) {
      const bytes = bytesOfTraces(snapshot, matches);
      liveBytes.push(bytes);
      share.push(total > 0 ? bytes / total : 0);
    }
  }
  return series.map(({ matches, ...plain }) => ({ ...plain, traceCount: matches.size }));
}

/** Indexes of all traces that contain a matching frame. */
function tracesWith(traces: TraceTable, matches: (frame: Frame) => boolean): Set<number> {
  const found = new Set<number>();
  for (let trace = 1; trace <= traces.traceCount; trace++) {
    // A parent has a lower index, so its answer is known. Without one (an outermost frame, any trace
    // of version 1, or one that damage has left unknown) there is the trace as a whole.
    const parent = traces.parent(trace);
    const innermost = traces.innermostFrame(trace);
    const contains =
      parent > 0 && innermost !== undefined
        ? found.has(parent) || matches(innermost)
        : traces.trace(trace)?.some(matches);
    if (contains) found.add(trace);
  }
  return found;
}

function bytesOfTraces(snapshot: Snapshot, traces: ReadonlySet<number>): number {
  let bytes = 0;
  for (const row of snapshot.liveRows) {
    if (traces.has(row.trace)) bytes += row.bytes;
  }
  return bytes;
}
