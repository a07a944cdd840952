import type { TraceTable } from '../format/log.js';
import type { Snapshot } from '../model/snapshot.js';
import { type CallTree, treeOf } from './call-tree/call-tree.js';
import { usageOfRows } from './call-tree/stack-usage.js';
import { frameLabel } from './frame-label.js';

/** Live memory at one time, by stack. */
export interface FlameGraph {
  /** Since the start of the recording. */
  readonly timeSeconds: number;
  /** Largest first; at equal bytes in the order of their labels. No two have the same labels. */
  readonly stacks: readonly FlameStack[];
}

/** A stack and what was allocated at its innermost frame. */
export interface FlameStack {
  /** `function (file:line)`, outermost first. */
  readonly labels: readonly string[];
  readonly bytes: number;
  /** Standard error of `bytes` from sampling. */
  readonly bytesError: number;
  readonly objects: number;
}

/**
 * The live memory of a snapshot by stack. Traces whose labels are equal (they differ in columns, or
 * one is a `file:` URL and the other a path) are one stack; bytes without a trace are `(other)`.
 */
export function flameGraph(snapshot: Snapshot, traces: TraceTable): FlameGraph {
  const timeSeconds = snapshot.timeMicros / 1e6;
  const time = { fromSeconds: 0, toSeconds: timeSeconds, isInstant: true };
  return { timeSeconds, stacks: stacksOf(treeOf(usageOfRows(snapshot.liveRows, traces), time)) };
}

/**
 * The stacks that a tree was made of, as it shows them: from the outermost frame where callers are at the root, from the innermost in
 * `hotspots`, and from the inspected frame inwards in `inspect`. The largest by the tree's unit is first; those without any are left out.
 */
export function stacksOf({ view, nodes, frames, unit }: CallTree): FlameStack[] {
  const names = frames.map(frameLabel);
  const stacks: { readonly key: string; readonly stack: FlameStack }[] = [];
  const path: string[] = [];
  for (let node = 0; node < nodes.count; node++) {
    const depth = nodes.depths[node]!;
    path.length = Math.abs(depth);
    path.push(names[nodes.frames[node]!]!);
    const bytes = nodes.localBytes[node]!;
    const objects = nodes.localObjects[node]!;
    const isOtherSide = view === 'inspect' && depth < 0;
    if (isOtherSide || (unit === 'bytes' ? bytes : objects) === 0) continue;
    // The root of the other views holds all, and is no frame.
    const labels = path.slice(view === 'inspect' ? 0 : 1);
    const bytesError = nodes.localBytesErrors[node]!;
    stacks.push({ key: labels.join('\0'), stack: { labels, bytes, bytesError, objects } });
  }
  return stacks
    .sort((a, b) => b.stack[unit] - a.stack[unit] || (a.key < b.key ? -1 : 1))
    .map(({ stack }) => stack);
}
