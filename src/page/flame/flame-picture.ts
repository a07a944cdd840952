import { type FlameLayout, type FlamePart, firstEndingAfter, placesOf } from './flame-layout.js';

/** Pixels of the page. */
export const ROW_HEIGHT = 18;
/** A narrower box is put together with its narrow neighbours. */
export const MIN_WIDTH = 0.5;
/** A narrower box has no text. */
const MIN_TEXT_WIDTH = 26;
const TEXT_INSET = 4;
const FONT = '11px system-ui, sans-serif';
/** What is not looked for, and the way to the zoomed node. */
const FAINT = 0.3;
const ON_THE_WAY = 0.6;
/** Boxes that are put together have the colour of the widest of them. */
const NARROW = 0.6;

/** What a picture is of, and how it looks. */
export interface FlamePicture {
  readonly layout: FlameLayout;
  readonly part: FlamePart;
  /** The node that takes the whole width. */
  readonly zoomed: number;
  /** Pixels of the page. */
  readonly width: number;
  readonly height: number;
  /** Pixels from the upper edge of row 0 to that of the picture. */
  readonly top: number;
  /** A CSS colour that the text can be read on. */
  readonly color: (node: number) => string;
  /** What can stand in a node's box, the longest first. */
  readonly labels: (node: number) => readonly string[];
  /** Nodes of equal groups are highlighted together. */
  readonly group: (node: number) => number;
  readonly isMatch: ((node: number) => boolean) | undefined;
  readonly hovered: number | undefined;
  readonly chosen: number | undefined;
  /** CSS colours. */
  readonly text: string;
  readonly focus: string;
}

/** Draws the boxes that can be seen; what it costs depends on these, and not on the size of the tree. */
export class FlamePainter {
  readonly #context: CanvasRenderingContext2D;
  /** Pixels, by text. */
  readonly #textWidths = new Map<string, number>();

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  draw(picture: FlamePicture): void {
    const context = this.#context;
    const { layout, width, height, top, hovered, chosen } = picture;
    const ratio = devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = FONT;
    context.textBaseline = 'middle';
    const firstRow = Math.max(Math.floor(top / ROW_HEIGHT), 0);
    const lastRow = Math.min(Math.floor((top + height) / ROW_HEIGHT), layout.rowStarts.length - 2);
    const lit = hovered === undefined ? undefined : picture.group(hovered);
    for (let row = firstRow; row <= lastRow; row++) this.#drawRow(picture, row, lit);
    context.globalAlpha = 1;
    // What is looked at from both sides stands out.
    if (layout.rootRow > 0) this.#outline(picture, 0, picture.text, 1);
    if (hovered !== undefined) this.#outline(picture, hovered, picture.text, 1.5);
    if (chosen !== undefined) this.#outline(picture, chosen, picture.focus, 2.5);
  }

