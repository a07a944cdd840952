import type { Frame } from '../../model/frame.js';
import type { CompareMetric, Estimate } from '../compare-measure.js';
import type { Pair } from '../compare-pairs.js';
import {
  type Difference,
  isSignificant,
  normalizingScale,
  plainDifference,
  scaledDifference,
} from '../difference.js';
import type { Profile } from '../profile.js';
import { shortPath } from '../short-path.js';
import {
  type CallTreeOptions,
  type TemporarySource,
  type TreeUsage,
  totalUsage,
  usageBy,
} from './call-tree.js';
import { type CommonUsage, commonUsage, NOTHING_COMMON } from './common-usage.js';
import type { Metric, Unit } from './metric.js';
import { type CallTreeView, OTHER, type StackTreeSide, stackTree } from './stack-tree.js';
import type { StackUsage } from './stack-usage.js';
import { type ChosenTime, chooseTime, type TimeOptions } from './time-choice.js';
import type { TreeStructure } from './tree-builder.js';

/** What a tree is measured by that shows what `compare` has in a table: there `live` and `allocated` are bytes. */
export const COMPARED_TREE_METRICS: Readonly<Record<CompareMetric, Metric>> = {
  live: 'live',
  allocated: 'allocated',
  objects: 'live-objects',
};

/** One of the two that are compared: a profile at a time, or in a range of time. */
export interface CallTreeSide extends TimeOptions {
  readonly profile: Profile & TemporarySource;
}

/** What {@link compareCallTrees} is asked for: what a call tree is, for both sides. */
export interface CompareCallTreesOptions extends Omit<CallTreeOptions, keyof TimeOptions> {
  /** Whether the figures of B are scaled so that its total is that of A: then shares are compared. Default: false. */
  readonly normalize?: boolean | undefined;
}

/** The time of a side, as in a call tree. */
export type ComparedTime = Pick<ChosenTime, 'fromSeconds' | 'toSeconds' | 'isInstant'>;

/** Figures of bytes, and of objects. */
export type ByUnit<T> = Readonly<Record<Unit, T>>;

/** Two call trees as one, and how B differs from A. */
export interface CallTreeComparison {
  readonly view: CallTreeView;
  readonly metric: Metric;
  /** What the nodes are measured by; siblings are sorted by the sum of A and B. */
  readonly unit: Unit;
  readonly a: ComparedTime;
  readonly b: ComparedTime;
  /** What the figures of B in `nodes` were multiplied with; 1 if they are not normalised. */
  readonly scale: ByUnit<number>;
  /** Of all memory, also what the tree leaves out. Never scaled. */
  readonly total: ByUnit<Difference>;
  /** What stands as "other", scaled: memory that the digests have folded away, and of which any node may lack some. */
  readonly folded: ByUnit<{ readonly a: number; readonly b: number }>;
  /** The frames of nodes, each label once. Frame 0 is the root's. */
  readonly frames: readonly Frame[];
  readonly nodes: ComparedNodes;
}

/** The nodes of both trees, in columns. */
export interface ComparedNodes extends TreeStructure, ByUnit<DifferenceColumns> {}

/** {@link Difference} in columns: element n of each belongs to node n, and is of all stacks that come through it. */
export interface DifferenceColumns {
  readonly a: Float64Array;
  readonly aErrors: Float64Array;
  readonly b: Float64Array;
  readonly bErrors: Float64Array;
  readonly differences: Float64Array;
  readonly differenceErrors: Float64Array;
  /** 1 for a significant difference, 0 for none. */
  readonly areSignificant: Uint8Array;
}

/**
 * Two call trees, of two recordings or two times of one (its profile is the same object), as one tree by the path of frames, with the
 * figures of both and their differences. Of one recording frames are those of its call tree. Of two, a function in one file is one frame, since an edit
 * elsewhere moves its lines (anonymous functions are told apart by theirs), and paths are relative to the working directories of the recorded programs.
 *
 * Errors and significance are those of `compare`: two recordings are sampled independently; of one, what both sides have in common
 * cancels (what is allocated or freed in both times, and of live memory as much as is certain), but not where B is scaled.
 * @throws as `callTree`
 */
