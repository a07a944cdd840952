import type { TreeStructure } from '../analysis/call-tree/tree-builder.js';
import type { Frame } from '../model/frame.js';
import { boxTexts } from './frame-text.js';
import { escapeMarkup } from './markup.js';

/** Pixels. */
export const FLAME_WIDTH = 1200;
export const FLAME_MARGIN = 12;
/** From one line of text in the head to the next. */
const LINE_HEIGHT = 18;
const ROW_HEIGHT = 18;
/** A narrower box can neither be seen nor pointed at. */
const MIN_WIDTH = 0.4;
/** A narrower box has no text. */
const MIN_TEXT_WIDTH = 24;
const TEXT_INSET = 3;
const INNER_WIDTH = FLAME_WIDTH - 2 * FLAME_MARGIN;
/** Of most text in a sans-serif font of 11 px; boxes clip what is wider. */
const CHARACTER_WIDTH = 6.6;

/** A whole label in a tooltip may be long, but no book. */
const TOOLTIP_CHARACTERS = 300;

/** What flame graphs of every kind have. What draws PNG pictures knows the light colours only. */
const STYLE = `
text{font:11px "DejaVu Sans",Verdana,Arial,sans-serif;fill:#1a1a1a}
.title{font-size:15px;font-weight:bold}
.faint{fill:#595959}
.page{fill:#ffffff}
.box:hover rect,.middle{stroke:#1a1a1a}
@media (prefers-color-scheme:dark){
text{fill:#f2f2f2}
.faint{fill:#b0b0b0}
.page{fill:#1c1c1c}
.box:hover rect,.middle{stroke:#f2f2f2}
}`;

/** What is drawn: a tree, and how its boxes look. */
export interface FlameDrawing {
  readonly structure: TreeStructure;
  readonly frames: readonly Frame[];
  /** The width of each node, in any unit; those of children together are not above their parent's. */
  readonly amounts: ArrayLike<number>;
  /** Above the picture; on lines of its own are what it shows, and below that how it is to be read. */
  readonly title: string;
  readonly subtitles: readonly string[];
  readonly hint: string;
  /** Space above the title's end on the right, or below the hint, is for the legend: SVG, and the lines that it takes below the hint. */
  readonly legend: readonly string[];
  readonly legendLines: number;
  /** CSS of the classes that boxes have. */
  readonly style: string;
  /** Paths are relative to this folder where they lie within. */
  readonly cwd: string | undefined;
  classOf(node: number): string;
  /** What is said of a node when it is pointed at, below its name. */
  tooltipOf(node: number): readonly string[];
}

/** A box of the graph. */
interface Box {
  readonly node: number;
  /** Pixels from the left of the root's box. */
  readonly x: number;
  readonly width: number;
}

/** The baseline of a line of the head below the title; counts from 1. */
export function flameLineY(line: number): number {
  return 25 + line * LINE_HEIGHT;
}

/** A picture in SVG that needs nothing else: what a frame calls above it, its callers below it. */
export function drawFlames(drawing: FlameDrawing): string {
  const { structure, title, subtitles, hint, legend } = drawing;
  const boxes = layOut(drawing);
  const depths = boxes.map(({ node }) => structure.depths[node]!);
  const top = depths.reduce((most, depth) => Math.max(most, depth), 0);
  const bottom = depths.reduce((least, depth) => Math.min(least, depth), 0);
  const hintLine = subtitles.length + 1;
  const headHeight = flameLineY(hintLine + drawing.legendLines) + 17;
  const height = headHeight + (top - bottom + 1) * ROW_HEIGHT + FLAME_MARGIN;
  const rowOf = (node: number) => headHeight + (top - structure.depths[node]!) * ROW_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${FLAME_WIDTH}" height="${height}" viewBox="0 0 ${FLAME_WIDTH} ${height}" role="img">`,
    `<title>${escapeLines(`${title}: ${subtitles.join('; ')}`)}</title>`,
    `<style>${STYLE}${drawing.style}\n</style>`,
    `<rect class="page" width="${FLAME_WIDTH}" height="${height}"/>`,
    `<text class="title" x="${FLAME_MARGIN}" y="24">${escapeLines(title)}</text>`,
    ...subtitles.map(
      (text, k) => `<text x="${FLAME_MARGIN}" y="${flameLineY(k + 1)}">${escapeLines(text)}</text>`,
    ),
    `<text class="faint" x="${FLAME_MARGIN}" y="${flameLineY(hintLine)}">${escapeLines(hint)}</text>`,
    ...legend,
    ...boxes.map((box) => boxSvg(drawing, box, rowOf(box.node))),
    '</svg>\n',
  ].join('\n');
}

/** The boxes that are wide enough to be seen. */
function layOut({ structure: nodes, amounts }: FlameDrawing): Box[] {
  const scale = amounts[0]! > 0 ? INNER_WIDTH / amounts[0]! : 0;
  const boxes: Box[] = [{ node: 0, x: 0, width: INNER_WIDTH }];
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

function boxSvg(drawing: FlameDrawing, box: Box, y: number): string {
  const { structure, frames, cwd } = drawing;
  const texts = boxTexts(frames[structure.frames[box.node]!]!, cwd, TOOLTIP_CHARACTERS);
  // A gap on the right tells neighbours apart.
  const width = round(Math.max(box.width - 0.5, MIN_WIDTH / 2));
  const height = ROW_HEIGHT - 1;
  const text =
    box.width < MIN_TEXT_WIDTH
      ? ''
      : `<text x="${TEXT_INSET}" y="12.5">${escapeLines(textThatFits(texts, box.width))}</text>`;
  const tooltip = [texts[0], ...drawing.tooltipOf(box.node)].join('\n');
  // An inner picture clips its text.
  return (
    `<g class="box"><title>${escapeLines(tooltip)}</title>` +
    `<svg x="${round(FLAME_MARGIN + box.x)}" y="${y}" width="${width}" height="${height}">` +
    `<rect class="${drawing.classOf(box.node)}" width="${width}" height="${height}"/>${text}</svg></g>`
  );
}

/** The longest of the texts that fits; if none does, as much of the last one's beginning as fits. */
function textThatFits(texts: readonly string[], width: number): string {
  const room = Math.floor((width - 2 * TEXT_INSET) / CHARACTER_WIDTH);
  const fitting = texts.find((text) => text.length <= room);
  return fitting ?? `${[...texts.at(-1)!].slice(0, room - 1).join('')}…`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** Line by line: a tooltip has several. */
function escapeLines(text: string): string {
  return text.split('\n').map(escapeMarkup).join('\n');
}
