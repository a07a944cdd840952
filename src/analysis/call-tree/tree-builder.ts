import type { Frame, Trace } from '../../model/frame.js';
import { frameLabel } from '../frame-label.js';
import type { Unit } from './metric.js';
import type { StackUsage } from './stack-usage.js';

/**
 * A tree in columns: element n of each belongs to node n. Right after a node comes its first child with all below it, then the next;
 * children of the callers' side come after those of the other, and on each side the largest is first.
 */
export interface TreeNodes {
  readonly count: number;
  /** The node that leads here; -1 for node 0, the root. */
  readonly parents: Int32Array;
  /** Steps from the root: above 0 on the side of what is called, below 0 on the side of the callers. */
  readonly depths: Int32Array;
  /** Index in the tree's `frames`. */
  readonly frames: Uint32Array;
  /** Of all stacks that come through the node. */
  readonly bytes: Float64Array;
  /** Standard error of `bytes`. */
  readonly bytesErrors: Float64Array;
  readonly objects: Float64Array;
  /** Of the stacks that end at the node: in the overview, and on the side of what is called, those that it allocated itself. */
  readonly localBytes: Float64Array;
  readonly localBytesErrors: Float64Array;
  readonly localObjects: Float64Array;
}

/** What lies on both sides of the root, outermost first; a side that is left out has no end, so that nothing is local there. */
interface Path {
  readonly called?: Trace;
  readonly callers?: Trace;
}

/** Nodes have so many frames to choose from, and there can be 2^26 of them: their product is a safe integer. */
const MAX_FRAMES = 2 ** 26;

/** Puts stacks together as a tree. */
export class TreeBuilder {
  readonly #maxDepth: number;
  readonly #frames: Frame[] = [];
  readonly #indexOfFrame = new Map<Frame, number>();
  readonly #indexOfLabel = new Map<string, number>();
  /** Nodes by parent, side and frame. */
  readonly #children = new Map<number, number>();
  readonly #parents = [-1];
  readonly #depths = [0];
  readonly #frameOf = [0];
  readonly #usage = new UsageColumns();
  readonly #local = new UsageColumns();

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** Adds what a stack used. */
  add(usage: StackUsage, { called, callers }: Path): void {
    this.#usage.add(0, usage);
    if (called) this.#walk(usage, called.slice(0, this.#maxDepth), 1);
    if (callers) this.#walk(usage, callers.toReversed().slice(0, this.#maxDepth), -1);
  }

  /** The tree with this frame as its root. */
  build(root: Frame, unit: Unit): { frames: readonly Frame[]; nodes: TreeNodes } {
    const order = this.#inOrder(unit);
    const positions = new Int32Array(order.length);
    order.forEach((node, position) => {
      positions[node] = position;
    });
    const column = <A extends Int32Array | Uint32Array | Float64Array>(
      make: { from(values: readonly number[]): A },
      figureOf: (node: number) => number,
    ) => make.from(order.map(figureOf));
    const usage = this.#usage;
    const local = this.#local;
    return {
      frames: [root, ...this.#frames],
      nodes: {
        count: order.length,
        parents: column(Int32Array, (node) => (node === 0 ? -1 : positions[this.#parents[node]!]!)),
        depths: column(Int32Array, (node) => this.#depths[node]!),
        frames: column(Uint32Array, (node) => this.#frameOf[node]!),
        bytes: column(Float64Array, (node) => usage.bytes[node]!),
        bytesErrors: column(Float64Array, (node) => Math.sqrt(usage.variances[node]!)),
        objects: column(Float64Array, (node) => usage.objects[node]!),
        localBytes: column(Float64Array, (node) => local.bytes[node]!),
        localBytesErrors: column(Float64Array, (node) => Math.sqrt(local.variances[node]!)),
        localObjects: column(Float64Array, (node) => local.objects[node]!),
      },
    };
  }

  /** Goes from the root along the frames; `step` is 1 on the side of what is called, and -1 on that of the callers. */
  #walk(usage: StackUsage, frames: Trace, step: 1 | -1): void {
    let node = 0;
    for (const frame of frames) {
      node = this.#child(node, this.#frameIndex(frame), step);
      this.#usage.add(node, usage);
    }
    // What the inspected frame allocated is its own, not its callers'.
    if (node > 0 || step > 0) this.#local.add(node, usage);
  }

  #child(parent: number, frame: number, step: 1 | -1): number {
    const key = (parent * 2 + (step > 0 ? 1 : 0)) * MAX_FRAMES + frame;
    let node = this.#children.get(key);
    if (node === undefined) {
      node = this.#parents.length;
      this.#children.set(key, node);
      this.#parents.push(parent);
      this.#depths.push(this.#depths[parent]! + step);
      this.#frameOf.push(frame);
      this.#usage.push();
      this.#local.push();
    }
    return node;
  }

  /** Frames with the same label are one: they differ in columns, or one file is a URL and the other a path. Counts from 1. */
  #frameIndex(frame: Frame): number {
    let index = this.#indexOfFrame.get(frame);
    if (index !== undefined) return index;
    const label = frameLabel(frame);
    index = this.#indexOfLabel.get(label);
    if (index === undefined) {
      index = this.#frames.push(frame);
      this.#indexOfLabel.set(label, index);
    }
    this.#indexOfFrame.set(frame, index);
    return index;
  }

  /** All nodes, each before its children, as {@link TreeNodes} has them. */
  #inOrder(unit: Unit): number[] {
    const values = unit === 'bytes' ? this.#usage.bytes : this.#usage.objects;
    const labels = this.#frames.map(frameLabel);
    const labelOf = (node: number) => labels[this.#frameOf[node]! - 1]!;
    const isCaller = (node: number) => (this.#depths[node]! < 0 ? 1 : 0);
    const children: number[][] = this.#parents.map(() => []);
    for (let node = 1; node < this.#parents.length; node++) {
      children[this.#parents[node]!]!.push(node);
    }
    const order: number[] = [];
    // Not recursive: a damaged recording can have stacks of thousands of frames.
    const waiting = [0];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      order.push(node);
      children[node]!.sort(
        (a, b) =>
          isCaller(a) - isCaller(b) ||
          values[b]! - values[a]! ||
          (labelOf(a) < labelOf(b) ? -1 : 1),
      );
      for (const child of children[node]!.toReversed()) waiting.push(child);
    }
    return order;
  }
}

/** Sums of each node. Stacks are sampled independently, so their variances add up. */
class UsageColumns {
  readonly bytes = [0];
  readonly variances = [0];
  readonly objects = [0];

  push(): void {
    this.bytes.push(0);
    this.variances.push(0);
    this.objects.push(0);
  }

  add(node: number, { bytes, bytesError, objects }: StackUsage): void {
    this.bytes[node]! += bytes;
    this.variances[node]! += bytesError ** 2;
    this.objects[node]! += objects;
  }
}
