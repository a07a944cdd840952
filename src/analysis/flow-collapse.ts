import type { FlowEdge, FlowNode } from './flow-graph.js';

/** A node with less than this share of its cumulative bytes of its own only passes memory on. */
const PASSING_LOCAL = 0.01;

/** A callee that gets at least this share of its caller's cumulative bytes is as good as all there is. */
const PASSING_FLOW = 0.95;

/**
 * Makes one node of each chain in which every node but the last only passes memory on: it has next to nothing of its own, one
 * callee gets next to all, and that has no other caller. The node has the cumulative bytes of the chain's first frame, and
 * the local bytes of all.
 */
export function collapseChains(
  nodes: readonly FlowNode[],
  edges: readonly FlowEdge[],
): { nodes: FlowNode[]; edges: FlowEdge[] } {
  const next = nextInChain(nodes, edges);
  const inner = new Set(next.values());
  const kept: FlowNode[] = [];
  const positions = new Map<number, number>();
  for (let node = 0; node < nodes.length; node++) {
    if (inner.has(node)) continue;
    const chain = [node];
    for (let to = next.get(node); to !== undefined; to = next.get(to)) chain.push(to);
    for (const member of chain) positions.set(member, kept.length);
    kept.push(chain.length === 1 ? nodes[node]! : asOne(chain.map((member) => nodes[member]!)));
  }
  return {
    nodes: kept,
    edges: edges
      .filter(({ from, to }) => from === undefined || next.get(from) !== to)
      .map(({ from, to, ...rest }) => ({
        ...(from !== undefined && { from: positions.get(from)! }),
        to: positions.get(to)!,
        ...rest,
      })),
  };
}

/** The node that follows in a chain, by the node before it. A chain begins with a node that is reached otherwise, so none goes round. */
function nextInChain(
  nodes: readonly FlowNode[],
  edges: readonly FlowEdge[],
): ReadonlyMap<number, number> {
  const callees = new Map<number, FlowEdge[]>();
  const callers = new Map<number, number>();
  for (const edge of edges) {
    callers.set(edge.to, (callers.get(edge.to) ?? 0) + 1);
    if (edge.from === undefined) continue;
    const known = callees.get(edge.from);
    if (known) known.push(edge);
    else callees.set(edge.from, [edge]);
  }
  const next = new Map<number, number>();
  for (const [from, [edge, ...others]] of callees) {
    if (edge === undefined || others.length > 0 || callers.get(edge.to) !== 1) continue;
    const passesOn = nodes[from]!.usage.every(
      ({ localBytes, cumulativeBytes }, instant) =>
        localBytes <= PASSING_LOCAL * cumulativeBytes &&
        edge.flow[instant]!.bytes >= PASSING_FLOW * cumulativeBytes,
    );
    if (passesOn) next.set(from, edge.to);
  }
  return next;
}

function asOne(chain: readonly FlowNode[]): FlowNode {
  return {
    frames: chain.flatMap(({ frames }) => frames),
    usage: chain[0]!.usage.map(({ cumulativeBytes, cumulativeBytesError }, instant) => ({
      localBytes: chain.reduce((sum, { usage }) => sum + usage[instant]!.localBytes, 0),
      localBytesError: Math.hypot(...chain.map(({ usage }) => usage[instant]!.localBytesError)),
      cumulativeBytes,
      cumulativeBytesError,
    })),
  };
}
