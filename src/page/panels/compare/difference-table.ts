import {
  type CompareOptions,
  type Comparison,
  compare,
  type DifferenceRow,
} from '../../../analysis/compare.js';
import type { Profile } from '../../../analysis/profile.js';
import { COMPARE_HEADERS, comparedLabel, unitOf } from '../../../render/compare-names.js';
import { csvBlob } from '../../parts/download.js';
import type { TimeRange } from '../../state/hash.js';

/** What rows can be sorted by. `significance` is the order of `compare`: what is significant first, the largest difference first. */
export const DIFFERENCE_SORTS = ['name', 'a', 'b', 'difference', 'significance'] as const;

/** A name of {@link DIFFERENCE_SORTS}. */
export type DifferenceSort = (typeof DIFFERENCE_SORTS)[number];

/** The two that are compared. */
export interface ComparedProfiles {
  readonly profile: Profile;
  /** The profile itself where two times of one recording are compared. */
  readonly other: Profile;
}

/** The times of both. */
export interface ComparedRanges {
  readonly a: Partial<TimeRange>;
  readonly b: Partial<TimeRange>;
}

/** Which rows of a comparison are wanted, and in which order. */
export interface DifferenceTableOptions extends CompareOptions, ComparedRanges {
  /** Only rows that have this text in their name, in whatever case. */
  readonly filter: string;
  readonly sort: DifferenceSort;
  readonly ascending: boolean;
  /** Position, from 0, of the first row of the page. */
  readonly first: number;
  /** Rows of a page. */
  readonly count: number;
}

/** A page of the rows of a comparison. There may be 100,000: they stay in the worker thread. */
export interface DifferenceTable {
  readonly comparison: Omit<Comparison, 'rows'>;
  readonly rows: readonly DifferenceRow[];
  /** Of all rows. */
  readonly rowCount: number;
  readonly significantCount: number;
  /** Of those that have the filter's text. */
  readonly matchingCount: number;
  /** The largest difference of any row, without its sign. */
  readonly largest: number;
}

/** The latest comparison, since sorting and filtering ask for the same again. */
interface Known {
  readonly key: string;
  readonly other: Profile;
  readonly comparison: Comparison;
  /** Made when they are first needed. */
  names?: readonly string[];
}

const latest = new WeakMap<Profile, Known>();

/** The rows of a comparison of two times, filtered and sorted. */
export function differenceTable(
  profiles: ComparedProfiles,
  options: DifferenceTableOptions,
): DifferenceTable {
  const known = knownComparison(profiles, options);
  const { rows, ...comparison } = known.comparison;
  const matching = matchingRows(known, options);
  return {
    comparison,
    rows: matching.slice(options.first, options.first + options.count),
    rowCount: rows.length,
    significantCount: rows.filter(({ isSignificant }) => isSignificant).length,
    matchingCount: matching.length,
    largest: rows.reduce((most, { difference }) => Math.max(most, Math.abs(difference)), 0),
  };
}

/** All rows that match, as comma-separated values: bytes or objects as they are. */
export function differenceTableCsv(
  profiles: ComparedProfiles,
  options: DifferenceTableOptions,
): Blob {
  const known = knownComparison(profiles, options);
  const unit = unitOf(known.comparison.metric);
  const figures = ['A', 'A error', 'B', 'B error', 'Difference', 'Difference error'];
  return csvBlob(
    [
      COMPARE_HEADERS[known.comparison.by],
      ...figures.map((each) => `${each}, ${unit}`),
      'Significant',
    ],
    matchingRows(known, options).map((row) => [
      comparedLabel(row, Number.POSITIVE_INFINITY),
      row.a,
      row.aError,
      row.b,
      row.bError,
      row.difference,
      row.differenceError,
      row.isSignificant ? 'yes' : 'no',
    ]),
  );
}

function knownComparison(
  { profile, other }: ComparedProfiles,
  { a, b, by = 'function', metric = 'live', normalize = false }: DifferenceTableOptions,
): Known {
  const key = JSON.stringify([a, b, by, metric, normalize]);
  const before = latest.get(profile);
  if (before?.key === key && before.other === other) return before;
  const comparison = compare(
    { profile, ...a },
    { profile: other, ...b },
    { by, metric, normalize },
  );
  const known = { key, other, comparison };
  latest.set(profile, known);
  return known;
}

function matchingRows(
  known: Known,
  { filter, sort, ascending }: DifferenceTableOptions,
): readonly DifferenceRow[] {
  const { rows } = known.comparison;
  if (filter !== '' || sort === 'name') {
    known.names ??= rows.map((row) => comparedLabel(row, Number.POSITIVE_INFINITY));
  }
  const wanted = filter.toLowerCase();
  const positions = [...rows.keys()].filter(
    (k) => filter === '' || known.names![k]!.toLowerCase().includes(wanted),
  );
  if (sort === 'name') {
    const { compare } = new Intl.Collator('en');
    positions.sort((first, second) => compare(known.names![first]!, known.names![second]!));
    if (!ascending) positions.reverse();
  } else if (sort === 'significance') {
    if (ascending) positions.reverse();
  } else {
    const sign = ascending ? 1 : -1;
    positions.sort(
      (first, second) => sign * (rows[first]![sort] - rows[second]![sort]) || first - second,
    );
  }
  return positions.map((k) => rows[k]!);
}
