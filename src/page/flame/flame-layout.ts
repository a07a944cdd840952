/** A tree in columns, as `TreeNodes` has them: each node before its children, right after it its first child with all below it. */
export interface FlameNodes {
  readonly count: number;
  /** -1 for node 0, the root. */
  readonly parents: Int32Array;
  /** Steps from the root; negative ones are those of another side. */
  readonly depths: Int32Array;
}

/** Where the boxes of a flame graph are. Plain data, which can be made in a worker thread. Element n of a column is node n's. */
export interface FlameLayout {
  readonly count: number;
  /** -1 for the root. */
  readonly parents: Int32Array;
  /** The node after the last one below a node. */
  readonly ends: Int32Array;
  /** From 0, the uppermost. */
  readonly rows: Int32Array;
  readonly rootRow: number;
  /** Left edges; the root reaches from 0 to 1. */
  readonly starts: Float64Array;
  /** In the root's widths. */
  readonly widths: Float64Array;
  /** Nodes by row, from left to right in each. */
  readonly rowNodes: Uint32Array;
  /** Where each row begins in `rowNodes`; one more than there are rows, the last is the end. */
  readonly rowStarts: Uint32Array;
}

/**
 * Lays out a tree, in a time that grows with the number of its nodes alone.
 * @param amounts widths of nodes, in any unit; children take no more than their parent, on each side
 * @param way `down`: nodes of negative depth lie above the root, the others below it; `up`: the other way around, so that a tree
 * of callers alone hangs from its root
 */
export function layOutFlame(
  { count, parents, depths }: FlameNodes,
  amounts: Float64Array,
  way: 'down' | 'up' = 'down',
): FlameLayout {
  const sign = way === 'down' ? 1 : -1;
  let [top, bottom] = [0, 0];
  for (let node = 0; node < count; node++) {
    const row = depths[node]! * sign;
    if (row < top) top = row;
    if (row > bottom) bottom = row;
  }
  const rows = new Int32Array(count);
  const rowStarts = new Uint32Array(bottom - top + 2);
  for (let node = 0; node < count; node++) {
    rows[node] = depths[node]! * sign - top;
    rowStarts[rows[node]! + 1]! += 1;
  }
  for (let row = 1; row < rowStarts.length; row++) rowStarts[row]! += rowStarts[row - 1]!;
  const starts = new Float64Array(count);
  const widths = new Float64Array(count);
  const rowNodes = new Uint32Array(count);
  const next = rowStarts.slice();
  const scale = amounts[0]! > 0 ? 1 / amounts[0]! : 0;
  /** Where the next child of a node begins: below the root's row, and above it. */
  const [below, above] = [new Float64Array(count), new Float64Array(count)];
  for (let node = 0; node < count; node++) {
    const free = rows[node]! > -top ? below : above;
    const parent = parents[node]!;
    const start = node === 0 ? 0 : free[parent]!;
    widths[node] = amounts[node]! * scale;
    if (node > 0) free[parent] = start + widths[node]!;
    starts[node] = start;
    below[node] = start;
    above[node] = start;
    // A node's place among those of its row is that from the left: parents are, and children follow them.
    rowNodes[next[rows[node]!]!++] = node;
  }
  return {
    count,
    parents,
    ends: endsOf(count, parents),
    rows,
    rootRow: -top,
    starts,
    widths,
    rowNodes,
    rowStarts,
  };
}

function endsOf(count: number, parents: Int32Array): Int32Array {
  const ends = new Int32Array(count);
  for (let node = count - 1; node >= 0; node--) {
    if (ends[node] === 0) ends[node] = node + 1;
    const parent = parents[node]!;
    if (parent >= 0 && ends[parent]! < ends[node]!) ends[parent] = ends[node]!;
  }
  return ends;
}

/** A part of the graph's width, in the root's widths. */
export interface FlamePart {
  readonly from: number;
  readonly width: number;
}

/** The part that a node takes. */
export function partOf({ starts, widths }: FlameLayout, node: number): FlamePart {
  return { from: starts[node]!, width: widths[node]! };
}

/** The first place in `rowNodes`, from `first` up to `end`, of a node that ends after `position`; `end` where there is none. */
export function firstEndingAfter(
  { rowNodes, starts, widths }: FlameLayout,
  row: { readonly first: number; readonly end: number },
  position: number,
): number {
  let { first, end } = row;
  while (first < end) {
    const middle = (first + end) >>> 1;
    const node = rowNodes[middle]!;
    if (starts[node]! + widths[node]! > position) end = middle;
    else first = middle + 1;
  }
  return first;
}

/** The places of a row in `rowNodes`; none of a row that there is not. */
export function placesOf(
  { rowStarts }: FlameLayout,
  row: number,
): { readonly first: number; readonly end: number } {
  return { first: rowStarts[row] ?? 0, end: rowStarts[row + 1] ?? rowStarts[row] ?? 0 };
}

/** The node at a place; undefined where there is none. */
export function nodeAt(layout: FlameLayout, row: number, position: number): number | undefined {
  const places = placesOf(layout, row);
  const place = firstEndingAfter(layout, places, position);
  if (place >= places.end) return undefined;
  const node = layout.rowNodes[place]!;
  return layout.starts[node]! <= position ? node : undefined;
}

/** The children of a node: below it, or for the root also above it; at most so many. */
export function childrenOf(
  { ends }: FlameLayout,
  node: number,
  most = Number.POSITIVE_INFINITY,
): number[] {
  const children: number[] = [];
  for (let child = node + 1; child < ends[node]! && children.length < most; child = ends[child]!) {
    children.push(child);
  }
  return children;
}

/** The nodes from the root to this one. */
export function pathTo({ parents }: FlameLayout, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at >= 0; at = parents[at]!) path.push(at);
  return path.reverse();
}

/** The rows that there is something in for a person who looks at a node: those of its path, and those with wide enough nodes below it. */
export function rowsBelow(
  { ends, rows, rootRow, widths }: FlameLayout,
  node: number,
  leastWidth: number,
): { readonly first: number; readonly last: number } {
  let first = Math.min(rootRow, rows[node]!);
  let last = Math.max(rootRow, rows[node]!);
  for (let each = node; each < ends[node]!; ) {
    // What lies below a narrow node is no wider.
    if (widths[each]! < leastWidth) {
      each = ends[each]!;
      continue;
    }
    if (rows[each]! < first) first = rows[each]!;
    else if (rows[each]! > last) last = rows[each]!;
    each += 1;
  }
  return { first, last };
}

/** Where an arrow key leads from a node: towards the root, away from it, or to a sibling. The node itself where there is nothing. */
export function nodeInDirection(
  layout: FlameLayout,
  node: number,
  direction: 'up' | 'down' | 'left' | 'right',
): number {
  const { parents, ends, rows, rootRow } = layout;
  const parent = parents[node]!;
  const row = rows[node]!;
  if (direction === 'up' || direction === 'down') {
    const step = direction === 'down' ? 1 : -1;
    if (node !== 0 && (row - rootRow) * step < 0) return parent;
    return childrenOf(layout, node).find((child) => rows[child] === row + step) ?? node;
  }
  if (direction === 'right') {
    const next = ends[node]!;
    return parent >= 0 && next < ends[parent]! && rows[next] === row ? next : node;
  }
  if (parent < 0) return node;
  let before = node;
  for (let each = parent + 1; each < node; each = ends[each]!)
    if (rows[each] === row) before = each;
  return before;
}
