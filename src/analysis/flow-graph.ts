import type { TraceTable } from '../format/log.js';
import type { Frame } from '../model/frame.js';
import type { Snapshot } from '../model/snapshot.js';
import { collapseChains } from './flow-collapse.js';
import { FlowCount } from './flow-count.js';
import { keptEdges } from './flow-edges.js';

/** What of a flow graph is left out, so that a person can read it. */
export interface FlowGraphOptions {
  /**
   * Frames with a smaller share of the live bytes, counted cumulatively, are left out if that is so at every instant; from
   * 0 to 1. By default 0.01; where that leaves more than 30 nodes, as much more as leaves 30, but the 10 frames with
   * the most local bytes are there in any case.
   */
  readonly minNodeFraction?: number;
  /**
   * Edges with a smaller share of the cumulative bytes of the frame that they leave are left out if that is so at
   * every instant, unless it is by them that a frame is reached; from 0 to 1, by default 0.05.
   */
  readonly minEdgeFraction?: number;
  /** Whether frames that only pass memory on, from one frame to one other, become one node with that. Default: true. */
  readonly collapseNodes?: boolean;
}

/** Where live memory comes from, at one instant or several: frames, and what flows from caller to callee. */
export interface FlowGraph {
  /** In the order in which they were asked for. Figures of nodes and edges have one item for each of them. */
  readonly instants: readonly FlowInstant[];
  /** Largest cumulative share first. */
  readonly nodes: readonly FlowNode[];
  /** Largest first. */
  readonly edges: readonly FlowEdge[];
  /** The share below which frames were left out. */
  readonly minNodeFraction: number;
  /** How many frames were left out. */
  readonly omittedFrames: number;
}

/** A time, and what was live then. */
export interface FlowInstant {
  /** Since the start of the recording. */
  readonly timeSeconds: number;
  readonly liveBytes: number;
  /** Standard error of `liveBytes` from sampling. */
  readonly liveBytesError: number;
}

/** A frame, or a chain of frames of which each only calls the next. */
export interface FlowNode {
  /** Outermost first; empty for "other". Columns are those of one of the frames of the line. */
  readonly frames: readonly Frame[];
  readonly usage: readonly FlowUsage[];
}

/** What a node has at one instant, with standard errors from sampling. */
export interface FlowUsage {
  /** Bytes of the traces that end here. */
  readonly localBytes: number;
  readonly localBytesError: number;
  /** Bytes of the traces that contain the (outermost) frame; a trace counts once, however often a recursion repeats it. */
  readonly cumulativeBytes: number;
  readonly cumulativeBytesError: number;
}

/** Bytes of the traces in which one node calls another; a trace counts once. A frame that calls itself has no edge to itself. */
export interface FlowEdge {
  /** Position in `nodes` of the caller, from 0; absent where traces begin. */
  readonly from?: number;
  /** Position in `nodes` of the callee, from 0. */
  readonly to: number;
  /** Whether all of it came through frames that are left out. */
  readonly isIndirect: boolean;
  readonly flow: readonly FlowBytes[];
}

/** What flows along an edge at one instant. */
export interface FlowBytes {
  readonly bytes: number;
  /** Standard error of `bytes` from sampling. */
  readonly bytesError: number;
}

const DEFAULT_MIN_EDGE = 0.05;

/** More than this nobody follows. */
const READABLE_NODES = 30;

/** What allocates most is what is looked for, however many callers lead there. */
const ALLOCATORS = 10;

/** What is tried, in steps, so that the figure can be told and given again. */
const NODE_STEPS = [0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5];

/**
 * The flow graph of one or several snapshots. A frame is a function and a line; frames that differ in the column only are
 * one. For a frame that no recursion repeats, what enters it, by calls or because traces begin there, is what it
 * allocated plus what leaves it, as long as nothing is left out.
 * @param snapshots at least one
 * @throws RangeError if there is no snapshot, or a fraction is not from 0 to 1.
 */
export function flowGraph(
  snapshots: readonly Snapshot[],
  traces: TraceTable,
  options: FlowGraphOptions = {},
): FlowGraph {
  const { minNodeFraction, minEdgeFraction = DEFAULT_MIN_EDGE, collapseNodes = true } = options;
  if (snapshots.length === 0) throw new RangeError('A flow graph needs at least one time.');
  checkFraction('minNodeFraction', minNodeFraction ?? 0);
  checkFraction('minEdgeFraction', minEdgeFraction);

  const instants = snapshots.map(instantOf);
  const count = new FlowCount(snapshots, traces);
  const prune = (fraction: number, allocators: number): FlowGraph => {
    const { nodes, edges } = count.graph(fraction, allocators);
    const kept = keptEdges(edges, nodes, instants, minEdgeFraction);
    return {
      instants,
      ...(collapseNodes ? collapseChains(nodes, kept) : { nodes, edges: kept }),
      minNodeFraction: fraction,
      omittedFrames: count.frameCount - nodes.length,
    };
  };
  if (minNodeFraction !== undefined) return prune(minNodeFraction, 0);
  let graph = prune(NODE_STEPS[0]!, 0);
  for (const step of NODE_STEPS.slice(1)) {
    if (graph.nodes.length <= READABLE_NODES) break;
    graph = prune(step, ALLOCATORS);
  }
  return graph;
}

function checkFraction(name: string, fraction: number): void {
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new RangeError(`${name} must be a fraction from 0 to 1, but is ${fraction}.`);
  }
}

function instantOf({ timeMicros, live }: Snapshot): FlowInstant {
  return {
    timeSeconds: timeMicros / 1e6,
    liveBytes: live.heap.bytes + live.arrayBuffer.bytes,
    liveBytesError: Math.hypot(live.heap.bytesError, live.arrayBuffer.bytesError),
  };
}
