import {
  type CallTreeComparison,
  differenceAt,
} from '../../../analysis/call-tree/compare-call-trees.js';
import type { Difference } from '../../../analysis/difference.js';
import { differenceText, estimateText, percentText } from '../../../render/difference-text.js';
import { type FrameFact, FrameTexts } from '../../flame/frame-texts.js';
import { mayBeFolded } from './significance.js';

/** The texts of the nodes of two call trees. */
export class DifferenceTexts extends FrameTexts {
  readonly #comparison: CallTreeComparison;

  constructor(comparison: CallTreeComparison, cwd: string | undefined) {
    super(comparison, cwd);
    this.#comparison = comparison;
  }

  /** Both sides, the difference, and whether it is significant. */
  override facts(node: number): FrameFact[] {
    const { unit, scale } = this.#comparison;
    const difference = this.#at(node);
    const { a, aError, b, bError } = difference;
    const significance = difference.isSignificant
      ? 'significant'
      : mayBeFolded(difference)
        ? 'not significant: may be “other”'
        : 'not significant';
    return [
      { label: 'A', value: estimateText(a, aError, unit) },
      { label: scale[unit] === 1 ? 'B' : 'B, scaled', value: estimateText(b, bError, unit) },
      {
        label: 'difference',
        value: `${differenceText(difference, unit)}${percentText(difference)}`,
      },
      { label: '', value: significance },
    ];
  }

  /** {@link facts} in one line. */
  figures(node: number): string {
    return this.facts(node)
      .map(({ label, value }) => (label === '' ? value : `${label} ${value}`))
      .join(', ');
  }

  describe(node: number): string {
    return `${this.label(node)}: ${this.figures(node)}`;
  }

  #at(node: number): Difference {
    const { nodes, unit } = this.#comparison;
    return differenceAt(nodes[unit], node);
  }
}
