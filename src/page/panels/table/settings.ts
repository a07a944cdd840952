import type { Signal } from '@preact/signals';
import { ORIGINS, type Origin } from '../../../analysis/code-origin.js';
import { SUMMARY_BY, type SummaryBy } from '../../../analysis/grouping.js';
import { fraction, oneOf, text, texts } from '../../state/hash.js';
import { type Sorting, sortingBy } from '../../state/sorting.js';
import type { Store } from '../../state/store.js';
import { COLUMNS, type ColumnName } from './columns.js';

const COLUMN_NAMES = ['name', ...COLUMNS.map(({ name }) => name)] as const;

const LARGEST_FIRST: Sorting<ColumnName | 'name'> = { column: 'average', ascending: false };

const NO_PATTERNS: readonly string[] = [];

/** What a person sees unless another threshold is chosen: in a heap of 4 GiB, what is larger than 42 KiB. */
export const DEFAULT_THRESHOLD = 0.00001;

/** What is chosen in the table's controls; all of it is in the address. */
export interface TableSettings {
  readonly by: Signal<SummaryBy>;
  readonly filter: Signal<string>;
  readonly sort: Signal<Sorting<ColumnName | 'name'>>;
  readonly threshold: Signal<number>;
  /** Globs and packages that are one's own code; empty for all that is in no `node_modules`. */
  readonly mine: Signal<readonly string[]>;
  readonly code: Signal<Origin | 'all'>;
  /** The key of the row that is open; empty for none. */
  readonly open: Signal<string>;
}

/** The table's settings; the same signals each time. */
export function tableSettings(store: Store): TableSettings {
  return {
    by: store.setting('table.by', oneOf(SUMMARY_BY), 'type'),
    filter: store.setting('table.filter', text, ''),
    sort: store.setting('table.sort', sortingBy(COLUMN_NAMES), LARGEST_FIRST),
    threshold: store.setting('table.threshold', fraction, DEFAULT_THRESHOLD),
    mine: store.setting('table.mine', texts, NO_PATTERNS),
    code: store.setting('table.code', oneOf(['all', ...ORIGINS]), 'all'),
    open: store.setting('table.open', text, ''),
  };
}
