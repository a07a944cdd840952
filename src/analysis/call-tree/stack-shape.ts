import type { Frame, Trace } from '../../model/frame.js';
import { originOf, packageFolder } from '../package-name.js';
import { anyFrameMatcher, type FramePattern } from './frame-pattern.js';

/** How stacks are changed before they are put together. */
export interface ShapeOptions {
  /** Frames that are left out; what they used is their caller's. */
  readonly hide?: readonly FramePattern[] | undefined;
  /** Only stacks that have one of these frames. */
  readonly focus?: readonly FramePattern[] | undefined;
  /** Whether neighbouring frames of one package, or of Node.js, are put together as one. */
  readonly collapseDependencies?: boolean | undefined;
}

/** What stands for the frames of Node.js and V8 where they are put together. */
const NODE_FRAME: Frame = { functionName: '(node)', file: '', line: 0, column: 0 };

/** What becomes of stacks. */
export interface StackShaper {
  /** Whether a stack is among those that were asked for. */
  isInFocus(frames: Trace): boolean;
  /** A stack, or a part of one, as it is shown; it can be empty. */
  shape(frames: Trace): Trace;
}

/** What becomes of stacks by these options. */
export function stackShaper({ hide, focus, collapseDependencies }: ShapeOptions): StackShaper {
  const isHidden = anyFrameMatcher(hide);
  const isFocused = anyFrameMatcher(focus);
  const runs = new Runs();
  return {
    isInFocus: (frames) => isFocused === undefined || frames.some(isFocused),
    shape: (frames) => {
      const shown = isHidden ? frames.filter((frame) => !isHidden(frame)) : frames;
      return collapseDependencies ? collapsed(shown, runs) : shown;
    },
  };
}

/** A frame for each run of frames of one package: its file is the package's folder, and it has neither function nor line. */
function collapsed(frames: Trace, runs: Runs): Trace {
  const result: Frame[] = [];
  let before: Frame | undefined;
  for (const frame of frames) {
    const run = runs.of(frame);
    if (run !== undefined && run === before) continue;
    before = run;
    result.push(run ?? frame);
  }
  return result;
}

/** What stands for a frame that is put together with its neighbours: the same object for all of one package. Each frame is looked at once. */
class Runs {
  readonly #ofFrames = new Map<Frame, Frame | undefined>();
  readonly #ofFolders = new Map<string, Frame>();

  /** Undefined for a frame of the program's own. */
  of(frame: Frame): Frame | undefined {
    if (this.#ofFrames.has(frame)) return this.#ofFrames.get(frame);
    const run = originOf(frame) === 'node' ? NODE_FRAME : this.#ofFolder(packageFolder(frame));
    this.#ofFrames.set(frame, run);
    return run;
  }

  #ofFolder(folder: string | undefined): Frame | undefined {
    if (folder === undefined) return undefined;
    const known = this.#ofFolders.get(folder);
    if (known !== undefined) return known;
    const run: Frame = { functionName: '', file: folder, line: 0, column: 0 };
    this.#ofFolders.set(folder, run);
    return run;
  }
}
