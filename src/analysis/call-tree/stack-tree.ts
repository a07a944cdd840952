import type { Frame, Trace } from '../../model/frame.js';
import { OTHER_LABEL } from '../frame-label.js';
import { type FramePattern, frameMatcher } from './frame-pattern.js';
import { type Metric, meaningOf, type Unit } from './metric.js';
import type { NodeFigures } from './node-figures.js';
import { type ShapeOptions, stackShaper } from './stack-shape.js';
import type { StackUsage } from './stack-usage.js';
import { TreeBuilder, type TreeStructure } from './tree-builder.js';

/** From which side a call tree is looked at. */
export type CallTreeView = 'overview' | 'hotspots' | 'inspect';

/** How stacks are made a tree. */
export interface StackTreeOptions extends ShapeOptions {
  /** By default `live`. */
  readonly metric?: Metric | undefined;
  /** `overview`: callers at the root; `hotspots`: what allocated at the root, callers after it. By default `overview`. */
  readonly view?: 'overview' | 'hotspots' | undefined;
  /** Puts the frames of a function of this name, or those that a pattern means, into the middle, what they call on one side and who calls them on the other: a view of its own. */
  readonly inspect?: FramePattern | undefined;
  /** At most so many steps from the root; deeper frames count for the node where the tree is cut. */
  readonly maxDepth?: number | undefined;
}

/** Stacks that have figures of their own in a tree. */
export interface StackTreeSide {
  readonly usages: readonly StackUsage[];
  /** The frame that stands for one of these stacks in the tree; by default it itself. What it gives for one frame is always the same object. */
  readonly shown?: (frame: Frame) => Frame;
}

/** Stacks as a tree. */
export interface StackTree {
  readonly view: CallTreeView;
  /** What siblings are sorted by, the largest first. */
  readonly unit: Unit;
  /** Each label once; frame 0 is the root's. */
  readonly frames: readonly Frame[];
  readonly structure: TreeStructure;
  /** What each side has of the nodes. */
  readonly sides: readonly NodeFigures[];
}

/** The frame of the root that holds everything; no function can have this name. */
const ROOT = pseudoFrame('(all)');
/** What stands for stacks without frames: the runtime itself allocated, or the digest has put them together. */
export const OTHER = pseudoFrame(OTHER_LABEL);
/** What stands for a stack of which every frame is hidden. */
const HIDDEN = pseudoFrame('(hidden)');

/**
 * The stacks of one or several sides as one tree. What the options say of time, kind and age has been heeded already.
 * @param shownSides so many sides make the tree, the others only have figures in its nodes, see {@link TreeBuilder}
 * @throws RangeError for options that there cannot be.
 */
export function stackTree(
  sides: readonly StackTreeSide[],
  options: StackTreeOptions,
  shownSides = sides.length,
): StackTree {
  const { metric = 'live', inspect, maxDepth = Number.POSITIVE_INFINITY } = options;
  if (!(maxDepth >= 1)) {
    throw new RangeError(`The greatest depth must be 1 frame or more, but is ${maxDepth}.`);
  }
  const { unit } = meaningOf(metric);
  const view = viewOf(options);
  const isMiddle = inspect === undefined ? undefined : middleMatcher(inspect, sides);
  const { isInFocus, shape } = stackShaper(options);
  const builder = new TreeBuilder(maxDepth, sides.length, shownSides);
  let root = isMiddle ? undefined : ROOT;
  for (const [side, { usages, shown = itself }] of sides.entries()) {
    const shapeShown = (frames: Trace) => shape(frames).map(shown);
    for (const usage of usages) {
      const { frames } = usage;
      if (!isInFocus(frames)) continue;
      if (isMiddle) {
        const middle = frames.findIndex(isMiddle);
        if (middle < 0) continue;
        const frame = shown(frames[middle]!);
        if (side < shownSides) {
          root = root === undefined ? frame : inCommon(root, frame, inspect!);
        }
        const called = shapeShown(frames.slice(middle + 1));
        builder.add(usage, { called, callers: shapeShown(frames.slice(0, middle)) }, side);
      } else {
        const path = shownFrames(frames, shapeShown);
        builder.add(usage, view === 'hotspots' ? { callers: path } : { called: path }, side);
      }
    }
  }
  return { view, unit, ...builder.build(root ?? pseudoFrame(String(inspect)), unit) };
}

function itself(frame: Frame): Frame {
  return frame;
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
  sides: readonly StackTreeSide[],
): (frame: Frame) => boolean {
  const isNamed = (frame: Frame) => frame.functionName === pattern;
  const isName = sides.some(({ usages }) => usages.some(({ frames }) => frames.some(isNamed)));
  return isName ? isNamed : frameMatcher(pattern);
}

function viewOf({ view = 'overview', inspect }: StackTreeOptions): CallTreeView {
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

function pseudoFrame(functionName: string): Frame {
  return { functionName, file: '', line: 0, column: 0 };
}
