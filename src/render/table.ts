/** A column of figures. */
export interface Column {
  readonly header: string;
  /** One cell per row, in the order of the rows; without control characters. */
  readonly cells: readonly string[];
  /** Taken instead of `cells` where these would leave the text too little room. */
  readonly shortCells?: readonly string[];
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
  const room = (columns: readonly Column[]) =>
    widthsOf(columns).reduce((left, columnWidth) => left - columnWidth - GAP.length, width);
  const columns = room(figures) < MIN_TEXT_WIDTH ? figures.map(shortened) : figures;
  const widths = widthsOf(columns);
  const textWidth = Math.max(MIN_TEXT_WIDTH, room(columns));
  const line = (cells: readonly string[], rest: string) =>
    [...cells.map((cell, column) => cell.padStart(widths[column]!)), rest].join(GAP);
  const rowCount = columns[0]?.cells.length ?? 0;
  return [
    line(
      columns.map(({ header }) => header),
      text.header,
    ),
    ...Array.from({ length: rowCount }, (_, row) =>
      line(
        columns.map(({ cells }) => cells[row]!),
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

function shortened({ header, cells, shortCells = cells }: Column): Column {
  return { header, cells: shortCells };
}

function widthsOf(columns: readonly Column[]): number[] {
  return columns.map(({ header, cells }) =>
    Math.max(header.length, ...cells.map((cell) => cell.length)),
  );
}
