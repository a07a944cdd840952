import type { TraceTable } from '../format/log.js';
import type { Frame, Trace } from '../model/frame.js';
import { frameLabel } from './frame-label.js';
import { answerableFrame, isInternal } from './location.js';

/** A caller on the way to a line. */
export interface Caller {
  readonly frame: Frame;
  /** Bytes that came this way, as a fraction of the line's, from 0 to 1. */
  readonly share: number;
}

/** Callers of the program's own, nearest first, and the bytes that came from them. */
interface Way {
  readonly callers: Trace;
  readonly bytes: number;
}

/** A way that fewer of the bytes took tells little about the line. */
const MIN_SHARE = 0.1;

/**
 * The way by which most bytes of a line came to be, nearest caller first: at each step the caller of the most bytes
 * among those that came the way so far. It ends where that is less than a tenth of the line's bytes.
 * Frames of the runtime are left out.
 * @param bytesByTrace traces that have the line as their `answerableFrame`, and the bytes of each
 */
export function mainCallers(
  bytesByTrace: Iterable<readonly [trace: number, bytes: number]>,
  traces: TraceTable,
): Caller[] {
  let ways = [...bytesByTrace].map(([trace, bytes]) => wayOf(traces.trace(trace) ?? [], bytes));
  const totalBytes = bytesOf(ways);
  const path: Caller[] = [];
  for (let step = 0; ; step++) {
    ways = largestBy(ways, step);
    const bytes = bytesOf(ways);
    if (bytes === 0 || bytes < MIN_SHARE * totalBytes) return path;
    path.push({ frame: ways[0]!.callers[step]!, share: bytes / totalBytes });
  }
}

function wayOf(trace: Trace, bytes: number): Way {
  const callers = trace.slice(0, Math.max(0, answerableFrame(trace)));
  return { callers: callers.filter((frame) => !isInternal(frame)).reverse(), bytes };
}

/** Of the ways that have a caller at this step, those with the caller of the most bytes; none if there are none. */
function largestBy(ways: readonly Way[], step: number): Way[] {
  const byCaller = new Map<string, Way[]>();
  for (const way of ways) {
    const caller = way.callers[step];
    if (caller === undefined) continue;
    const label = frameLabel(caller);
    const together = byCaller.get(label);
    if (together) together.push(way);
    else byCaller.set(label, [way]);
  }
  let largest: Way[] = [];
  for (const together of byCaller.values()) {
    if (bytesOf(together) > bytesOf(largest)) largest = together;
  }
  return largest;
}

function bytesOf(ways: readonly Way[]): number {
  return ways.reduce((sum, { bytes }) => sum + bytes, 0);
}
