import type { CallTree } from '../../analysis/call-tree/call-tree.js';
import { frameMatcher } from '../../analysis/call-tree/frame-pattern.js';
import { parseFramePattern } from '../../analysis/call-tree/pattern-text.js';
import { matchesOf } from '../../analysis/call-tree/tree-search.js';
import { formatCount, formatShare } from '../../render/numbers.js';

/** What a search has found. */
export interface FlameSearch {
  /** By frame: 1 where it matches. */
  readonly isMatch: Uint8Array;
  /** `12.3 % in 5 frames`. */
  readonly text: string;
}

/**
 * Searches a tree for a pattern, as `parseFramePattern` reads it.
 * @returns undefined where nothing is looked for; the sentence of an error
 */
export function searchTree(tree: CallTree, pattern: string): FlameSearch | string | undefined {
  if (pattern === '') return undefined;
  let matches: ReturnType<typeof frameMatcher>;
  try {
    matches = frameMatcher(parseFramePattern(pattern));
  } catch (error) {
    return `${(error as Error).message}.`;
  }
  const isMatch = Uint8Array.from(tree.frames, (frame) => (matches(frame) ? 1 : 0));
  const { frames, share, callersShare } = matchesOf(tree, isMatch);
  const shares =
    tree.view === 'inspect'
      ? `${formatShare(share)} below, ${formatShare(callersShare)} above,`
      : formatShare(share);
  return {
    isMatch,
    text: `${shares} in ${formatCount(frames)} ${frames === 1 ? 'frame' : 'frames'}`,
  };
}