export function compareCallTrees(
  a: CallTreeSide,
  b: CallTreeSide,
  options: CompareCallTreesOptions = {},
): CallTreeComparison {
  const { metric = 'live', kind, normalize = false } = options;
  const timeA = chooseTime(a.profile.totals, a, kind);
  const timeB = chooseTime(b.profile.totals, b, kind);
  const isOne = a.profile === b.profile;
  const common = isOne ? commonUsage(a.profile, timeA, timeB, options) : NOTHING_COMMON;
  const sides: readonly StackTreeSide[] = [
    ...[a, b].map(({ profile }, side) => ({
      usages: usageBy(metric, profile, side === 0 ? timeA : timeB, options),
      ...(!isOne && { shown: movableFrames(profile) }),
    })),
    ...common.lists.map((usages) => ({ usages })),
  ];
  const tree = stackTree(sides, options, 2);
  const { view, unit, frames, structure } = tree;
  const totals = sides.map(({ usages }) => totalUsage(usages));
  const folded = sides.map(({ usages }) => totalUsage(usages.filter(isFolded)));
  const rootHasAll = options.inspect === undefined && (options.focus ?? []).length === 0;

  const compareBy = (unit: Unit) => {
    const total = pairOf(
      totals.map((usage) => estimateOf(usage, unit)),
      common,
      0,
    );
    const scale = normalize ? normalizingScale(total) : 1;
    const [foldedA, foldedB, ...foldedCommon] = folded.map((usage) => estimateOf(usage, unit));
    const isOtherAt = (node: number) => frames[structure.frames[node]!] === OTHER;
    const hiddenVariance = (foldedCommon.at(-1)?.error ?? 0) ** 2;
    const inA = foldedA!.value;
    const inB = scale * foldedB!.value;
    const columns = emptyColumns(structure.count);
    for (let node = 0; node < structure.count; node++) {
      const hasAll = node === 0 && rootHasAll;
      const isOther = isOtherAt(node);
      const before = node - 1;
      // Most nodes of a large tree are the only child of the one before them, and have what it has.
      if (
        before > 0 &&
        isOther === isOtherAt(before) &&
        tree.sides.every((side) => side.areSame(node, before))
      ) {
        put(columns, node, differenceAt(columns, before));
        continue;
      }
      const estimates = tree.sides.map((side) => side.estimate(node, unit));
      // What one time has folded away is not what another has.
      const pair = pairOf(
        estimates,
        isOther ? NOTHING_COMMON : common,
        hasAll ? 0 : hiddenVariance,
      );
      const found = normalize ? scaledDifference(pair, total, scale) : plainDifference(pair);
      // What one side lacks may be there, but folded away.
      const hidden = hasAll ? 0 : found.difference > 0 ? inA : inB;
      put(columns, node, { ...found, isSignificant: !isOther && isSignificant(found, hidden) });
    }
    return {
      scale,
      total: plainDifference(total),
      folded: { a: inA, b: inB },
      columns,
    };
  };
  const bytes = compareBy('bytes');
  const objects = compareBy('objects');
  return {
    view,
    metric,
    unit,
    a: comparedTime(timeA),
    b: comparedTime(timeB),
    scale: { bytes: bytes.scale, objects: objects.scale },
    total: { bytes: bytes.total, objects: objects.total },
    folded: { bytes: bytes.folded, objects: objects.folded },
    frames,
    nodes: { ...structure, bytes: bytes.columns, objects: objects.columns },
  };
}

/**
 * What stands for the frames of a recording beside those of another: paths relative to its working directory, and no lines but those of
 * anonymous functions.
 */
function movableFrames({ members }: Profile): (frame: Frame) => Frame {
  const cwd = members[0]?.facts.process?.cwd;
  const known = new Map<Frame, Frame>();
  return (frame) => {
    let movable = known.get(frame);
    if (movable === undefined) {
      const { functionName, line } = frame;
      const file = shortPath(frame.file, cwd);
      movable = { functionName, file, line: functionName === '' ? line : 0, column: 0 };
      known.set(frame, movable);
    }
    return movable;
  };
}

/** Estimates of A, of B, and of what is common to both. */
function pairOf(
  [a, b, ...common]: readonly Estimate[],
  { shared }: CommonUsage,
  hidden: number,
): Pair {
  const variances = common.map(({ error }) => error ** 2);
  return { a: a!, b: b!, shared: shared(variances, hidden) };
}

function isFolded({ frames }: StackUsage): boolean {
  return frames.length === 0;
}

function estimateOf(usage: TreeUsage, unit: Unit): Estimate {
  return { value: usage[unit], error: usage[`${unit}Error`] };
}

function comparedTime({ fromSeconds, toSeconds, isInstant }: ChosenTime): ComparedTime {
  return { fromSeconds, toSeconds, isInstant };
}

/** Element `node` of the columns. */
export function differenceAt(columns: DifferenceColumns, node: number): Difference {
  return {
    a: columns.a[node]!,
    aError: columns.aErrors[node]!,
    b: columns.b[node]!,
    bError: columns.bErrors[node]!,
    difference: columns.differences[node]!,
    differenceError: columns.differenceErrors[node]!,
    isSignificant: columns.areSignificant[node] === 1,
  };
}

function emptyColumns(count: number): DifferenceColumns {
  const column = () => new Float64Array(count);
  return {
    a: column(),
    aErrors: column(),
    b: column(),
    bErrors: column(),
    differences: column(),
    differenceErrors: column(),
    areSignificant: new Uint8Array(count),
  };
}

function put(columns: DifferenceColumns, node: number, difference: Difference): void {
  columns.a[node] = difference.a;
  columns.aErrors[node] = difference.aError;
  columns.b[node] = difference.b;
  columns.bErrors[node] = difference.bError;
  columns.differences[node] = difference.difference;
  columns.differenceErrors[node] = difference.differenceError;
  columns.areSignificant[node] = Number(difference.isSignificant);
}
