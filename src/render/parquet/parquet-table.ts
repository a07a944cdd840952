import { fileWriter, ParquetWriter } from 'hyparquet-writer';

/** What a column holds. Whole numbers are given as numbers; times as microseconds since 1970-01-01 UTC. */
type ColumnType = 'string' | 'int32' | 'int64' | 'double' | 'time';

/** A column; `nullable`: a cell may be undefined. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable?: true;
}

type Cell = string | number | undefined;

/** Rows are written in groups of so many, or of so much text: what is in memory, and what a reader can pass over by its statistics. */
const GROUP_ROWS = 65_536;
const GROUP_CHARACTERS = 2 ** 24;

const TYPES = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' },
} as const;

/** A Parquet file that is written row by row; its memory does not grow with the number of rows. */
export class ParquetTable {
  rowCount = 0;
  readonly #columns: readonly ParquetColumn[];
  readonly #writer: ParquetWriter;
  #cells: unknown[][];
  #characters = 0;

  /** @param path of the new file; one that is there is replaced */
  constructor(path: string, columns: readonly ParquetColumn[]) {
    this.#columns = columns;
    this.#cells = columns.map(() => []);
    this.#writer = new ParquetWriter({
      writer: fileWriter(path),
      createdBy: 'heapprof',
      schema: [
        { name: 'root', num_children: columns.length },
        ...columns.map(({ name, type, nullable }) => ({
          name,
          ...TYPES[type],
          repetition_type: nullable ? ('OPTIONAL' as const) : ('REQUIRED' as const),
        })),
      ],
    });
  }

  /** Adds a row: a cell for each column. */
  add(cells: readonly Cell[]): void {
    this.#columns.forEach(({ type }, k) => {
      const cell = cells[k];
      // The writer wants 64 bits as BigInt, and undefined is its null.
      const isLong = (type === 'int64' || type === 'time') && cell !== undefined;
      this.#cells[k]!.push(isLong ? BigInt(Math.round(Number(cell))) : cell);
      if (typeof cell === 'string') this.#characters += cell.length;
    });
    this.rowCount += 1;
    const isFull = this.#cells[0]!.length >= GROUP_ROWS || this.#characters >= GROUP_CHARACTERS;
    if (isFull) this.#writeGroup();
  }

  /** Writes what is left, and the end of the file. */
  finish(): void {
    this.#writeGroup();
    this.#writer.finish();
  }

  #writeGroup(): void {
    const columnData = this.#columns.map(({ name }, k) => ({
      name,
      data: this.#cells[k]!,
      // Indexes of pages would stay in memory up to the end.
      offsetIndex: false,
    }));
    if (columnData[0]!.data.length > 0) {
      this.#writer.write({ columnData, rowGroupSize: GROUP_ROWS });
    }
    this.#cells = this.#columns.map(() => []);
    this.#characters = 0;
  }
}
