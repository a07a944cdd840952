import { longer } from '../../base/longer.js';
import type { Frame, Trace } from '../../model/frame.js';
import { frameLabel } from '../frame-label.js';
import type { Unit } from './metric.js';
import { NodeFigures, type NodeUsages } from './node-figures.js';
import { NodeSums } from './node-sums.js';
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

/** The nodes of a tree, and what they have. */
export type TreeNodes = TreeStructure & NodeUsages;

/** What lies on both sides of the root, outermost first; a side that is left out has no end, so that nothing is local there. */
interface Path {
  readonly called?: Trace;
  readonly callers?: Trace;
}

/** Nodes have so many frames to choose from, and there can be 2^26 of them: their product is a safe integer. */
const MAX_FRAMES = 2 ** 26;

/** Room for so many nodes at first. */
const LEAST_CAPACITY = 1024;

/**
 * Puts stacks together as a tree, those of several sides as one, in which each side has its own figures.
 *
 * A tree from what allocated to its callers has millions of nodes, so they are columns of numbers. Two things save most look-ups of children: a stack
 * mostly begins as the one before it did, and most nodes have one child, which stands in a column.
 */
export class TreeBuilder {
  readonly #maxDepth: number;
  readonly #shown: number;
  readonly #frames: Frame[] = [];
  readonly #indexOfFrame = new Map<Frame, number>();
  readonly #indexOfLabel = new Map<string, number>();
  readonly #sides: readonly Side[];
  #count = 1;
  #parents = new Int32Array(LEAST_CAPACITY).fill(-1, 0, 1);
  #depths = new Int32Array(LEAST_CAPACITY);
  #frameOf = new Uint32Array(LEAST_CAPACITY);
  /** Of each node the child that came first, and from child to child the one that came next; 0 for none. */
  #firstChild = new Uint32Array(LEAST_CAPACITY);
  #nextSibling = new Uint32Array(LEAST_CAPACITY);
  /** All children but the first of each node, by parent, side and frame. */
  readonly #laterChildren = new Map<number, number>();
  readonly #lastCalled = new Way();
  readonly #lastCallers = new Way();

