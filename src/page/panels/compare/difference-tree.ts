import {
  type CallTreeComparison,
  type CallTreeSide,
  COMPARED_TREE_METRICS,
  compareCallTrees,
} from '../../../analysis/call-tree/compare-call-trees.js';
import type { CompareMetric } from '../../../analysis/compare-measure.js';
import { type FlameLayout, layOutFlame } from '../../flame/flame-layout.js';
import type { ComparedRanges } from './difference-table.js';

/** What a tree of differences is asked for. */
export interface DifferenceTreeOptions extends ComparedRanges {
  readonly metric: CompareMetric;
  readonly normalize: boolean;
  readonly view: 'overview' | 'hotspots';
}

/** Two call trees as one, and where its boxes are. */
export interface DifferenceTree {
  readonly comparison: CallTreeComparison;
  readonly layout: FlameLayout;
}

/**
 * Two call trees laid out as one; for the worker thread. Boxes are as wide as A and B together, so that what only one of them has is
 * seen, and children fit on their parents.
 */
export function differenceTree(
  { profile, other }: Readonly<Record<'profile' | 'other', CallTreeSide['profile']>>,
  { a, b, metric, ...options }: DifferenceTreeOptions,
): DifferenceTree {
  // A side without times is all of the recording, and not its end.
  const comparison = compareCallTrees(
    { profile, from: 0, ...a },
    { profile: other, from: 0, ...b },
    {
      ...options,
      metric: COMPARED_TREE_METRICS[metric],
    },
  );
  const { nodes, unit, view } = comparison;
  const amounts = nodes[unit].a.map((amount, node) => amount + nodes[unit].b[node]!);
  return { comparison, layout: layOutFlame(nodes, amounts, view === 'hotspots' ? 'up' : 'down') };
}
