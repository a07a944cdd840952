import type { Frame, Trace } from '../../model/frame.js';
import { frameLabel } from '../frame-label.js';
import type { Unit } from './metric.js';
import type { StackUsage } from './stack-usage.js';

/**
 * A tree in columns: element n of each belongs to node n. Right after a node comes its first child with all below it, then the next;
 * children of the callers' side come after those of the other, and on each side the largest is first.
 */
export interface TreeStructure {
  readonly count: number;
  /** The node that leads here; -1 for node 0, the root. */
  readonly parents: Int32Array;
  /** Steps from the root: above 0 on the side of what is called, below 0 on the side of the callers. */
  readonly depths: Int32Array;
  /** Index in the tree's `frames`. */
  readonly frames: Uint32Array;
}

/** What the nodes of a tree have, in columns too. */
export interface NodeUsages {
  /** Of all stacks that come through the node. */
  readonly bytes: Float64Array;
  /** Standard error of `bytes`. */
  readonly bytesErrors: Float64Array;
  readonly objects: Float64Array;
  /** Standard error of `objects`. */
  readonly objectsErrors: Float64Array;
  /** Of the stacks that end at the node: in the overview, and on the side of what is called, those that it allocated itself. */
  readonly localBytes: Float64Array;
  readonly localBytesErrors: Float64Array;
  readonly localObjects: Float64Array;
  readonly localObjectsErrors: Float64Array;
}

/** The nodes of a tree, and what they have. */
export type TreeNodes = TreeStructure & NodeUsages;

/** What lies on both sides of the root, outermost first; a side that is left out has no end, so that nothing is local there. */
interface Path {
  readonly called?: Trace;
  readonly callers?: Trace;
}

/** Nodes have so many frames to choose from, and there can be 2^26 of them: their product is a safe integer. */
const MAX_FRAMES = 2 ** 26;

/** Puts stacks together as a tree, those of several sides as one, in which each side has its own figures. */
export class TreeBuilder {
  readonly #maxDepth: number;
  readonly #shown: number;
  readonly #frames: Frame[] = [];
  readonly #indexOfFrame = new Map<Frame, number>();
  readonly #indexOfLabel = new Map<string, number>();
  /** Nodes by parent, side and frame. */
  readonly #children = new Map<number, number>();
  readonly #parents = [-1];
  readonly #depths = [0];
  readonly #frameOf = [0];
  readonly #sides: readonly Side[];

  /**
   * @param shown so many of the sides, from the first, make the tree, which is in the order of their sum. The others only have figures in
   *   its nodes, and are added after them
   */
  constructor(maxDepth: number, sides = 1, shown = sides) {
    this.#maxDepth = maxDepth;
    this.#shown = shown;
    this.#sides = Array.from({ length: sides }, () => ({
      usage: new UsageColumns(),
      local: new UsageColumns(),
    }));
  }

  /** Adds what a stack of a side used; sides count from 0. */
  add(usage: StackUsage, { called, callers }: Path, side = 0): void {
    this.#sides[side]!.usage.add(0, usage);
    if (called) this.#walk(side, usage, called.slice(0, this.#maxDepth), 1);
    if (callers) this.#walk(side, usage, callers.toReversed().slice(0, this.#maxDepth), -1);
  }

  /** The tree with this frame as its root, and what each side has. */
  build(
    root: Frame,
    unit: Unit,
  ): { frames: readonly Frame[]; structure: TreeStructure; usages: readonly NodeUsages[] } {
    const order = this.#inOrder(unit);
    const positions = new Int32Array(order.length);
    order.forEach((node, position) => {
      positions[node] = position;
    });
    const column = <A extends Int32Array | Uint32Array | Float64Array>(
      make: { from(values: readonly number[]): A },
      figureOf: (node: number) => number,
    ) => make.from(order.map(figureOf));
    return {
      frames: [root, ...this.#frames],
      structure: {
        count: order.length,
        parents: column(Int32Array, (node) => (node === 0 ? -1 : positions[this.#parents[node]!]!)),
        depths: column(Int32Array, (node) => this.#depths[node]!),
        frames: column(Uint32Array, (node) => this.#frameOf[node]!),
      },
      usages: this.#sides.map(({ usage, local }) => {
        const sums = (values: readonly number[]) =>
          column(Float64Array, (node) => values[node] ?? 0);
        const errors = (variances: readonly number[]) =>
          column(Float64Array, (node) => Math.sqrt(variances[node] ?? 0));
        return {
          bytes: sums(usage.bytes),
          bytesErrors: errors(usage.bytesVariances),
          objects: sums(usage.objects),
          objectsErrors: errors(usage.objectsVariances),
          localBytes: sums(local.bytes),
          localBytesErrors: errors(local.bytesVariances),
          localObjects: sums(local.objects),
          localObjectsErrors: errors(local.objectsVariances),
        };
      }),
    };
  }

  /** Goes from the root along the frames; `step` is 1 on the side of what is called, and -1 on that of the callers. */
  #walk(side: number, usage: StackUsage, frames: Trace, step: 1 | -1): void {
    const sums = this.#sides[side]!;
    const isShown = side < this.#shown;
    let node = 0;
    for (const frame of frames) {
      const child = this.#child(node, this.#frameIndex(frame), step, isShown);
      if (child === undefined) return;
      node = child;
      sums.usage.add(node, usage);
    }
    // What the inspected frame allocated is its own, not its callers'.
    if (node > 0 || step > 0) sums.local.add(node, usage);
  }

  #child(parent: number, frame: number, step: 1 | -1, make: boolean): number | undefined {
    const key = (parent * 2 + (step > 0 ? 1 : 0)) * MAX_FRAMES + frame;
    let node = this.#children.get(key);
    if (node === undefined && make) {
      node = this.#parents.length;
      this.#children.set(key, node);
      this.#parents.push(parent);
      this.#depths.push(this.#depths[parent]! + step);
      this.#frameOf.push(frame);
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
    const columns = this.#sides.slice(0, this.#shown).map(({ usage }) => usage[unit]);
    const values = this.#parents.map((_, node) =>
      columns.reduce((sum, column) => sum + (column[node] ?? 0), 0),
    );
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

/** What one side has of each node. */
interface Side {
  readonly usage: UsageColumns;
  readonly local: UsageColumns;
}

/** Sums of each node, as far as there are any. Stacks are sampled independently, so their variances add up. */
class UsageColumns {
  readonly bytes: number[] = [];
  readonly bytesVariances: number[] = [];
  readonly objects: number[] = [];
  readonly objectsVariances: number[] = [];

  add(node: number, { bytes, bytesError, objects, objectsError }: StackUsage): void {
    while (this.bytes.length <= node) {
      this.bytes.push(0);
      this.bytesVariances.push(0);
      this.objects.push(0);
      this.objectsVariances.push(0);
    }
    this.bytes[node]! += bytes;
    this.bytesVariances[node]! += bytesError ** 2;
    this.objects[node]! += objects;
    this.objectsVariances[node]! += objectsError ** 2;
  }
}
