import type { Kind } from '../../model/event.js';
import type { Frame, Trace } from '../../model/frame.js';
import { OTHER_LABEL } from '../frame-label.js';
import type { Profile } from '../profile.js';
import { type FramePattern, frameMatcher } from './frame-pattern.js';
import { type Metric, meaningOf, type Unit } from './metric.js';
import { type ShapeOptions, stackShaper } from './stack-shape.js';
import { allocatedUsage, liveUsage, type StackUsage, temporaryOfTable } from './stack-usage.js';
import type { TemporaryTable } from './temporary-table.js';
import { type LoggedProfile, temporaryUsage, type Within } from './temporary-usage.js';
import { type ChosenTime, chooseTime, type TimeOptions } from './time-choice.js';
import { TreeBuilder, type TreeNodes } from './tree-builder.js';

/** From which side a call tree is looked at. */
export type CallTreeView = 'overview' | 'hotspots' | 'inspect';

/** What {@link callTree} is asked for. */
export interface CallTreeOptions extends TimeOptions, ShapeOptions {
  /** By default `live`. */
  readonly metric?: Metric | undefined;
  /** Only memory of this kind; by default all. */
  readonly kind?: Kind | undefined;
  /** `overview`: callers at the root; `hotspots`: what allocated at the root, callers after it. By default `overview`. */
  readonly view?: 'overview' | 'hotspots' | undefined;
  /** Puts the frames of a function of this name, or those that a pattern means, into the middle, what they call on one side and who calls them on the other: a view of its own. */
  readonly inspect?: FramePattern | undefined;
  /** At most so many steps from the root; deeper frames count for the node where the tree is cut. */
  readonly maxDepth?: number | undefined;
  /** What counts as temporary; by default what its first garbage collection frees. */
  readonly within?: Within | undefined;
}

/** Bytes with their standard error, and objects. */
export interface TreeUsage {
  readonly bytes: number;
  readonly bytesError: number;
  readonly objects: number;
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
export type TemporarySource = LoggedProfile | { readonly temporary: TemporaryTable };

/** The frame of the root that holds everything; no function can have this name. */
const ROOT = pseudoFrame('(all)');
const OTHER = pseudoFrame(OTHER_LABEL);
/** What stands for a stack of which every frame is hidden. */
const HIDDEN = pseudoFrame('(hidden)');

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
  const { dimension } = meaningOf(metric);
  const time = chooseTime(profile.totals, options, kind);
  const usages = {
    live: () => liveUsage(profile, time, kind),
    allocated: () => allocatedUsage(profile, time, kind),
    temporary: () =>
      'temporary' in profile
        ? temporaryOfTable(profile.temporary, profile.hpm.traces, time, kind)
        : temporaryUsage(profile, time, kind, options.within),
  }[dimension]();
  return treeOf(usages, time, options);
}

/** What stacks used, as a tree. What the options say of time, kind and age has been heeded already. */
export function treeOf(
  usages: readonly StackUsage[],
  { fromSeconds, toSeconds, isInstant }: Omit<ChosenTime, 'live' | 'allocated'>,
  options: CallTreeOptions = {},
): CallTree {
  const { metric = 'live', inspect, maxDepth = Number.POSITIVE_INFINITY } = options;
  if (!(maxDepth >= 1)) {
    throw new RangeError(`The greatest depth must be 1 frame or more, but is ${maxDepth}.`);
  }
  const { unit } = meaningOf(metric);
  const view = viewOf(options);
  const isMiddle = inspect === undefined ? undefined : middleMatcher(inspect, usages);
  const { isInFocus, shape } = stackShaper(options);
  const builder = new TreeBuilder(maxDepth);
  let root = isMiddle ? undefined : ROOT;
  for (const usage of usages) {
    const { frames } = usage;
    if (!isInFocus(frames)) continue;
    if (isMiddle) {
      const middle = frames.findIndex(isMiddle);
      if (middle < 0) continue;
      root = root === undefined ? frames[middle]! : inCommon(root, frames[middle]!, inspect!);
      const called = shape(frames.slice(middle + 1));
      builder.add(usage, { called, callers: shape(frames.slice(0, middle)) });
    } else {
      const shown = shownFrames(frames, shape);
      builder.add(usage, view === 'hotspots' ? { callers: shown } : { called: shown });
    }
  }
  const total = totalOf(usages);
  const tree = builder.build(root ?? pseudoFrame(String(inspect)), unit);
  return { view, metric, unit, fromSeconds, toSeconds, isInstant, total, ...tree };
}

/** An empty trace (the runtime itself allocated) has no frame; it is "other" too. */
function shownFrames(frames: Trace, shape: (frames: Trace) => Trace): Trace {
  if (frames.length === 0) return [OTHER];
  const shown = shape(frames);
  return shown.length === 0 ? [HIDDEN] : shown;
}

/** The frames of a function of exactly this name, if there is one, and otherwise those that the pattern means. */
function middleMatcher(
  pattern: FramePattern,
  usages: readonly StackUsage[],
): (frame: Frame) => boolean {
  const isNamed = (frame: Frame) => frame.functionName === pattern;
  const isName = usages.some(({ frames }) => frames.some(isNamed));
  return isName ? isNamed : frameMatcher(pattern);
}

function viewOf({ view = 'overview', inspect }: CallTreeOptions): CallTreeView {
  if (inspect !== undefined) return 'inspect';
  const views: readonly CallTreeView[] = ['overview', 'hotspots'];
  if (views.includes(view)) return view;
  throw new RangeError(`A view is ${views.join(' or ')}, but is '${String(view)}'.`);
}

/** What two frames that one pattern means have in common; the pattern is the name where their names differ. */
function inCommon(a: Frame, b: Frame, pattern: FramePattern): Frame {
  if (a === b) return a;
  const isSameFile = a.file === b.file;
  return {
    functionName: a.functionName === b.functionName ? a.functionName : String(pattern),
    file: isSameFile ? a.file : '',
    line: isSameFile && a.line === b.line ? a.line : 0,
    column: 0,
  };
}

function totalOf(usages: readonly StackUsage[]): TreeUsage {
  let bytes = 0;
  let objects = 0;
  let variance = 0;
  for (const usage of usages) {
    bytes += usage.bytes;
    objects += usage.objects;
    variance += usage.bytesError ** 2;
  }
  return { bytes, bytesError: Math.sqrt(variance), objects };
}

function pseudoFrame(functionName: string): Frame {
  return { functionName, file: '', line: 0, column: 0 };
}
