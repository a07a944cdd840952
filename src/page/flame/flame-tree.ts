import {
  type CallTree,
  type CallTreeOptions,
  callTree,
} from '../../analysis/call-tree/call-tree.js';
import type { ReportProfile } from '../data/report-profile.js';
import { type FlameLayout, layOutFlame } from './flame-layout.js';

/** A call tree, and where its boxes are. */
export interface FlameTree {
  readonly tree: CallTree;
  readonly layout: FlameLayout;
}

/** A call tree laid out; for the worker thread. What allocated hangs at the top of `hotspots`, its callers below it. */
export function flameTree(profile: ReportProfile, options: CallTreeOptions): FlameTree {
  const tree = callTree(profile, options);
  const { nodes, unit, view } = tree;
  return { tree, layout: layOutFlame(nodes, nodes[unit], view === 'hotspots' ? 'up' : 'down') };
}
