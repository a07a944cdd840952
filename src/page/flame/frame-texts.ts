import type { TreeStructure } from '../../analysis/call-tree/tree-builder.js';
import { frameLabel } from '../../analysis/frame-label.js';
import { packageOf } from '../../analysis/package-name.js';
import { shortPath } from '../../analysis/short-path.js';
import type { Frame } from '../../model/frame.js';
import { boxTexts } from '../../render/frame-text.js';
import { shown } from '../parts/text.js';

/** A whole label may be long, but no book. */
const LABEL_CHARACTERS = 200;

/** What nodes are named by. */
export interface FramesOfNodes {
  readonly nodes: TreeStructure;
  readonly frames: readonly Frame[];
}

/** A line of a tooltip. */
export interface FrameFact {
  readonly label: string;
  readonly value: string;
}

/** The names of a tree's nodes, safe to show. Labels are made once for each frame. */
export abstract class FrameTexts {
  readonly #of: FramesOfNodes;
  readonly #cwd: string | undefined;
  readonly #labels: (readonly string[])[] = [];

  /** @param cwd paths are relative to this folder where they lie within */
  constructor(of: FramesOfNodes, cwd: string | undefined) {
    this.#of = of;
    this.#cwd = cwd;
  }

  /** What a tooltip says besides the name and the place. */
  abstract facts(node: number): FrameFact[];

  frame(node: number): Frame {
    return this.#of.frames[this.#of.nodes.frames[node]!]!;
  }

  /** `function (path:line)`. */
  label(node: number): string {
    return this.labels(node)[0]!;
  }

  /** The label, and shorter ones for where there is less room. */
  labels(node: number): readonly string[] {
    const frame = this.#of.nodes.frames[node]!;
    this.#labels[frame] ??= boxTexts(this.#of.frames[frame]!, this.#cwd, LABEL_CHARACTERS);
    return this.#labels[frame];
  }

  /** The function's name alone; the place of one that has none, without folders. */
  name(node: number): string {
    return this.labels(node).at(-1)!;
  }

  /** `path:line`, and whose package it is. */
  place(node: number): string {
    const frame = this.frame(node);
    const path = frameLabel({ ...frame, functionName: '', file: shortPath(frame.file, this.#cwd) });
    const owner = packageOf(frame);
    if (frame.file === '') return '';
    return shown(owner === undefined ? path : `${path} · package ${owner}`);
  }
}
