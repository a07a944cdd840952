import type { FlowEdge, FlowInstant, FlowNode } from './flow-graph.js';

/**
 * The edges that have a share of their caller's cumulative bytes at some instant (of all live bytes, where traces begin),
 * and as many others that every node can be reached: the largest into each node, and those by which a recursion is entered.
 * @param edges the largest first; the result is so too
 */
export function keptEdges(
  edges: readonly FlowEdge[],
  nodes: readonly FlowNode[],
  instants: readonly FlowInstant[],
  minShare: number,
): FlowEdge[] {
  const entered = new Set<number>();
  const isKept = edges.map((edge) => {
    const isLargest = !entered.has(edge.to);
    entered.add(edge.to);
    return isLargest || largestShare(edge, nodes, instants) >= minShare;
  });
  const reached = reachable(edges.filter((_, k) => isKept[k]));
  while (reached.size < nodes.length) {
    const next = edges.findIndex(
      ({ from, to }) => (from === undefined || reached.has(from)) && !reached.has(to),
    );
    // Every node is in a trace, and all edges of traces are here.
    isKept[next] = true;
    for (const node of reachable(edges.filter((_, k) => isKept[k]))) reached.add(node);
  }
  return edges.filter((_, k) => isKept[k]);
}

function largestShare(
  { from, flow }: FlowEdge,
  nodes: readonly FlowNode[],
  instants: readonly FlowInstant[],
): number {
  const shares = flow.map(({ bytes }, instant) => {
    const whole =
      from === undefined
        ? instants[instant]!.liveBytes
        : nodes[from]!.usage[instant]!.cumulativeBytes;
    return whole > 0 ? bytes / whole : 0;
  });
  return Math.max(...shares);
}

/** The nodes to which edges lead from where traces begin. */
function reachable(edges: readonly FlowEdge[]): Set<number> {
  const callees = new Map<number | undefined, number[]>();
  for (const { from, to } of edges) {
    const known = callees.get(from);
    if (known) known.push(to);
    else callees.set(from, [to]);
  }
  const reached = new Set<number>();
  const waiting = [...(callees.get(undefined) ?? [])];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    waiting.push(...(callees.get(node) ?? []));
  }
  return reached;
}
