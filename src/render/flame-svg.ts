import type { CallTree } from '../analysis/call-tree/call-tree.js';
import { type FrameOrigin, originOf } from '../analysis/package-name.js';
import type { Frame } from '../model/frame.js';
import { callTreeLegend, callTreeTitle, objectsText } from './call-tree-title.js';
import { drawFlames, FLAME_MARGIN, FLAME_WIDTH } from './flame-boxes.js';
import { formatEstimate, formatShare } from './numbers.js';

/** Frames that stand for no code. */
const PSEUDO_NAME = /^\((?:all|other|hidden)\)$/;

/** What a box's colour says. */
type BoxClass = FrameOrigin | 'none';

const LEGEND: readonly (readonly [BoxClass, string])[] = [
  ['program', 'the program'],
  ['dependency', 'dependencies'],
  ['node', 'Node.js'],
];

/**
 * Okabe and Ito's orange, sky blue and grey, which people with any kind of colour vision can tell apart, as light as text on them
 * needs; and in their dark shades for readers who prefer a dark page.
 */
const STYLE = `
.program{fill:#f3bd6b}
.dependency{fill:#93cdf0}
.node{fill:#cfcfcf}
.none{fill:#e8e8e8}
@media (prefers-color-scheme:dark){
.program{fill:#8c5600}
.dependency{fill:#14608f}
.node{fill:#565656}
.none{fill:#3a3a3a}
}`;

/** Texts of a flame graph. */
export interface FlameTexts {
  /** What was recorded. */
  readonly title: string;
  /** The recorded program's working directory: paths are relative to it where they lie within. */
  readonly cwd: string | undefined;
}

/**
 * A call tree as a flame graph, a picture in SVG that needs nothing else: boxes as wide as the memory that comes through a frame, what
 * it calls above it, its callers below it, so that all three views read in the same way. Pointing at a box shows its figures.
 */
export function flameSvg(tree: CallTree, { title, cwd }: FlameTexts): string {
  const { nodes, frames, unit } = tree;
  return drawFlames({
    structure: nodes,
    frames,
    amounts: nodes[unit],
    title,
    subtitles: [callTreeTitle(tree)],
    hint: callTreeLegend(tree),
    legend: legend(),
    legendLines: 0,
    style: STYLE,
    cwd,
    classOf: (node) => {
      const isMiddle = tree.view === 'inspect' && node === 0;
      return classOf(frames[nodes.frames[node]!]!) + (isMiddle ? ' middle' : '');
    },
    tooltipOf: (node) => tooltip(tree, node),
  });
}

function tooltip({ nodes, unit, total }: CallTree, node: number): string[] {
  const share = total[unit] > 0 ? nodes[unit][node]! / total[unit] : 0;
  const local = formatEstimate(nodes.localBytes[node]!, nodes.localBytesErrors[node]!);
  return [
    `${formatShare(share)}: ${formatEstimate(nodes.bytes[node]!, nodes.bytesErrors[node]!)}, ${objectsText(nodes.objects[node]!, nodes.objectsErrors[node]!)}`,
    ...(nodes.localBytes[node]! > 0 ? [`of this, local: ${local}`] : []),
  ];
}

function legend(): string[] {
  const step = 120;
  const start = FLAME_WIDTH - FLAME_MARGIN - LEGEND.length * step;
  return LEGEND.map(([name, text], k) => {
    const x = start + k * step;
    return `<rect class="${name}" x="${x}" y="14" width="12" height="12"/><text x="${x + 17}" y="24">${text}</text>`;
  });
}

function classOf(frame: Frame): BoxClass {
  const isPseudo = frame.file === '' && PSEUDO_NAME.test(frame.functionName);
  return isPseudo ? 'none' : originOf(frame);
}