  /**
   * @param shown so many of the sides, from the first, make the tree, which is in the order of their sum. The others only have figures in
   *   its nodes, and are added after them
   */
  constructor(maxDepth: number, sides = 1, shown = sides) {
    this.#maxDepth = maxDepth;
    this.#shown = shown;
    this.#sides = Array.from({ length: sides }, () => ({
      usage: new NodeSums(),
      local: new NodeSums(),
    }));
  }

  /** Adds what a stack of a side used; sides count from 0. */
  add(usage: StackUsage, { called, callers }: Path, side = 0): void {
    this.#sides[side]!.usage.add(0, usage);
    if (called) this.#walk(side, usage, called, 1);
    if (callers) this.#walk(side, usage, callers, -1);
  }

  /** The tree with this frame as its root, and what each side has. */
  build(
    root: Frame,
    unit: Unit,
  ): { frames: readonly Frame[]; structure: TreeStructure; sides: readonly NodeFigures[] } {
    const order = this.#inOrder(unit);
    const count = order.length;
    const positions = new Uint32Array(count);
    const parents = new Int32Array(count).fill(-1, 0, 1);
    const depths = new Int32Array(count);
    const frames = new Uint32Array(count);
    for (let position = 0; position < count; position++) {
      const node = order[position]!;
      positions[node] = position;
      depths[position] = this.#depths[node]!;
      frames[position] = this.#frameOf[node]!;
      // Parents come before their children.
      if (position > 0) parents[position] = positions[this.#parents[node]!]!;
    }
    return {
      frames: [root, ...this.#frames],
      structure: { count, parents, depths, frames },
      sides: this.#sides.map(({ usage, local }) => new NodeFigures(order, usage, local)),
    };
  }

  /** Goes from the root along the frames; `step` is 1 on the side of what is called, and -1 on that of the callers, where the innermost is nearest. */
  #walk(side: number, usage: StackUsage, trace: Trace, step: 1 | -1): void {
    const sums = this.#sides[side]!;
    const isShown = side < this.#shown;
    const way = step > 0 ? this.#lastCalled : this.#lastCallers;
    const { frames, nodes } = way;
    const length = Math.min(trace.length, this.#maxDepth);
    let node = 0;
    for (let depth = 0; depth < length; depth++) {
      const frame = trace[step > 0 ? depth : trace.length - 1 - depth]!;
      if (frames[depth] === frame) {
        node = nodes[depth]!;
      } else {
        // From here on it is another way.
        frames.length = nodes.length = depth;
        const child = this.#child(node, this.#frameIndex(frame), step, isShown);
        if (child === 0) return;
        node = child;
        frames.push(frame);
        nodes.push(node);
      }
      sums.usage.add(node, usage);
    }
    // What the inspected frame allocated is its own, not its callers'.
    if (node > 0 || step > 0) sums.local.add(node, usage);
  }

  /** The child of a node with this frame; 0 where there is none and none is to be made. */
  #child(parent: number, frame: number, step: 1 | -1, make: boolean): number {
    const first = this.#firstChild[parent]!;
    if (first > 0 && this.#frameOf[first] === frame && Math.sign(this.#depths[first]!) === step) {
      return first;
    }
    const key = (parent * 2 + (step > 0 ? 1 : 0)) * MAX_FRAMES + frame;
    const later = first > 0 ? this.#laterChildren.get(key) : undefined;
    if (later !== undefined) return later;
    if (!make) return 0;
    const node = this.#count++;
    if (node === this.#parents.length) this.#grow();
    if (first > 0) {
      this.#laterChildren.set(key, node);
      this.#nextSibling[node] = this.#nextSibling[first]!;
      this.#nextSibling[first] = node;
    } else {
      this.#firstChild[parent] = node;
    }
    this.#parents[node] = parent;
    this.#depths[node] = this.#depths[parent]! + step;
    this.#frameOf[node] = frame;
    return node;
  }

  #grow(): void {
    this.#parents = longer(this.#parents);
    this.#depths = longer(this.#depths);
    this.#frameOf = longer(this.#frameOf);
    this.#firstChild = longer(this.#firstChild);
    this.#nextSibling = longer(this.#nextSibling);
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
  #inOrder(unit: Unit): Uint32Array {
    const shown = this.#sides.slice(0, this.#shown).map(({ usage }) => usage);
    const amountOf = (node: number) =>
      shown.reduce((sum, usage) => sum + usage.amount(node, unit), 0);
    // Comparing numbers is quicker than comparing labels.
    const ranks = new Uint32Array(this.#frames.length + 1);
    [...this.#indexOfLabel]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .forEach(([, frame], rank) => {
        ranks[frame] = rank;
      });
    const compare = (a: Sibling, b: Sibling) =>
      a.isCaller - b.isCaller || b.value - a.value || a.rank - b.rank;
    const order = new Uint32Array(this.#count);
    let placed = 0;
    // Not recursive: a damaged recording can have stacks of thousands of frames.
    const waiting = [0];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      order[placed++] = node;
      const first = this.#firstChild[node]!;
      if (first === 0) continue;
      if (this.#nextSibling[first] === 0) {
        waiting.push(first);
        continue;
      }
      const siblings: Sibling[] = [];
      for (let child = first; child > 0; child = this.#nextSibling[child]!) {
        siblings.push({
          node: child,
          isCaller: this.#depths[child]! < 0 ? 1 : 0,
          value: amountOf(child),
          rank: ranks[this.#frameOf[child]!]!,
        });
      }
      siblings.sort(compare);
      for (let k = siblings.length - 1; k >= 0; k--) waiting.push(siblings[k]!.node);
    }
    return order;
  }
}

/** A node among its siblings: what they are sorted by. */
interface Sibling {
  readonly node: number;
  readonly isCaller: number;
  readonly value: number;
  readonly rank: number;
}

/** What one side has of each node. */
interface Side {
  readonly usage: NodeSums;
  readonly local: NodeSums;
}

/** The frames of the latest stack, from the root, and their nodes. */
class Way {
  readonly frames: Frame[] = [];
  readonly nodes: number[] = [];
}
