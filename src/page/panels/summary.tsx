import type { HeapCapacity } from '../../analysis/capacity.js';
import type { HeapSummary } from '../../analysis/summary.js';
import { formatBytes } from '../../base/units.js';
import { recordingEntries } from '../../render/info-text.js';
import { formatCountEstimate, formatEstimate, formatShare } from '../../render/numbers.js';
import { usePage } from '../page-context.js';
import { shown } from '../parts/text.js';
import { Working } from '../parts/working.js';
import { rangeOptions } from '../state/store.js';
import { useAnalysis } from '../use-analysis.js';

/** What was recorded, and how much memory there was of what in the chosen time. */
export function SummaryPanel() {
  const { facts, store } = usePage();
  const analysis = useAnalysis('heapSummary', { ...rangeOptions(store.selection.value), limit: 0 });
  return (
    <>
      <h2>Memory in the chosen time</h2>
      <Working analysis={analysis}>{(summary) => <Usage summary={summary} />}</Working>
      <h2>The recording</h2>
      <Facts entries={recordingEntries(facts.info)} />
    </>
  );
}

function Usage({ summary: { total, capacity } }: { readonly summary: HeapSummary }) {
  return (
    <Facts
      entries={[
        ['live, on average', formatEstimate(total.averageBytes, total.averageBytesError)],
        ['live, at the peak', formatEstimate(total.peakBytes, total.peakBytesError)],
        [
          'allocated',
          `${formatEstimate(total.allocatedBytes, total.allocatedBytesError)} in ` +
            `${formatCountEstimate(total.allocatedObjects, total.allocatedObjectsError)} objects`,
        ],
        ...(capacity ? capacityEntries(capacity) : []),
      ]}
    />
  );
}

function capacityEntries(capacity: HeapCapacity): (readonly [string, string])[] {
  const { capacityBytes, averageUsedBytes, peakUsedBytes } = capacity;
  const share = (bytes: number, part: number) =>
    `${formatBytes(bytes)}, ${formatShare(part)} of the capacity of ${formatBytes(capacityBytes)}`;
  return [
    ['heap in use, on average', share(averageUsedBytes, capacity.averageUsedShare)],
    ['heap in use, at the peak', share(peakUsedBytes, capacity.peakUsedShare)],
  ];
}

function Facts({ entries }: { readonly entries: readonly (readonly [string, string])[] }) {
  return (
    <dl class="facts">
      {entries.map(([label, value]) => (
        <>
          <dt>{label}</dt>
          <dd>{shown(value)}</dd>
        </>
      ))}
    </dl>
  );
}
