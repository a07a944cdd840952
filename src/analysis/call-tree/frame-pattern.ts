import type { Frame } from '../../model/frame.js';
import { frameLabel } from '../frame-label.js';
import { pathOf } from '../location.js';

/**
 * Which frames are meant. A text means those whose label, `function (file:line)`, contains it; where it is such a label itself, its file may
 * be the end of a path, as tables print it. A regular expression is searched for in the label.
 */
export type FramePattern = string | RegExp;

/** `function (file:line)` as a table prints it. */
const PRINTED_LABEL = /^(.+) \((.+)\)$/s;

/** A test for frames that a pattern means. */
export function frameMatcher(pattern: FramePattern): (frame: Frame) => boolean {
  if (pattern instanceof RegExp) return (frame) => frameLabel(frame).search(pattern) >= 0;
  const [, functionName, ending] = PRINTED_LABEL.exec(pattern) ?? [];
  return (frame) =>
    frameLabel(frame).includes(pattern) ||
    (ending !== undefined &&
      frame.functionName === functionName &&
      `${pathOf(frame.file)}:${frame.line}`.endsWith(`/${ending}`));
}

/** A test for frames that any of the patterns means; undefined where there is none. Each frame, as an object, is looked at once. */
export function anyFrameMatcher(
  patterns: readonly FramePattern[] = [],
): ((frame: Frame) => boolean) | undefined {
  if (patterns.length === 0) return undefined;
  const matchers = patterns.map(frameMatcher);
  const known = new Map<Frame, boolean>();
  return (frame) => {
    let isMeant = known.get(frame);
    if (isMeant === undefined) {
      isMeant = matchers.some((matches) => matches(frame));
      known.set(frame, isMeant);
    }
    return isMeant;
  };
}
