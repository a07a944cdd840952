import { longer } from '../../base/longer.js';
import type { Estimate } from '../compare-measure.js';
import type { TreeUsage } from './call-tree.js';
import type { Unit } from './metric.js';

/** Room for so many nodes, or sums, at first. */
const LEAST_CAPACITY = 1024;

/** Bytes, their variance, objects, their variance. */
const FIGURES = 4;

/**
 * Sums of what nodes have. Stacks are sampled independently, so their variances add up. The figures of a node stand side by side, so that adding to
 * it touches one place in memory; nodes that have nothing take no room for figures.
 */
export class NodeSums {
  /** Which sum belongs to each node; 0 for none. */
  #sumOf = new Uint32Array(LEAST_CAPACITY);
  #figures = new Float64Array(LEAST_CAPACITY * FIGURES);
  #count = 1;

  add(node: number, { bytes, bytesError, objects, objectsError }: TreeUsage): void {
    while (node >= this.#sumOf.length) this.#sumOf = longer(this.#sumOf);
    let sum = this.#sumOf[node]!;
    if (sum === 0) {
      sum = this.#count++;
      this.#sumOf[node] = sum;
      if (sum * FIGURES === this.#figures.length) this.#figures = longer(this.#figures);
    }
    const at = sum * FIGURES;
    const figures = this.#figures;
    figures[at]! += bytes;
    figures[at + 1]! += bytesError ** 2;
    figures[at + 2]! += objects;
    figures[at + 3]! += objectsError ** 2;
  }

  /** Bytes or objects of a node. */
  amount(node: number, unit: Unit): number {
    return this.#figures[(this.#sumOf[node] ?? 0) * FIGURES + (unit === 'bytes' ? 0 : 2)]!;
  }

  /** Bytes or objects of a node, and their standard error. */
  estimate(node: number, unit: Unit): Estimate {
    const at = (this.#sumOf[node] ?? 0) * FIGURES + (unit === 'bytes' ? 0 : 2);
    return { value: this.#figures[at]!, error: Math.sqrt(this.#figures[at + 1]!) };
  }

  /** Whether two nodes have the same. */
  areSame(node: number, other: number): boolean {
    const figures = this.#figures;
    const a = (this.#sumOf[node] ?? 0) * FIGURES;
    const b = (this.#sumOf[other] ?? 0) * FIGURES;
    return (
      figures[a] === figures[b] &&
      figures[a + 1] === figures[b + 1] &&
      figures[a + 2] === figures[b + 2] &&
      figures[a + 3] === figures[b + 3]
    );
  }

  /** Bytes, their standard errors, objects and theirs, of these nodes in this order. */
  columns(
    nodes: Uint32Array,
  ): readonly [
    bytes: Float64Array,
    bytesErrors: Float64Array,
    objects: Float64Array,
    objectsErrors: Float64Array,
  ] {
    const bytes = new Float64Array(nodes.length);
    const bytesErrors = new Float64Array(nodes.length);
    const objects = new Float64Array(nodes.length);
    const objectsErrors = new Float64Array(nodes.length);
    const figures = this.#figures;
    for (let k = 0; k < nodes.length; k++) {
      const sum = this.#sumOf[nodes[k]!] ?? 0;
      if (sum === 0) continue;
      const at = sum * FIGURES;
      bytes[k] = figures[at]!;
      bytesErrors[k] = Math.sqrt(figures[at + 1]!);
      objects[k] = figures[at + 2]!;
      objectsErrors[k] = Math.sqrt(figures[at + 3]!);
    }
    return [bytes, bytesErrors, objects, objectsErrors];
  }
}
