import { ORIGINS, type Origin } from '../../../analysis/code-origin.js';
import type { SummaryRow } from '../../../analysis/summary.js';
import { formatBytes } from '../../../base/units.js';
import {
  formatCountEstimate,
  formatEstimate,
  formatShare,
  formatTime,
} from '../../../render/numbers.js';

/** Name of a column of figures, as it stands in the address. */
export type ColumnName =
  | 'average'
  | 'peak'
  | 'share'
  | 'code'
  | 'objects'
  | 'trend'
  | 'allocated'
  | 'allocations';

/** A column of figures of the heap summary. */
export interface Column {
  readonly name: ColumnName;
  readonly header: string;
  /** What the column is, in a sentence. */
  readonly meaning: string;
  /** What it is sorted by. */
  readonly valueOf: (row: SummaryRow, chosen: Origin) => number;
  /** An estimate and, after `±`, its error. */
  readonly textOf: (row: SummaryRow, chosen: Origin) => string;
  /** A second line. */
  readonly moreOf?: (row: SummaryRow, chosen: Origin) => string;
  /** Whether it stands below the column before it, in the same cells. */
  readonly isBelow?: true;
  /** What it says under the pointer. */
  readonly hintOf?: (row: SummaryRow) => string | undefined;
  /** From 0 to 1, to be drawn as a bar. */
  readonly hasBar?: true;
}

/** What a person calls the origins of memory. */
export const ORIGIN_NAMES: Readonly<Record<Origin, string>> = {
  mine: 'my code',
  dependencies: 'dependencies',
  node: 'Node',
  other: 'not known',
};

/** The origin that has most of a row. */
export function mainOrigin({ bytesByOrigin }: Pick<SummaryRow, 'bytesByOrigin'>): Origin {
  return ORIGINS.reduce((a, b) => ((bytesByOrigin?.[b] ?? 0) > (bytesByOrigin?.[a] ?? 0) ? b : a));
}

/** All columns of figures, in the order of the table. */
export const COLUMNS: readonly Column[] = [
  {
    name: 'average',
    header: 'Average',
    meaning: 'Live memory, averaged over the chosen time, with its standard error.',
    valueOf: (row) => row.averageBytes,
    textOf: (row) => formatEstimate(row.averageBytes, row.averageBytesError),
  },
  {
    name: 'peak',
    header: 'Peak',
    meaning: 'The most that was live at any one moment of the chosen time.',
    valueOf: (row) => row.peakBytes,
    textOf: (row) => formatEstimate(row.peakBytes, row.peakBytesError),
    hintOf: (row) => `at ${formatTime(row.peakSeconds)}`,
  },
  {
    name: 'share',
    header: 'Share',
    meaning:
      'Average as a share of all live memory; under the pointer, of what the heap can hold at most.',
    valueOf: (row) => row.share,
    textOf: (row) => formatShare(row.share),
    hintOf: ({ averageCapacityShare: average, peakCapacityShare: peak }) =>
      average === undefined || peak === undefined
        ? undefined
        : `${formatShare(average)} of what the heap can hold at most, ${formatShare(peak)} at its peak`,
    hasBar: true,
  },
  {
    name: 'code',
    header: 'Code',
    meaning:
      'Whose code allocated it, and how much of the average. Sorted by the bytes of the code that is chosen, or of my code.',
    valueOf: ({ bytesByOrigin }, chosen) => bytesByOrigin?.[chosen] ?? 0,
    textOf: (row, chosen) => (partOf(row, chosen) === undefined ? '' : ORIGIN_NAMES[chosen]),
    moreOf: (row, chosen) => {
      const percent = Math.round((partOf(row, chosen) ?? 1) * 100);
      return percent === 100 ? '' : `${percent}%`;
    },
  },
  {
    name: 'objects',
    header: 'Objects',
    meaning: 'Live objects, averaged over the chosen time.',
    valueOf: (row) => row.averageObjects,
    textOf: (row) => formatCountEstimate(row.averageObjects, row.averageObjectsError),
  },
  {
    name: 'trend',
    header: 'Trend / min',
    meaning: 'How fast live memory grows or shrinks; bold where that is more than twice its error.',
    valueOf: (row) => row.bytesPerMinute,
    textOf: ({ bytesPerMinute, bytesPerMinuteError }) =>
      `${bytesPerMinute > 0 ? '+' : ''}${formatBytes(bytesPerMinute)} ± ${formatBytes(bytesPerMinuteError)}`,
  },
  {
    name: 'allocated',
    header: 'Allocated',
    meaning: 'All that was allocated in the chosen time, live or not.',
    valueOf: (row) => row.allocatedBytes,
    textOf: (row) => formatEstimate(row.allocatedBytes, row.allocatedBytesError),
  },
  {
    name: 'allocations',
    header: 'objects',
    isBelow: true,
    meaning: 'Objects that were allocated in the chosen time.',
    valueOf: (row) => row.allocatedObjects,
    textOf: (row) => formatCountEstimate(row.allocatedObjects, row.allocatedObjectsError),
  },
];

/** {@link COLUMNS} by the cells that they stand in. */
export const CELLS: readonly (readonly Column[])[] = COLUMNS.filter(({ isBelow }) => !isBelow).map(
  (column) => {
    const next = COLUMNS[COLUMNS.indexOf(column) + 1];
    return next?.isBelow ? [column, next] : [column];
  },
);

/** The part of a row's average that an origin has, from 0 to 1; undefined where it is not known. */
function partOf({ bytesByOrigin, averageBytes }: SummaryRow, origin: Origin): number | undefined {
  if (bytesByOrigin === undefined || averageBytes === 0) return undefined;
  return bytesByOrigin[origin] / averageBytes;
}
