import type { LifetimeRow } from '../../../analysis/lifetimes.js';
import { firstCollectionText, halfLifeText } from '../../../render/lifetimes-text.js';
import { formatCount, formatEstimate } from '../../../render/numbers.js';
import type { CsvCell } from '../../parts/download.js';
import type { Sorting } from '../../state/sorting.js';

/** Name of a column of figures. */
export type ColumnName = 'allocated' | 'objects' | 'first' | 'half' | 'live';

/** A column of the table of lifetimes. */
interface Column {
  readonly header: string;
  readonly meaning: string;
  /** What it is sorted by. */
  readonly valueOf: (row: LifetimeRow) => number;
  readonly textOf: (row: LifetimeRow) => string;
  /** Its columns of a file. */
  readonly csv: readonly (readonly [name: string, of: (row: LifetimeRow) => CsvCell])[];
}

/** The columns of figures, in their order, by the names that the address has. */
export const COLUMNS: Readonly<Record<ColumnName, Column>> = {
  allocated: {
    header: 'Allocated',
    meaning: 'Bytes that were allocated, with their standard error',
    valueOf: (row) => row.allocatedBytes,
    textOf: (row) => formatEstimate(row.allocatedBytes, row.allocatedBytesError),
    csv: [
      ['allocatedBytes', (row) => row.allocatedBytes],
      ['allocatedBytesError', (row) => row.allocatedBytesError],
    ],
  },
  objects: {
    header: 'Objects',
    meaning: 'Objects that were allocated',
    valueOf: (row) => row.allocatedObjects,
    textOf: (row) => formatCount(row.allocatedObjects),
    csv: [['allocatedObjects', (row) => row.allocatedObjects]],
  },
  first: {
    header: 'Die in 1st GC',
    meaning:
      'The part of the objects that the first garbage collection after their allocation freed',
    valueOf: (row) => row.firstCollectionShare ?? -1,
    textOf: firstCollectionText,
    csv: [
      ['firstCollectionShare', (row) => row.firstCollectionShare],
      ['firstCollectionShareError', (row) => row.firstCollectionShareError],
    ],
  },
  half: {
    header: 'Half live for',
    meaning: 'The age that half of the objects reach, and the interval of its error',
    valueOf: (row) => row.halfLife?.seconds ?? Number.POSITIVE_INFINITY,
    textOf: (row) => halfLifeText(row.halfLife),
    csv: [
      ['halfLifeSeconds', (row) => row.halfLife?.seconds],
      ['halfLifeLowSeconds', (row) => row.halfLife?.lowSeconds],
      ['halfLifeHighSeconds', (row) => row.halfLife?.highSeconds],
    ],
  },
  live: {
    header: 'Live at end',
    meaning: 'Bytes that were still live at the end of the recording',
    valueOf: (row) => row.survivorBytes,
    textOf: (row) => formatEstimate(row.survivorBytes, row.survivorBytesError),
    csv: [
      ['survivorBytes', (row) => row.survivorBytes],
      ['survivorBytesError', (row) => row.survivorBytesError],
    ],
  },
};

/** All of them. */
export const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[];

/** The order of the command line. */
export const LARGEST_FIRST: Sorting<ColumnName> = { column: 'allocated', ascending: false };

/** Rows in an order; those that have no such figure are last of falling ones. */
export function sorted(
  rows: readonly LifetimeRow[],
  { column, ascending }: Sorting<ColumnName>,
): readonly LifetimeRow[] {
  const figure = COLUMNS[column].valueOf;
  const sign = ascending ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [figure(a), figure(b)];
    return x === y ? 0 : x < y ? -sign : sign;
  });
}
