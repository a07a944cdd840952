import { PairNumbers } from '../base/pair-numbers.js';
import { FOLDED } from './compare-measure.js';
import { OTHER_LABEL } from './frame-label.js';

/** The labels of what a row is about: one, or of a trace one for each frame, outermost first. */
export type SubjectLabels = readonly string[];

/**
 * Gives keys to subjects: the same to the same labels. Those of traces are looked up step by step, along a tree of labels, since all of them as one
 * text would be a thousand characters, of each of hundreds of thousands of traces.
 */
export class SubjectKeys {
  /** By key; {@link FOLDED} is the lowest. */
  readonly #labels: SubjectLabels[] = new Array(FOLDED);
  /** By the step of the last label. */
  readonly #keys = new Map<number, number>();
  readonly #labelNumbers = new Map<string, number>();
  /** Steps by the one before them and the number of the label. */
  readonly #steps = new PairNumbers();
  /** The latest path and its steps: the next one mostly begins like it. */
  #path: SubjectLabels = [];
  #pathSteps: number[] = [];

  constructor() {
    this.keyOf([OTHER_LABEL]);
  }

  /** All keys from {@link FOLDED} up to this one, exclusive, have been given. */
  get end(): number {
    return this.#labels.length;
  }

  keyOf(labels: SubjectLabels): number {
    const path = this.#path;
    const steps = this.#pathSteps;
    let depth = 0;
    while (depth < labels.length && depth < path.length && labels[depth] === path[depth]) depth++;
    steps.length = depth;
    for (; depth < labels.length; depth++) {
      steps.push(this.#stepTo(labels[depth]!, steps[depth - 1] ?? 0));
    }
    this.#path = labels;
    const last = steps.at(-1)!;
    let key = this.#keys.get(last);
    if (key === undefined) {
      key = this.#labels.push(labels) - 1;
      this.#keys.set(last, key);
    }
    return key;
  }

  labelsOf(key: number): SubjectLabels {
    return this.#labels[key]!;
  }

  /** The step to a label after another step; 0 is none. */
  #stepTo(label: string, before: number): number {
    let number = this.#labelNumbers.get(label);
    if (number === undefined) {
      number = this.#labelNumbers.size;
      this.#labelNumbers.set(label, number);
    }
    return this.#steps.numberOf(before, number);
  }
}

/** The order of labels: that of the first that differ; what has no more labels comes first. */
export function compareLabels(a: SubjectLabels, b: SubjectLabels): number {
  const length = Math.min(a.length, b.length);
  for (let k = 0; k < length; k++) {
    if (a[k] !== b[k]) return a[k]! < b[k]! ? -1 : 1;
  }
  return a.length - b.length;
}
