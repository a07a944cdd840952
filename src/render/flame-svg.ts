import type { CallTree } from '../analysis/call-tree/call-tree.js';
import { frameLabel } from '../analysis/frame-label.js';
import { pathOf } from '../analysis/location.js';
import { type FrameOrigin, originOf } from '../analysis/package-name.js';
import type { Frame } from '../model/frame.js';
import { callTreeLegend, callTreeTitle, objectsText } from './call-tree-title.js';
import { shortFrameText } from './frame-text.js';
import { escapeMarkup } from './markup.js';
import { formatEstimate, formatShare } from './numbers.js';
import { sanitize } from './sanitize.js';

/** Pixels. */
const WIDTH = 1200;
const MARGIN = 12;
const HEAD_HEIGHT = 78;
const ROW_HEIGHT = 18;
/** A narrower box can neither be seen nor pointed at. */
const MIN_WIDTH = 0.4;
/** A narrower box has no text. */
const MIN_TEXT_WIDTH = 24;
const TEXT_INSET = 3;
/** Of most text in a sans-serif font of 11 px; boxes clip what is wider. */
const CHARACTER_WIDTH = 6.6;

/** A whole label in a tooltip may be long, but no book. */
const TOOLTIP_CHARACTERS = 300;

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
 * needs; and in their dark shades for readers who prefer a dark page. What draws PNG pictures knows the light ones only.
 */
const STYLE = `
text{font:11px "DejaVu Sans",Verdana,Arial,sans-serif;fill:#1a1a1a}
.title{font-size:15px;font-weight:bold}
.faint{fill:#595959}
.page{fill:#ffffff}
.program{fill:#f3bd6b}
.dependency{fill:#93cdf0}
.node{fill:#cfcfcf}
.none{fill:#e8e8e8}
.box:hover rect,.middle{stroke:#1a1a1a}
@media (prefers-color-scheme:dark){
text{fill:#f2f2f2}
.faint{fill:#b0b0b0}
.page{fill:#1c1c1c}
.program{fill:#8c5600}
.dependency{fill:#14608f}
.node{fill:#565656}
.none{fill:#3a3a3a}
.box:hover rect,.middle{stroke:#f2f2f2}
}`;

/** Texts of a flame graph. */
export interface FlameTexts {
  /** What was recorded. */
  readonly title: string;
  /** The recorded program's working directory: paths are relative to it where they lie within. */
  readonly cwd: string | undefined;
}

/** A box of the graph. */
interface Box {
  readonly node: number;
  /** Pixels from the left of the root's box. */
  readonly x: number;
  readonly width: number;
}

/**
 * A call tree as a flame graph, a picture in SVG that needs nothing else: boxes as wide as the memory that comes through a frame, what
 * it calls above it, its callers below it, so that all three views read in the same way. Pointing at a box shows its figures.
 */
