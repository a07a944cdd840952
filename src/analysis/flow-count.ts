import type { TraceTable } from '../format/log.js';
import type { Frame } from '../model/frame.js';
import type { Snapshot } from '../model/snapshot.js';
import { EstimateSums } from './estimate-sums.js';
import type { FlowEdge, FlowNode } from './flow-graph.js';
import { frameLabel, OTHER_LABEL } from './frame-label.js';

/** Where the caller of an edge would be, for traces that begin with its callee. */
const START = -1;

/** A frame while it is counted; its number is its position in the list of all. */
interface CountedFrame {
  readonly label: string;
  /** Absent for "other". */
  readonly frame?: Frame;
  readonly local: EstimateSums;
  readonly cumulative: EstimateSums;
}

/** A trace: the numbers of its frames, outermost first, and what it has. */
interface CountedTrace {
  readonly frames: readonly number[];
  readonly usage: EstimateSums;
}

/** Adds up the traces of snapshots by frame, and then by edges between those frames that are kept. */
export class FlowCount {
  readonly #instants: number;
  readonly #totals: readonly number[];
  readonly #frames: CountedFrame[] = [];
  readonly #numbers = new Map<string, number>();
  /** Equal frames of a recording are one object mostly: they are put in words once. */
  readonly #numberOfFrame = new Map<Frame, number>();
  readonly #traces = new Map<number, CountedTrace>();

  constructor(snapshots: readonly Snapshot[], traces: TraceTable) {
    this.#instants = snapshots.length;
    this.#totals = snapshots.map(({ live }) => live.heap.bytes + live.arrayBuffer.bytes);
    for (const [instant, { liveRows }] of snapshots.entries()) {
      for (const { trace, bytes, bytesError } of liveRows) {
        this.#usageOf(trace, traces).add(instant, bytes, bytesError);
      }
    }
    for (const { frames, usage } of this.#traces.values()) {
      this.#frames[frames.at(-1)!]!.local.addAll(usage);
      for (const frame of new Set(frames)) this.#frames[frame]!.cumulative.addAll(usage);
    }
  }

  get frameCount(): number {
    return this.#frames.length;
  }

  /**
   * The frames that have any bytes and at least this cumulative share at some instant, and the `allocators` that have the
   * largest local shares; and all edges between them.
   */
  graph(minShare: number, allocators: number): { nodes: FlowNode[]; edges: FlowEdge[] } {
    const frames = this.#frames.map((frame, number) => ({
      ...frame,
      number,
      share: this.#largestShare(frame.cumulative),
    }));
    const largest = frames
      .toSorted((a, b) => this.#largestShare(b.local) - this.#largestShare(a.local))
      .slice(0, allocators);
    const kept = frames
      .filter((frame) => frame.share > 0 && (frame.share >= minShare || largest.includes(frame)))
      .sort((a, b) => b.share - a.share || (a.label < b.label ? -1 : 1));
    const positions = new Map(kept.map(({ number }, position) => [number, position]));
    return {
      nodes: kept.map(({ frame, local, cumulative }) => ({
        frames: frame ? [frame] : [],
        usage: Array.from({ length: this.#instants }, (_, instant) => ({
          localBytes: local.bytes(instant),
          localBytesError: local.error(instant),
          cumulativeBytes: cumulative.bytes(instant),
          cumulativeBytesError: cumulative.error(instant),
        })),
      })),
      edges: this.#edges(positions, kept.length),
    };
  }

  /** All edges between kept frames, the largest first. */
  #edges(positions: ReadonlyMap<number, number>, nodeCount: number): FlowEdge[] {
    const sums = new Map<number, { readonly usage: EstimateSums; isIndirect: boolean }>();
    for (const { frames, usage } of this.#traces.values()) {
      for (const [key, isIndirect] of edgesOf(frames, positions, nodeCount)) {
        let sum = sums.get(key);
        if (sum === undefined) {
          sum = { usage: new EstimateSums(this.#instants), isIndirect };
          sums.set(key, sum);
        }
        sum.usage.addAll(usage);
        sum.isIndirect &&= isIndirect;
      }
    }
    return [...sums]
      .map(([key, { usage, isIndirect }]) => {
        const from = Math.floor(key / nodeCount) + START;
        return {
          ...(from !== START && { from }),
          to: key % nodeCount,
          isIndirect,
          flow: Array.from({ length: this.#instants }, (_, instant) => ({
            bytes: usage.bytes(instant),
            bytesError: usage.error(instant),
          })),
        };
      })
      .sort((a, b) => largest(b) - largest(a) || (a.from ?? -1) - (b.from ?? -1) || a.to - b.to);
  }

  #largestShare(sums: EstimateSums): number {
    const shares = this.#totals.map((total, instant) =>
      total > 0 ? sums.bytes(instant) / total : 0,
    );
    return Math.max(...shares);
  }

  #usageOf(trace: number, traces: TraceTable): EstimateSums {
    let counted = this.#traces.get(trace);
    if (counted === undefined) {
      const frames = (traces.trace(trace) ?? []).map((frame) => this.#numberOf(frame));
      // An empty trace (the runtime itself allocated) is "other" too.
      if (frames.length === 0) frames.push(this.#numberOfLabel(OTHER_LABEL));
      counted = { frames, usage: new EstimateSums(this.#instants) };
      this.#traces.set(trace, counted);
    }
    return counted.usage;
  }

  #numberOf(frame: Frame): number {
    let number = this.#numberOfFrame.get(frame);
    if (number === undefined) {
      number = this.#numberOfLabel(frameLabel(frame), frame);
      this.#numberOfFrame.set(frame, number);
    }
    return number;
  }

  #numberOfLabel(label: string, frame?: Frame): number {
    let number = this.#numbers.get(label);
    if (number === undefined) {
      number = this.#frames.length;
      this.#numbers.set(label, number);
      this.#frames.push({
        label,
        ...(frame && { frame }),
        local: new EstimateSums(this.#instants),
        cumulative: new EstimateSums(this.#instants),
      });
    }
    return number;
  }
}

/** The edges of a trace, each once, and whether frames between its ends are left out wherever the trace has it. */
function edgesOf(
  frames: readonly number[],
  positions: ReadonlyMap<number, number>,
  nodeCount: number,
): Map<number, boolean> {
  const edges = new Map<number, boolean>();
  let from = START;
  let isIndirect = false;
  for (const frame of frames) {
    const to = positions.get(frame);
    if (to === undefined) {
      isIndirect = true;
      continue;
    }
    if (to !== from) {
      const key = (from - START) * nodeCount + to;
      edges.set(key, isIndirect && edges.get(key) !== false);
    }
    from = to;
    isIndirect = false;
  }
  return edges;
}

function largest({ flow }: FlowEdge): number {
  return Math.max(...flow.map(({ bytes }) => bytes));
}
