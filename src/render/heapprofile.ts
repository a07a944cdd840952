import type { CallTree } from '../analysis/call-tree/call-tree.js';

/** A node of Chrome's sampling heap profile. */
interface HeapProfileNode {
  readonly callFrame: {
    readonly functionName: string;
    readonly scriptId: string;
    readonly url: string;
    /** Counts from 0. */
    readonly lineNumber: number;
    /** Counts from 0. */
    readonly columnNumber: number;
  };
  readonly selfSize: number;
  readonly id: number;
  readonly children: HeapProfileNode[];
}

/** What opens as a `.heapprofile` in Chrome's DevTools. */
export interface HeapProfile {
  readonly head: HeapProfileNode;
  readonly samples: readonly {
    readonly size: number;
    readonly nodeId: number;
    readonly ordinal: number;
  }[];
}

/**
 * An overview as a `SamplingHeapProfile` of Chrome's DevTools protocol
 * (https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/). A frame is a function at a line, the line that calls or allocates and not
 * that of the function's beginning. What a node allocated itself is one sample.
 */
export function heapProfile({ nodes, frames }: CallTree): HeapProfile {
  const made: HeapProfileNode[] = [];
  const samples: HeapProfile['samples'][number][] = [];
  for (let index = 0; index < nodes.count; index++) {
    const { functionName, file, line, column } = frames[nodes.frames[index]!]!;
    const size = Math.round(nodes.localBytes[index]!);
    const node: HeapProfileNode = {
      callFrame: {
        // The protocol's own name of the head.
        functionName: index === 0 ? '(root)' : functionName,
        scriptId: '0',
        url: file,
        lineNumber: line - 1,
        columnNumber: column - 1,
      },
      selfSize: size,
      id: index + 1,
      children: [],
    };
    made.push(node);
    if (index > 0) made[nodes.parents[index]!]!.children.push(node);
    if (size > 0) samples.push({ size, nodeId: node.id, ordinal: samples.length + 1 });
  }
  return { head: made[0]!, samples };
}