export function flameSvg(tree: CallTree, { title, cwd }: FlameTexts): string {
  const boxes = layOut(tree);
  const depths = boxes.map(({ node }) => tree.nodes.depths[node]!);
  const top = depths.reduce((most, depth) => Math.max(most, depth), 0);
  const bottom = depths.reduce((least, depth) => Math.min(least, depth), 0);
  const height = HEAD_HEIGHT + (top - bottom + 1) * ROW_HEIGHT + MARGIN;
  const rowOf = (node: number) => HEAD_HEIGHT + (top - tree.nodes.depths[node]!) * ROW_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escapeLines(`${title}: ${callTreeTitle(tree)}`)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="${MARGIN}" y="24">${escapeLines(title)}</text>`,
    `<text x="${MARGIN}" y="43">${escapeLines(callTreeTitle(tree))}</text>`,
    `<text class="faint" x="${MARGIN}" y="61">${escapeLines(callTreeLegend(tree))}</text>`,
    ...legend(),
    ...boxes.map((box) => boxSvg(tree, box, rowOf(box.node), cwd)),
    '</svg>\n',
  ].join('\n');
}

/** The boxes that are wide enough to be seen. */
function layOut({ nodes, unit }: CallTree): Box[] {
  const amounts = nodes[unit];
  const scale = amounts[0]! > 0 ? (WIDTH - 2 * MARGIN) / amounts[0]! : 0;
  const boxes: Box[] = [{ node: 0, x: 0, width: WIDTH - 2 * MARGIN }];
  /** Where the next child of a node begins, on each side. */
  const nextCalled = new Float64Array(nodes.count);
  const nextCaller = new Float64Array(nodes.count);
  for (let node = 1; node < nodes.count; node++) {
    const next = nodes.depths[node]! > 0 ? nextCalled : nextCaller;
    const parent = nodes.parents[node]!;
    const x = next[parent]!;
    const width = amounts[node]! * scale;
    next[parent] = x + width;
    nextCalled[node] = x;
    nextCaller[node] = x;
    if (width >= MIN_WIDTH) boxes.push({ node, x, width });
  }
  return boxes;
}

function boxSvg(tree: CallTree, box: Box, y: number, cwd: string | undefined): string {
  const frame = tree.frames[tree.nodes.frames[box.node]!]!;
  // A gap on the right tells neighbours apart.
  const width = round(Math.max(box.width - 0.5, MIN_WIDTH / 2));
  const height = ROW_HEIGHT - 1;
  const text =
    box.width < MIN_TEXT_WIDTH
      ? ''
      : `<text x="${TEXT_INSET}" y="12.5">${escapeLines(textThatFits(frame, box.width, cwd))}</text>`;
  const isMiddle = tree.view === 'inspect' && box.node === 0;
  // An inner picture clips its text.
  return (
    `<g class="box"><title>${escapeLines(tooltip(tree, box.node, frame, cwd))}</title>` +
    `<svg x="${round(MARGIN + box.x)}" y="${y}" width="${width}" height="${height}">` +
    `<rect class="${classOf(frame)}${isMiddle ? ' middle' : ''}" width="${width}" height="${height}"/>${text}</svg></g>`
  );
}

/** The label; without folders, or without file and line, where there is less room; and in the end as much of the name's beginning as fits. */
function textThatFits(frame: Frame, width: number, cwd: string | undefined): string {
  const room = Math.floor((width - 2 * TEXT_INSET) / CHARACTER_WIDTH);
  const whole = shortFrameText(frame, cwd, TOOLTIP_CHARACTERS);
  const file = pathOf(frame.file).split(/[/\\]/).at(-1)!;
  const short = sanitize(frameLabel({ ...frame, file }));
  const name = frame.functionName === '' ? short : sanitize(frame.functionName);
  const fitting = [whole, short, name].find((text) => text.length <= room);
  return fitting ?? `${[...name].slice(0, room - 1).join('')}…`;
}

function tooltip(tree: CallTree, node: number, frame: Frame, cwd: string | undefined): string {
  const { nodes, unit, total } = tree;
  const share = total[unit] > 0 ? nodes[unit][node]! / total[unit] : 0;
  const local = formatEstimate(nodes.localBytes[node]!, nodes.localBytesErrors[node]!);
  return [
    shortFrameText(frame, cwd, TOOLTIP_CHARACTERS),
    `${formatShare(share)}: ${formatEstimate(nodes.bytes[node]!, nodes.bytesErrors[node]!)}, ${objectsText(nodes.objects[node]!)}`,
    ...(nodes.localBytes[node]! > 0 ? [`of this, local: ${local}`] : []),
  ].join('\n');
}

function legend(): string[] {
  const step = 120;
  const start = WIDTH - MARGIN - LEGEND.length * step;
  return LEGEND.map(([name, text], k) => {
    const x = start + k * step;
    return `<rect class="${name}" x="${x}" y="14" width="12" height="12"/><text x="${x + 17}" y="24">${text}</text>`;
  });
}

function classOf(frame: Frame): BoxClass {
  const isPseudo = frame.file === '' && PSEUDO_NAME.test(frame.functionName);
  return isPseudo ? 'none' : originOf(frame);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** Line by line: a tooltip has several. */
function escapeLines(text: string): string {
  return text.split('\n').map(escapeMarkup).join('\n');
}
