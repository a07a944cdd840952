import type { Kind } from '../../model/event.js';
import type { Frame } from '../../model/frame.js';
import type { Profile } from '../profile.js';
import { type Metric, meaningOf, type Unit } from './metric.js';
import { type CallTreeView, type StackTreeOptions, stackTree } from './stack-tree.js';
import { allocatedUsage, liveUsage, type StackUsage, temporaryOfTable } from './stack-usage.js';
import type { TemporaryTable } from './temporary-table.js';
import { type MemberLogs, temporaryUsage, type Within } from './temporary-usage.js';
import { type ChosenTime, chooseTime, type TimeOptions } from './time-choice.js';
import type { TreeNodes } from './tree-builder.js';

/** What {@link callTree} is asked for. */
export interface CallTreeOptions extends TimeOptions, StackTreeOptions {
  /** Only memory of this kind; by default all. */
  readonly kind?: Kind | undefined;
  /** What counts as temporary; by default what its first garbage collection frees. */
  readonly within?: Within | undefined;
}

/** Bytes and objects, with their standard errors. */
export interface TreeUsage {
  readonly bytes: number;
  readonly bytesError: number;
  readonly objects: number;
  readonly objectsError: number;
}

/** Memory by stack. */
export interface CallTree {
  readonly view: CallTreeView;
  readonly metric: Metric;
  /** What nodes are measured and sorted by. */
  readonly unit: Unit;
  /** Seconds since the start of the recording. Of an instant: 0, since what was allocated counts from there. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly isInstant: boolean;
  /** All memory, also what the tree leaves out (stacks that are not in focus or do not have the inspected frame). */
  readonly total: TreeUsage;
  /** The frames of nodes, each label once. Frame 0 is the root's. */
  readonly frames: readonly Frame[];
  readonly nodes: TreeNodes;
}

/** Where temporary memory is looked up: in the logs, or in a table that was made from them. */
export type TemporarySource = MemberLogs | { readonly temporary: TemporaryTable };

/**
 * Memory by stack, as a tree. A stack counts once in each of its nodes; of a stack that has the inspected frame several times
 * (a recursion), the outermost is the middle, and the others are among what it calls.
 * With a table of temporary memory, `within` is not heeded: it has what the first garbage collection frees.
 * @throws RangeError for options that there cannot be; HeapprofError for temporary memory of a recording of version 1.
 */
export function callTree(
  profile: Profile & TemporarySource,
  options: CallTreeOptions = {},
): CallTree {
  const { metric = 'live', kind } = options;
  const time = chooseTime(profile.totals, options, kind);
  return treeOf(usageBy(metric, profile, time, options), time, options);
}

/** What stacks used in a time, by a metric. */
export function usageBy(
  metric: Metric,
  profile: Profile & TemporarySource,
  time: ChosenTime,
  { kind, within }: Pick<CallTreeOptions, 'kind' | 'within'>,
): StackUsage[] {
  switch (meaningOf(metric).dimension) {
    case 'live':
      return liveUsage(profile, time, kind);
    case 'allocated':
      return allocatedUsage(profile, time, kind);
    case 'temporary':
      return 'temporary' in profile
        ? temporaryOfTable(profile.temporary, profile.hpm.traces, time, kind)
        : temporaryUsage(profile, time, kind, within);
  }
}

/** What stacks used, as a tree. What the options say of time, kind and age has been heeded already. */
export function treeOf(
  usages: readonly StackUsage[],
  { fromSeconds, toSeconds, isInstant }: Omit<ChosenTime, 'live' | 'allocated'>,
  options: CallTreeOptions = {},
): CallTree {
  const { metric = 'live' } = options;
  const { view, unit, frames, structure, sides } = stackTree([{ usages }], options);
  const nodes = { ...structure, ...sides[0]!.usages() };
  const total = totalUsage(usages);
  return { view, metric, unit, fromSeconds, toSeconds, isInstant, total, frames, nodes };
}

/** What stacks, or rows of a snapshot, have together. They are sampled independently, so their variances add up. */
export function totalUsage(usages: readonly TreeUsage[]): TreeUsage {
  let bytes = 0;
  let objects = 0;
  let bytesVariance = 0;
  let objectsVariance = 0;
  for (const usage of usages) {
    bytes += usage.bytes;
    objects += usage.objects;
    bytesVariance += usage.bytesError ** 2;
    objectsVariance += usage.objectsError ** 2;
  }
  return {
    bytes,
    bytesError: Math.sqrt(bytesVariance),
    objects,
    objectsError: Math.sqrt(objectsVariance),
  };
}
