import type { Signal } from '@preact/signals';
import { COMPARE_METRICS, type CompareMetric } from '../../../analysis/compare-measure.js';
import { COMPARE_BY, type CompareBy } from '../../../analysis/compare-subject.js';
import { flag, oneOf, optional, type Selection, selection, text } from '../../state/hash.js';
import { type Sorting, sortingBy } from '../../state/sorting.js';
import type { Store } from '../../state/store.js';
import { DIFFERENCE_SORTS, type DifferenceSort } from './difference-table.js';

/** From which side the tree of differences is looked at. */
export const DIFFERENCE_VIEWS = ['overview', 'hotspots'] as const;

const SIGNIFICANT_FIRST: Sorting<DifferenceSort> = { column: 'significance', ascending: false };

/** What a person has chosen of the comparison; all of it is in the address. */
export interface CompareSettings {
  /** Both sides are undefined until the panel is first seen. */
  readonly a: Signal<Selection | undefined>;
  readonly b: Signal<Selection | undefined>;
  readonly metric: Signal<CompareMetric>;
  readonly normalize: Signal<boolean>;
  readonly view: Signal<(typeof DIFFERENCE_VIEWS)[number]>;
  /** The zoomed node, see `pathKey`. */
  readonly zoom: Signal<string>;
  readonly by: Signal<CompareBy>;
  readonly filter: Signal<string>;
  readonly sort: Signal<Sorting<DifferenceSort>>;
}

/** The settings of the panel; the same ones each time. */
export function compareSettings(store: Store): CompareSettings {
  return {
    a: store.setting('compare.a', optional(selection), undefined),
    b: store.setting('compare.b', optional(selection), undefined),
    metric: store.setting('compare.metric', oneOf(COMPARE_METRICS), 'live'),
    normalize: store.setting('compare.normalize', flag, false),
    view: store.setting('compare.view', oneOf(DIFFERENCE_VIEWS), 'overview'),
    zoom: store.setting('compare.zoom', text, ''),
    by: store.setting('compare.by', oneOf(COMPARE_BY), 'function'),
    filter: store.setting('compare.filter', text, ''),
    sort: store.setting('compare.sort', sortingBy(DIFFERENCE_SORTS), SIGNIFICANT_FIRST),
  };
}
