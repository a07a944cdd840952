import type { CallTree } from '../../analysis/call-tree/call-tree.js';
import { frameLabel } from '../../analysis/frame-label.js';
import type { LifetimeRow } from '../../analysis/lifetimes.js';
import { packageOf } from '../../analysis/package-name.js';
import { shortPath } from '../../analysis/short-path.js';
import type { Frame } from '../../model/frame.js';
import { objectsText } from '../../render/call-tree-title.js';
import { shortFrameText } from '../../render/frame-text.js';
import { firstCollectionText, halfLifeText } from '../../render/lifetimes-text.js';
import { formatEstimate, formatShare } from '../../render/numbers.js';
import type { ReportFacts } from '../../render/report/report-data.js';
import { shown } from '../parts/text.js';

/** A whole label may be long, but no book. */
const LABEL_CHARACTERS = 200;

/** A line of a tooltip. */
export interface FrameFact {
  readonly label: string;
  readonly value: string;
}

/** The texts of a tree's nodes, safe to show. Labels are made once for each frame. */
export class TreeTexts {
  readonly #tree: CallTree;
  readonly #cwd: string | undefined;
  readonly #lifetimes: ReadonlyMap<string, LifetimeRow>;
  readonly #labels: string[] = [];

  constructor(tree: CallTree, facts: ReportFacts, lifetimes: ReadonlyMap<string, LifetimeRow>) {
    this.#tree = tree;
    this.#cwd = facts.info.facts.process?.cwd;
    this.#lifetimes = lifetimes;
  }

  frame(node: number): Frame {
    return this.#tree.frames[this.#tree.nodes.frames[node]!]!;
  }

  /** `function (path:line)`. */
  label(node: number): string {
    const frame = this.#tree.nodes.frames[node]!;
    this.#labels[frame] ??= shortFrameText(this.#tree.frames[frame]!, this.#cwd, LABEL_CHARACTERS);
    return this.#labels[frame];
  }

  /** The function's name alone; the place of one that has none. */
  name(node: number): string {
    const { functionName } = this.frame(node);
    return functionName === '' ? this.label(node) : shown(functionName);
  }

  /** `path:line`, and whose package it is. */
  place(node: number): string {
    const frame = this.frame(node);
    const path = frameLabel({ ...frame, functionName: '', file: shortPath(frame.file, this.#cwd) });
    const owner = packageOf(frame);
    if (frame.file === '') return '';
    return shown(owner === undefined ? path : `${path} · package ${owner}`);
  }

  /** `12.3 MiB ± 4%, 23.1 % of all, 1,234 objects`. */
  figures(node: number): string {
    const { bytes, bytesErrors, objects } = this.#tree.nodes;
    const estimate = formatEstimate(bytes[node]!, bytesErrors[node]!);
    return `${estimate}, ${this.share(node)} of all, ${objectsText(objects[node]!)}`;
  }

  /** Of what the tree is measured by. */
  share(node: number): string {
    const { nodes, total, unit } = this.#tree;
    return formatShare(total[unit] > 0 ? nodes[unit][node]! / total[unit] : 0);
  }

  describe(node: number): string {
    return `${this.label(node)}: ${this.figures(node)}`;
  }

  /** What a tooltip says besides the name and the place. */
  facts(node: number): FrameFact[] {
    const { nodes, unit } = this.#tree;
    const of = unit === 'bytes' ? 'of all bytes' : 'of all objects';
    const facts = [
      { label: 'bytes', value: formatEstimate(nodes.bytes[node]!, nodes.bytesErrors[node]!) },
      { label: 'share', value: `${this.share(node)} ${of}` },
      { label: 'objects', value: objectsText(nodes.objects[node]!) },
    ];
    if (nodes.localBytes[node]! > 0) {
      const local = formatEstimate(nodes.localBytes[node]!, nodes.localBytesErrors[node]!);
      facts.push({ label: 'local', value: `${local}, ${objectsText(nodes.localObjects[node]!)}` });
    }
    return [...facts, ...this.#livesOf(this.frame(node))];
  }

  #livesOf(frame: Frame): FrameFact[] {
    const row = this.#lifetimes.get(frameLabel(frame));
    if (row === undefined) return [];
    const collected = firstCollectionText(row);
    return [
      { label: 'half live for', value: halfLifeText(row.halfLife) },
      ...(collected === '' ? [] : [{ label: 'die in 1st GC', value: collected }]),
    ];
  }
}

/** Rows of lifetimes by the label of their line. */
export function lifetimesByLabel({ lifetimes }: ReportFacts): ReadonlyMap<string, LifetimeRow> {
  const rows = 'value' in lifetimes ? lifetimes.value.rows : [];
  return new Map(
    rows.flatMap((row) =>
      row.subject.by === 'line' && row.subject.frame
        ? [[frameLabel(row.subject.frame), row] as const]
        : [],
    ),
  );
}
