/** A column of figures. */
export interface Column {
  readonly header: string;
  /** One cell per row, in the order of the rows; without control characters. */
  readonly cells: readonly string[];
}

/** Between columns. */
const GAP = '  ';

/** A text is never cut below this, even if the line then is too wide. */
const MIN_TEXT_WIDTH = 24;

/**
 * Lines of a table, a header and one line per row: figures, aligned on the right, then a text.
 *
 * `textOf` gives a row's text in at most so many characters as it is told; rows count from 0.
 * No line is wider than `width` characters, unless the figures leave the text too little room.
 */
export function tableLines(
  figures: readonly Column[],
  text: { readonly header: string; readonly textOf: (row: number, width: number) => string },
  width: number,
): string[] {
  const widths = figures.map(({ header, cells }) => Math.max(header.length, ...lengths(cells)));
  const figuresWidth = widths.reduce((sum, columnWidth) => sum + columnWidth + GAP.length, 0);
  const textWidth = Math.max(MIN_TEXT_WIDTH, width - figuresWidth);
  const line = (cells: readonly string[], rest: string) =>
    [...cells.map((cell, column) => cell.padStart(widths[column]!)), rest].join(GAP);
  const rowCount = figures[0]?.cells.length ?? 0;
  return [
    line(
      figures.map(({ header }) => header),
      text.header,
    ),
    ...Array.from({ length: rowCount }, (_, row) =>
      line(
        figures.map(({ cells }) => cells[row]!),
        text.textOf(row, textWidth),
      ),
    ),
  ];
}

/** Text of at most `width` characters: a longer one loses its middle, since the ends of a path tell the most. */
export function cutMiddle(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  // The end gets more: there are the file's name and the line.
  const head = Math.floor((width - 1) / 3);
  const tail = width - 1 - head;
  return `${characters.slice(0, head).join('')}…${characters.slice(-tail).join('')}`;
}

function lengths(cells: readonly string[]): number[] {
  return cells.map((cell) => cell.length);
}
