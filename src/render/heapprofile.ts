import type { CallTree } from '../analysis/call-tree/call-tree.js';
import { Interned } from './interned.js';
import { safeJson } from './sanitize.js';

/**
 * An overview as JSON in pieces: a `SamplingHeapProfile` of Chrome's DevTools protocol, which opens as a `.heapprofile`
 * (https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/): a tree of nodes, and a sample for each that allocated itself.
 * A frame is a function at a line, the line that calls or allocates and not that of the function's beginning; lines and columns count
 * from 0. DevTools know functions apart by name, script and place, so that each file is a script of its own.
 */
export function* heapProfileJson({ nodes, frames }: CallTree): Generator<string> {
  const scripts = new Interned<string>();
  const callFrames = frames.map(({ functionName, file, line, column }, index) =>
    safeJson({
      // The protocol's own name of the head.
      functionName: index === 0 ? '(root)' : functionName,
      scriptId: String(scripts.indexOf(file, () => file)),
      url: file,
      lineNumber: line - 1,
      columnNumber: column - 1,
    }),
  );
  const sizeOf = (node: number) => Math.round(nodes.localBytes[node]!);
  yield '{"head":';
  for (let node = 0; node < nodes.count; node++) {
    const depth = nodes.depths[node]!;
    // Nodes come with all below them, so that those between the last one and this one are at their ends.
    const ended = node === 0 ? 0 : nodes.depths[node - 1]! - depth + 1;
    if (ended > 0) yield `${']}'.repeat(ended)},`;
    yield `{"callFrame":${callFrames[nodes.frames[node]!]},"selfSize":${sizeOf(node)},"id":${node + 1},"children":[`;
  }
  yield `${']}'.repeat(nodes.depths[nodes.count - 1]! + 1)},"samples":[`;
  let ordinal = 0;
  for (let node = 0; node < nodes.count; node++) {
    const size = sizeOf(node);
    if (size === 0) continue;
    ordinal++;
    yield `${ordinal > 1 ? ',' : ''}{"size":${size},"nodeId":${node + 1},"ordinal":${ordinal}}`;
  }
  yield ']}';
}
