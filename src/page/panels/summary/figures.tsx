import type { ComponentChildren } from 'preact';
import type { HeapCapacity } from '../../../analysis/capacity.js';
import { HIGH_CAPACITY_SHARE } from '../../../analysis/findings.js';
import { type MemoryPace, memoryPace } from '../../../analysis/memory-pace.js';
import type { HeapSummary } from '../../../analysis/summary.js';
import { threadSpans } from '../../../analysis/thread-time.js';
import { formatBytes, formatDuration } from '../../../base/units.js';
import { formatCount, formatEstimate, formatShare, formatTime } from '../../../render/numbers.js';
import { usePage } from '../../page-context.js';
import { OptionNames } from '../../parts/option-names.js';

/** Below this part of the capacity, there is more of it than the program needs. */
const LOW_CAPACITY_SHARE = 0.3;

/** A trend that is not so many times its error is none. */
const MIN_ERRORS = 2;

/** Shares of time in collections that are little, and much. */
const LOW_GC_SHARE = 0.02;
const HIGH_GC_SHARE = 0.05;

/** The figures of the chosen time that say how a program is doing, each with what it means. */
export function Figures({ summary }: { readonly summary: HeapSummary }) {
  const { facts, sources, store } = usePage();
  const { total, capacity } = summary;
  const { points } = sources.of(store.selection.value).timePlot;
  const pace = memoryPace(summary, points, threadSpans(facts.info.members));
  return (
    <dl class="figures">
      <Figure
        name="live"
        title={pace ? 'Live memory, on average' : 'Live memory'}
        value={total.averageBytes}
        text={formatEstimate(total.averageBytes, total.averageBytesError)}
      >
        {pace
          ? `At the peak, after ${formatTime(total.peakSeconds)}: ${formatEstimate(total.peakBytes, total.peakBytesError)}. `
          : ''}
        Objects and array buffers that are not freed yet, by estimate.
      </Figure>
      {capacity && <CapacityFigure capacity={capacity} isInstant={pace === undefined} />}
      {pace && <PaceFigures pace={pace} summary={summary} />}
    </dl>
  );
}

function CapacityFigure({
  capacity,
  isInstant,
}: {
  readonly capacity: HeapCapacity;
  readonly isInstant: boolean;
}) {
  const { capacityBytes, averageUsedBytes, averageUsedShare, peakUsedBytes, peakUsedShare } =
    capacity;
  const hasThreads = usePage().facts.members.length > 1;
  return (
    <Figure
      name="capacity"
      title="Heap in use, of its capacity"
      value={averageUsedShare}
      text={
        formatShare(averageUsedShare) + (isInstant ? '' : `, peak ${formatShare(peakUsedShare)}`)
      }
    >
      <span class="gauge" aria-hidden="true">
        <span style={{ width: `${Math.min(peakUsedShare, 1) * 100}%` }} class="gauge-peak" />
        <span style={{ width: `${Math.min(averageUsedShare, 1) * 100}%` }} class="gauge-average" />
      </span>
      {formatBytes(averageUsedBytes)}
      {!isInstant && ` on average, ${formatBytes(peakUsedBytes)} at the peak,`} of{' '}
      {formatBytes(capacityBytes)}
      {hasThreads && ', those of all threads together'}.{' '}
      <OptionNames text={capacityMeaning(capacity)} />
    </Figure>
  );
}

/** What it means for the person how much of the capacity is used. */
function capacityMeaning({ averageUsedShare, peakUsedShare }: HeapCapacity): string {
  if (peakUsedShare >= HIGH_CAPACITY_SHARE) {
    return (
      'High: near the limit V8 collects garbage ever more often, and beyond it the program ends, out of memory. ' +
      'Find what grows, or give it more with --max-old-space-size.'
    );
  }
  if (averageUsedShare >= LOW_CAPACITY_SHARE || peakUsedShare >= 2 * LOW_CAPACITY_SHARE) {
    return 'In between: there is room for a peak, and the limit is not far above what is needed.';
  }
  return (
    'Low: it is far from running out of memory. Where memory is dear, --max-old-space-size can be smaller; ' +
    'it should stay well above the peak.'
  );
}

function PaceFigures({
  pace,
  summary: { total },
}: {
  readonly pace: MemoryPace;
  readonly summary: HeapSummary;
}) {
  const { facts } = usePage();
  const { bytesPerMinute, bytesPerMinuteError } = total;
  const isTrend = Math.abs(bytesPerMinute) > MIN_ERRORS * bytesPerMinuteError;
  return (
    <>
      <Figure
        name="growth"
        title="Growth of live memory"
        value={bytesPerMinute}
        text={`${formatBytes(bytesPerMinute)} a minute`}
      >
        ± {formatBytes(bytesPerMinuteError)}.{' '}
        {isTrend
          ? `It ${bytesPerMinute > 0 ? 'rises' : 'falls'} by more than chance would have it.`
          : 'That is no more than chance would have it: no trend.'}
      </Figure>
      <Figure
        name="rate"
        title="Allocation rate"
        value={pace.allocatedBytesPerSecond}
        text={`${formatBytes(pace.allocatedBytesPerSecond)} a second`}
      >
        {formatEstimate(total.allocatedBytes, total.allocatedBytesError)} in{' '}
        {formatDuration(pace.seconds * 1e6)}, {countOf(total.allocatedObjects, 'object')}. The more
        is allocated, the more often garbage is collected.
      </Figure>
      {facts.info.log.heapRecords > 0 && (
        <Figure
          name="gc"
          title="Time in garbage collection"
          value={pace.gcShare}
          text={formatShare(pace.gcShare)}
        >
          {formatCount(pace.collections)} {pace.collections === 1 ? 'collection' : 'collections'},{' '}
          {formatDuration(pace.gcPauseSeconds * 1e6)} in all
          {facts.members.length > 1 && ', of the time of all threads: each is paused by its own'}.{' '}
          {gcMeaning(pace.gcShare)}
        </Figure>
      )}
    </>
  );
}

function countOf(count: number, what: string): string {
  return `${formatCount(count)} ${what}${formatCount(count) === '1' ? '' : 's'}`;
}

function gcMeaning(share: number): string {
  if (share < LOW_GC_SHARE) return 'Little: there is nothing to be won there.';
  if (share < HIGH_GC_SHARE)
    return 'Some: fewer short-lived objects would make the program faster.';
  return 'Much: look at what is short-lived, and at how near the heap is to its capacity.';
}

function Figure({
  name,
  title,
  value,
  text,
  children,
}: {
  readonly name: string;
  readonly title: string;
  readonly value: number;
  readonly text: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div data-figure={name}>
      <dt>{title}</dt>
      <dd class="figure" data-value={value}>
        {text}
      </dd>
      <dd class="meaning">{children}</dd>
    </div>
  );
}
