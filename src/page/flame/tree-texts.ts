import type { CallTree } from '../../analysis/call-tree/call-tree.js';
import { frameLabel } from '../../analysis/frame-label.js';
import type { LifetimeRow } from '../../analysis/lifetimes.js';
import type { Frame } from '../../model/frame.js';
import { objectsText } from '../../render/call-tree-title.js';
import { firstCollectionText, halfLifeText } from '../../render/lifetimes-text.js';
import { formatCountEstimate, formatEstimate, formatShare } from '../../render/numbers.js';
import type { ReportFacts } from '../../render/report/report-data.js';
import { type FrameFact, FrameTexts } from './frame-texts.js';

/** The texts of a call tree's nodes. */
export class TreeTexts extends FrameTexts {
  readonly #tree: CallTree;
  readonly #lifetimes: ReadonlyMap<string, LifetimeRow>;

  constructor(tree: CallTree, facts: ReportFacts, lifetimes: ReadonlyMap<string, LifetimeRow>) {
    super(tree, facts.info.facts.process?.cwd);
    this.#tree = tree;
    this.#lifetimes = lifetimes;
  }

  /** `12.3 MiB ± 4%, 23.1 % of all, 1,234 objects ± 3%`. */
  figures(node: number): string {
    const { bytes, bytesErrors, objects, objectsErrors } = this.#tree.nodes;
    const estimate = formatEstimate(bytes[node]!, bytesErrors[node]!);
    const count = objectsText(objects[node]!, objectsErrors[node]!);
    return `${estimate}, ${this.share(node)} of all, ${count}`;
  }

  /** Of what the tree is measured by. */
  share(node: number): string {
    const { nodes, total, unit } = this.#tree;
    return formatShare(total[unit] > 0 ? nodes[unit][node]! / total[unit] : 0);
  }

  describe(node: number): string {
    return `${this.label(node)}: ${this.figures(node)}`;
  }

  override facts(node: number): FrameFact[] {
    const { nodes, unit } = this.#tree;
    const of = unit === 'bytes' ? 'of all bytes' : 'of all objects';
    const facts = [
      { label: 'bytes', value: formatEstimate(nodes.bytes[node]!, nodes.bytesErrors[node]!) },
      { label: 'share', value: `${this.share(node)} ${of}` },
      {
        label: 'objects',
        value: formatCountEstimate(nodes.objects[node]!, nodes.objectsErrors[node]!),
      },
    ];
    if (nodes.localBytes[node]! > 0) {
      const local = formatEstimate(nodes.localBytes[node]!, nodes.localBytesErrors[node]!);
      const count = objectsText(nodes.localObjects[node]!, nodes.localObjectsErrors[node]!);
      facts.push({ label: 'local', value: `${local}, ${count}` });
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
