import type { Origin } from '../../../analysis/code-origin.js';
import { frameLabel } from '../../../analysis/frame-label.js';
import type { Subject } from '../../../analysis/grouping.js';
import type { Profile } from '../../../analysis/profile.js';
import {
  type HeapSummary,
  heapSummary,
  type SummaryOptions,
  type SummaryRow,
} from '../../../analysis/summary.js';
import { sanitize } from '../../../render/sanitize.js';
import { SUBJECT_HEADERS, subjectText } from '../../../render/subject-text.js';
import { csvBlob } from '../../parts/download.js';
import { COLUMNS, type ColumnName, mainOrigin, ORIGIN_NAMES } from './columns.js';

/** What of a heap summary a person wants to see, and in which order. */
export interface SummaryTableOptions extends Omit<SummaryOptions, 'limit'> {
  /** Only rows that have this text in their name, in whatever case. */
  readonly filter: string;
  /** Only rows that have memory of this origin; `all` for any. */
  readonly origin: Origin | 'all';
  readonly sort: ColumnName | 'name';
  readonly ascending: boolean;
  /** Position, from 0, of the first row of the page. */
  readonly first: number;
  /** Rows of a page. */
  readonly count: number;
  /** Paths are relative to this folder. */
  readonly cwd: string | undefined;
}

/** A page of a heap summary. There may be 100,000 rows: they stay in the worker thread. */
export interface SummaryTable {
  readonly summary: Omit<HeapSummary, 'rows'>;
  /** How many rows are over the threshold. */
  readonly listedCount: number;
  /** How many of them are of what was asked for, and their average live bytes together. */
  readonly matchingCount: number;
  readonly matchingBytes: number;
  readonly rows: readonly SummaryRow[];
}

/** The latest summary of a profile, since sorting and filtering ask for the same again. */
interface Known {
  readonly key: string;
  readonly summary: HeapSummary;
  /** The names of the rows, made when they are first needed. */
  names?: readonly string[];
}

const latest = new WeakMap<Profile, Known>();

/** A page of the rows of a heap summary, filtered and sorted; what is of no type comes after all types, sorted likewise. */
export function summaryTable(profile: Profile, options: SummaryTableOptions): SummaryTable {
  const known = knownSummary(profile, options);
  const { rows, ...summary } = known.summary;
  const matching = matchingRows(known, options);
  const { first, count } = options;
  return {
    summary,
    listedCount: rows.length,
    matchingCount: matching.length,
    matchingBytes: matching.reduce((sum, row) => sum + row.averageBytes, 0),
    rows: matching.slice(first, first + count),
  };
}

/** All rows that match, as comma-separated values: bytes, objects and fractions as they are. */
export function summaryTableCsv(profile: Profile, options: SummaryTableOptions): Blob {
  const known = knownSummary(profile, options);
  const rows = matchingRows(known, options);
  const { by, capacity } = known.summary;
  return csvBlob(
    [
      SUBJECT_HEADERS[by],
      ...FIGURES.map(([header]) => header),
      ...(capacity ? ['Average share of capacity', 'Peak share of capacity'] : []),
      'Code',
      'Incomplete',
    ],
    rows.map((row) => [
      nameOf(row.subject, options.cwd),
      ...FIGURES.map(([, figureOf]) => figureOf(row)),
      ...(capacity ? [row.averageCapacityShare, row.peakCapacityShare] : []),
      row.averageBytes > 0 ? ORIGIN_NAMES[mainOrigin(row)] : undefined,
      row.incomplete ? 'yes' : 'no',
    ]),
  );
}

const FIGURES: readonly (readonly [header: string, figureOf: (row: SummaryRow) => number])[] = [
  ['Average bytes', (row) => row.averageBytes],
  ['Average bytes error', (row) => row.averageBytesError],
  ['Peak bytes', (row) => row.peakBytes],
  ['Peak bytes error', (row) => row.peakBytesError],
  ['Peak seconds', (row) => row.peakSeconds],
  ['Share', (row) => row.share],
  ['Average objects', (row) => row.averageObjects],
  ['Average objects error', (row) => row.averageObjectsError],
  ['Bytes a minute', (row) => row.bytesPerMinute],
  ['Bytes a minute error', (row) => row.bytesPerMinuteError],
  ['Allocated bytes', (row) => row.allocatedBytes],
  ['Allocated bytes error', (row) => row.allocatedBytesError],
  ['Allocated objects', (row) => row.allocatedObjects],
  ['Allocated objects error', (row) => row.allocatedObjectsError],
];

function knownSummary(profile: Profile, options: SummaryTableOptions): Known {
  const { from, to, by, threshold, myCode } = options;
  const key = JSON.stringify([from, to, by, threshold, myCode]);
  const before = latest.get(profile);
  if (before?.key === key) return before;
  const known = {
    key,
    summary: heapSummary(profile, {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(by && { by }),
      ...(threshold !== undefined && { threshold }),
      ...(myCode && { myCode }),
    }),
  };
  latest.set(profile, known);
  return known;
}

function matchingRows(known: Known, options: SummaryTableOptions): SummaryRow[] {
  const { filter, origin, sort, ascending, cwd } = options;
  const { rows } = known.summary;
  const needsNames = filter !== '' || sort === 'name';
  if (needsNames) known.names ??= rows.map(({ subject }) => nameOf(subject, cwd));
  const wanted = filter.toLowerCase();
  const positions = [...rows.keys()].filter(
    (k) =>
      (filter === '' || known.names![k]!.toLowerCase().includes(wanted)) &&
      (origin === 'all' || (rows[k]!.bytesByOrigin?.[origin] ?? 0) > 0),
  );
  const sign = ascending ? 1 : -1;
  if (sort === 'name') {
    const { compare } = new Intl.Collator('en');
    positions.sort((a, b) => sign * compare(known.names![a]!, known.names![b]!) || a - b);
  } else {
    const column = COLUMNS.find(({ name }) => name === sort)!;
    const values = rows.map((row) => column.valueOf(row, origin === 'all' ? 'mine' : origin));
    positions.sort((a, b) => sign * (values[a]! - values[b]!) || a - b);
  }
  const sorted = positions.map((k) => rows[k]!);
  return [...sorted.filter(({ untyped }) => !untyped), ...sorted.filter(({ untyped }) => untyped)];
}

/** The whole name of a row; of a trace, all its frames, the innermost first. */
function nameOf(subject: Subject, cwd: string | undefined): string {
  if (subject.by !== 'trace' || subject.frames.length === 0) {
    return subjectText(subject, cwd, Number.POSITIVE_INFINITY);
  }
  return sanitize(subject.frames.toReversed().map(frameLabel).join(' ← '));
}
