import type { CallTree } from '../analysis/call-tree/call-tree.js';
import { meaningOf } from '../analysis/call-tree/metric.js';
import { frameLabel } from '../analysis/frame-label.js';
import { formatCount, formatError, formatEstimate, formatTime } from './numbers.js';

/** What a call tree is about: `Live memory at 1.20 s: 1.3 MiB ± 1%, 112 objects ± 4%`. */
export function callTreeTitle(tree: CallTree): string {
  const { bytes, bytesError, objects, objectsError } = tree.total;
  return `${callTreeSubject(tree)}: ${formatEstimate(bytes, bytesError)}, ${objectsText(objects, objectsError)}`;
}

/** `1 object ± 0%`, `1,234 objects ± 4%`. */
export function objectsText(objects: number, error: number): string {
  const count = formatCount(objects);
  return `${count} ${count === '1' ? 'object' : 'objects'} ${formatError(objects, error)}`;
}

/** Which memory it is, and of when: `Live memory at 1.20 s`. */
export function callTreeSubject({
  metric,
  isInstant,
  fromSeconds,
  toSeconds,
}: Pick<CallTree, 'metric' | 'isInstant' | 'fromSeconds' | 'toSeconds'>): string {
  const to = formatTime(toSeconds);
  const range = isInstant ? `from the start to ${to}` : `from ${formatTime(fromSeconds)} to ${to}`;
  switch (meaningOf(metric).dimension) {
    case 'live':
      return isInstant ? `Live memory at ${to}` : `Live memory ${range}, on average`;
    case 'allocated':
      return `Memory allocated ${range}`;
    case 'temporary':
      return `Temporary memory, freed ${range}`;
  }
}

/** How a call tree is to be read. */
export function callTreeLegend({
  view,
  unit,
  frames,
}: Pick<CallTree, 'view' | 'unit' | 'frames'>): string {
  const by = unit === 'bytes' ? 'by bytes' : 'by number of objects';
  switch (view) {
    case 'overview':
      return `Overview ${by}: from callers to what they call`;
    case 'hotspots':
      return `Hotspots ${by}: from what allocated to its callers`;
    case 'inspect':
      return `${frames[0]!.functionName || frameLabel(frames[0]!)} ${by}: what it calls, and its callers`;
  }
}
