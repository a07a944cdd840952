import { useMemo, useState } from 'preact/hooks';
import type { FramesOfNodes } from './frame-texts.js';
import { nodeOfKey, pathKey } from './path-key.js';

/**
 * The node of a tree that a person has chosen. In a newer tree it is the one of the same path, as far as there is one.
 * @param zoomed is chosen until another is, and where there is no such path any more
 * @returns the node, and what chooses another
 */
export function useChosenNode(
  tree: FramesOfNodes,
  zoomed: number,
): [chosen: number, choose: (node: number) => void] {
  const [choice, setChoice] = useState<{ tree: FramesOfNodes; node: number; key: string }>();
  const chosen = useMemo(() => {
    if (choice === undefined) return zoomed;
    return choice.tree === tree ? choice.node : nodeOfKey(tree, choice.key) || zoomed;
  }, [tree, choice, zoomed]);
  return [chosen, (node) => setChoice({ tree, node, key: pathKey(tree, node) })];
}
