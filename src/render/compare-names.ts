import type { Unit } from '../analysis/call-tree/metric.js';
import type { DifferenceRow } from '../analysis/compare.js';
import type { CompareMetric } from '../analysis/compare-measure.js';
import type { CompareBy } from '../analysis/compare-subject.js';
import type { PprofSampleType } from './pprof.js';
import { sanitize } from './sanitize.js';
import { cutMiddle } from './table.js';

/** The header of the column that says what the rows of a comparison are about. */
export const COMPARE_HEADERS: Readonly<Record<CompareBy, string>> = {
  function: 'Function',
  line: 'Line',
  file: 'File',
  package: 'Package',
  trace: 'Trace, innermost first',
  type: 'Type',
};

/** What is compared, within a sentence. */
export const COMPARE_METRIC_NAMES: Readonly<Record<CompareMetric, string>> = {
  live: 'live memory, on average',
  allocated: 'allocated memory',
  objects: 'live objects, on average',
};

/** What `go tool pprof` shows first. */
export const COMPARED_PPROF_TYPES: Readonly<Record<CompareMetric, PprofSampleType>> = {
  live: 'inuse_space',
  allocated: 'alloc_space',
  objects: 'inuse_objects',
};

/** Of a path at the end of a label. */
const FOLDERS = /[^\s(]+[/\\](?=[^/\\]+$)/;

/** What a row of a comparison is about, safe to print, in at most `width` characters. A path loses its folders first, then the text its middle. */
export function comparedLabel({ labels }: Pick<DifferenceRow, 'labels'>, width: number): string {
  const text = (texts: readonly string[]) => sanitize(texts.toReversed().join(' ← '));
  const whole = text(labels);
  if (whole.length <= width) return whole;
  return cutMiddle(text(labels.map((label) => label.replace(FOLDERS, '…/'))), width);
}

/** What the figures of a metric are in. */
export function unitOf(metric: CompareMetric): Unit {
  return metric === 'objects' ? 'objects' : 'bytes';
}
