import type { Estimate } from '../compare-measure.js';
import type { Unit } from './metric.js';
import type { NodeSums } from './node-sums.js';

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

/** What one side has of the nodes of a tree, in their order there. */
export class NodeFigures {
  readonly #order: Uint32Array;
  readonly #usage: NodeSums;
  readonly #local: NodeSums;

  /** @param order which node of the sums stands at each place of the tree */
  constructor(order: Uint32Array, usage: NodeSums, local: NodeSums) {
    this.#order = order;
    this.#usage = usage;
    this.#local = local;
  }

  /** What a node has, of all stacks that come through it. */
  estimate(node: number, unit: Unit): Estimate {
    return this.#usage.estimate(this.#order[node]!, unit);
  }

  /** Whether two nodes have the same. */
  areSame(node: number, other: number): boolean {
    return this.#usage.areSame(this.#order[node]!, this.#order[other]!);
  }

  /** Everything. */
  usages(): NodeUsages {
    const [bytes, bytesErrors, objects, objectsErrors] = this.#usage.columns(this.#order);
    const local = this.#local.columns(this.#order);
    const [localBytes, localBytesErrors, localObjects, localObjectsErrors] = local;
    return {
      bytes,
      bytesErrors,
      objects,
      objectsErrors,
      localBytes,
      localBytesErrors,
      localObjects,
      localObjectsErrors,
    };
  }
}
