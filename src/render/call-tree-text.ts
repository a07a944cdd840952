import type { CallTree } from '../analysis/call-tree/call-tree.js';
import { callTreeLegend, callTreeTitle } from './call-tree-title.js';
import { shortFrameText } from './frame-text.js';
import { formatCount, formatCountEstimate, formatEstimate, formatShare } from './numbers.js';
import { sanitize } from './sanitize.js';
import { tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

/** What is before a frame's name is never longer: the deepest branches lose their outer lines. */
const MAX_INDENT = 40;

/** Of a run of frames that each have the next as their only child, so many are shown at either end. */
const RUN_ENDS = 2;

/** A line of the table: a frame, or how many frames of a run are passed over. */
type Row =
  | { readonly node: number; readonly indent: string }
  | { readonly skipped: number; readonly indent: string };

/**
 * A call tree as lines for a person, a frame each, with its share of all memory. Lines are indented where the tree branches only:
 * a frame right below another one is its only child, and long runs of these lose their middle. Callers have an arrow.
 * @param threshold frames with a smaller share are counted, not listed; from 0 to 1. With 0 runs are whole
 * @param cwd the recorded program's working directory; paths are relative to it where they lie within
 */
export function callTreeText(
  tree: CallTree,
  threshold: number,
  cwd: string | undefined,
  style: TextStyle,
): string[] {
  const { nodes, frames, unit, total } = tree;
  const { faint, bold } = colorsOf(style);
  const shareOf = (node: number) => (total[unit] > 0 ? nodes[unit][node]! / total[unit] : 0);
  const listed = Array.from({ length: nodes.count }, (_, node) => node).filter(
    // Of the root there is always a line.
    (node) => node === 0 || shareOf(node) >= threshold,
  );
  const rows = rowsOf(tree, listed, threshold > 0);
  const cells = (textOf: (node: number) => string) =>
    rows.map((row) => ('node' in row ? textOf(row.node) : ''));
  const [header, ...lines] = tableLines(
    [
      { header: 'Share', cells: cells((node) => formatShare(shareOf(node))) },
      {
        header: 'Bytes',
        cells: cells((node) => formatEstimate(nodes.bytes[node]!, nodes.bytesErrors[node]!)),
      },
      {
        header: 'Objects',
        cells: cells((node) =>
          formatCountEstimate(nodes.objects[node]!, nodes.objectsErrors[node]!),
        ),
      },
      {
        header: 'Local',
        cells: cells((node) =>
          nodes.localBytes[node]! > 0
            ? formatEstimate(nodes.localBytes[node]!, nodes.localBytesErrors[node]!)
            : '',
        ),
      },
    ],
    {
      header: 'Frame',
      textOf: (index, width) => {
        const row = rows[index]!;
        if ('skipped' in row) return `${row.indent}⋮ ${formatCount(row.skipped)} frames`;
        const start = row.indent + (nodes.depths[row.node]! < 0 ? '← ' : '');
        return start + shortFrameText(frames[nodes.frames[row.node]!]!, cwd, width - start.length);
      },
    },
    style.width,
  );
  return [
    callTreeTitle(tree),
    sanitize(callTreeLegend(tree)),
    '',
    bold(header!),
    ...lines,
    ...unlistedLine(nodes.count - listed.length, threshold).map(faint),
  ];
}

function unlistedLine(count: number, threshold: number): string[] {
  if (count === 0) return [];
  const frames = count === 1 ? '1 frame' : `${formatCount(count)} frames`;
  return [`${frames} below ${formatShare(threshold)} not shown (--threshold)`];
}

/** The lines for the listed nodes, which come in the order of the tree. */
function rowsOf({ nodes }: CallTree, listed: readonly number[], foldRuns: boolean): Row[] {
  const childCounts = new Map<number, number>();
  for (const node of listed) {
    const parent = nodes.parents[node]!;
    childCounts.set(parent, (childCounts.get(parent) ?? 0) + 1);
  }
  const childrenSeen = new Map<number, number>();
  /** What stands before the children of a node. */
  const below = new Map<number, string>([[-1, '']]);
  const rows: Row[] = [];
  /** The end of the rows that are a run: each but the first is the only child of the one before. */
  let run: Row[] = [];
  const endRun = () => {
    const skipped = run.length - 2 * RUN_ENDS;
    if (foldRuns && skipped > 1) {
      run.splice(RUN_ENDS, skipped, { skipped, indent: run[RUN_ENDS]!.indent });
    }
    rows.push(...run);
  };
  for (const node of listed) {
    const parent = nodes.parents[node]!;
    const before = below.get(parent)!;
    const count = childCounts.get(parent)!;
    const seen = (childrenSeen.get(parent) ?? 0) + 1;
    childrenSeen.set(parent, seen);
    const [mark, rest] = count === 1 ? ['', ''] : seen < count ? ['├ ', '│ '] : ['└ ', '  '];
    below.set(node, (before + rest).slice(-MAX_INDENT));
    const row = { node, indent: (before + mark).slice(-MAX_INDENT) };
    if (count === 1) {
      run.push(row);
    } else {
      endRun();
      run = [row];
    }
  }
  endRun();
  return rows;
}
