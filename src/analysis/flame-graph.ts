import type { TraceTable } from '../format/log.js';
import { NO_TRACE } from '../model/frame.js';
import type { Snapshot } from '../model/snapshot.js';
import { frameLabel, OTHER_LABEL } from './frame-label.js';

/** Live memory at one time, by stack. */
export interface FlameGraph {
  /** Since the start of the recording. */
  readonly timeSeconds: number;
  /** Largest first; at equal bytes in the order of their labels. No two have the same labels. */
  readonly stacks: readonly FlameStack[];
}

/** A stack and the live bytes that were allocated at its innermost frame. */
export interface FlameStack {
  /** `function (file:line)`, outermost first. */
  readonly labels: readonly string[];
  readonly bytes: number;
}

/**
 * The live bytes of a snapshot by stack. Traces whose labels are equal (they differ in columns, or
 * one is a `file:` URL and the other a path) are one stack; bytes without a trace are `(other)`.
 */
export function flameGraph(snapshot: Snapshot, traces: TraceTable): FlameGraph {
  const bytesByTrace = new Map<number, number>();
  for (const { trace, bytes } of snapshot.liveRows) {
    bytesByTrace.set(trace, (bytesByTrace.get(trace) ?? 0) + bytes);
  }
  const stacks = new Map<string, { labels: readonly string[]; bytes: number }>();
  for (const [trace, bytes] of bytesByTrace) {
    if (bytes === 0) continue;
    const labels = stackLabels(trace, traces);
    const key = labels.join('\0');
    const stack = stacks.get(key);
    if (stack) stack.bytes += bytes;
    else stacks.set(key, { labels, bytes });
  }
  const sorted = [...stacks].sort(
    ([keyA, a], [keyB, b]) => b.bytes - a.bytes || (keyA < keyB ? -1 : 1),
  );
  return { timeSeconds: snapshot.timeMicros / 1e6, stacks: sorted.map(([, stack]) => stack) };
}

/** An empty trace (the runtime itself allocated) has no labels of its own; it is "other" too. */
function stackLabels(trace: number, traces: TraceTable): readonly string[] {
  const frames = trace === NO_TRACE ? undefined : traces.trace(trace);
  return frames === undefined || frames.length === 0 ? [OTHER_LABEL] : frames.map(frameLabel);
}