  #drawRow(picture: FlamePicture, row: number, lit: number | undefined): void {
    const { layout, part, width, top, zoomed, isMatch } = picture;
    const { rows, rowNodes, starts, widths, rootRow } = layout;
    // What lies on the other side of the root is not of the zoomed node.
    const side = Math.sign(rows[zoomed]! - rootRow);
    if (side !== 0 && Math.sign(row - rootRow) === -side) return;
    const isOnTheWay = (rows[zoomed]! - row) * side > 0;
    const context = this.#context;
    const scale = width / part.width;
    const { first, end } = placesOf(layout, row);
    const y = row * ROW_HEIGHT - top;
    /** Narrow boxes next to each other, as one. */
    let [runStart, runEnd, widest] = [0, -1, 0];
    const endRun = () => {
      if (runEnd - runStart >= MIN_WIDTH) {
        context.globalAlpha = isMatch && !isMatch(widest) ? FAINT : NARROW;
        context.fillStyle = picture.color(widest);
        context.fillRect(runStart, y, runEnd - runStart, ROW_HEIGHT - 1);
      }
      runEnd = -1;
    };
    const from = firstEndingAfter(layout, { first, end }, part.from);
    for (let place = from; place < end; place++) {
      const node = rowNodes[place]!;
      const left = (starts[node]! - part.from) * scale;
      if (left >= width) break;
      const x = Math.max(left, 0);
      const boxWidth = Math.min(left + widths[node]! * scale, width) - x;
      if (boxWidth < MIN_WIDTH) {
        if (runEnd < 0 || x - runEnd > MIN_WIDTH) {
          endRun();
          runStart = x;
          widest = node;
        }
        if (widths[node]! > widths[widest]!) widest = node;
        runEnd = Math.max(x + boxWidth, runEnd);
        continue;
      }
      endRun();
      const alpha = isOnTheWay ? ON_THE_WAY : 1;
      context.globalAlpha = isMatch && !isMatch(node) ? FAINT : alpha;
      context.fillStyle = picture.color(node);
      // A gap on the right tells neighbours apart.
      context.fillRect(x, y, Math.max(boxWidth - 0.5, 0.3), ROW_HEIGHT - 1);
      if (lit !== undefined && picture.group(node) === lit) this.#light(picture, x, y, boxWidth);
      if (boxWidth >= MIN_TEXT_WIDTH) {
        context.fillStyle = picture.text;
        const text = this.#textThatFits(picture.labels(node), boxWidth - 2 * TEXT_INSET);
        context.fillText(text, x + TEXT_INSET, y + ROW_HEIGHT / 2);
      }
    }
    endRun();
  }

  /** A frame of the function that is pointed at. */
  #light({ text }: FlamePicture, x: number, y: number, width: number): void {
    const context = this.#context;
    const alpha = context.globalAlpha;
    context.fillStyle = text;
    context.globalAlpha = 0.16;
    context.fillRect(x, y, Math.max(width - 0.5, 0.3), ROW_HEIGHT - 1);
    // Also for those who do not see the shade.
    context.globalAlpha = 0.8;
    context.fillRect(x, y + ROW_HEIGHT - 3, Math.max(width - 0.5, 1), 2);
    context.globalAlpha = alpha;
  }

  #outline(picture: FlamePicture, node: number, color: string, thickness: number): void {
    const { layout, part, width, top } = picture;
    const scale = width / part.width;
    const left = (layout.starts[node]! - part.from) * scale;
    const x = Math.max(left, 0);
    const right = Math.min(left + layout.widths[node]! * scale, width);
    if (right < 0 || x > width) return;
    // A frame that is too narrow to be seen can still be found.
    const boxWidth = Math.max(right - x, 3);
    const context = this.#context;
    context.strokeStyle = color;
    context.lineWidth = thickness;
    const inset = thickness / 2;
    const y = layout.rows[node]! * ROW_HEIGHT - top;
    context.strokeRect(
      Math.min(x, width - boxWidth) + inset,
      y + inset,
      Math.max(boxWidth - thickness, 0.5),
      ROW_HEIGHT - 1 - thickness,
    );
  }

  /** The longest of the texts that there is room for; if there is none, as much as possible of the last one's beginning. */
  #textThatFits(texts: readonly string[], room: number): string {
    return texts.find((text) => this.#widthOf(text) <= room) ?? this.#cut(texts.at(-1)!, room);
  }

  #cut(text: string, room: number): string {
    let width = this.#widthOf(text);
    let cut = text;
    while (width > room && cut.length > 1) {
      const length = Math.min(Math.floor((cut.length * room) / width), cut.length - 1);
      // Half a character is none.
      cut = text.slice(0, Math.max(length - 1, 0)).replace(/[\ud800-\udbff]$/, '');
      width = this.#context.measureText(`${cut}…`).width;
      if (cut.length <= 1) return width <= room ? `${cut}…` : '';
    }
    return `${cut}…`;
  }

  #widthOf(text: string): number {
    let width = this.#textWidths.get(text);
    if (width === undefined) {
      if (this.#textWidths.size > 20_000) this.#textWidths.clear();
      width = this.#context.measureText(text).width;
      this.#textWidths.set(text, width);
    }
    return width;
  }
}
