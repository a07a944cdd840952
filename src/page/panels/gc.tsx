import { useRef } from 'preact/hooks';
import type { GcActivity } from '../../analysis/gc-activity.js';
import { formatBytes, formatDuration } from '../../base/units.js';
import { formatCount, formatEstimate, formatShare, formatTime } from '../../render/numbers.js';
import { usePage } from '../page-context.js';
import { csvBlob, pngOfSvg, svgBlob } from '../parts/download.js';
import { Downloads } from '../parts/downloads.js';
import { useProfileDownloads } from '../parts/profile-downloads.js';
import { Working } from '../parts/working.js';
import { timeOptions } from '../state/store.js';
import { useAnalysis } from '../use-analysis.js';
import { GcChart } from './gc/gc-chart.js';
import { gcKindMeaning, gcKindName } from './gc/kinds.js';
import { LongestPauses, longestPausesCsv } from './gc/longest-pauses.js';
import { MemoryTable } from './gc/memory-table.js';
import { PauseChart } from './gc/pause-chart.js';
import { pointsWithin } from './gc/stretches.js';
import { GcThreads } from './gc/threads.js';

/** V8's number of a mark-compact, see `GC_KINDS`. */
const MARK_COMPACT = 4;

/** What garbage collection did in the chosen time, and what there was of memory. */
export function GcPanel() {
  const { store } = usePage();
  const analysis = useAnalysis('gcActivity', timeOptions(store.selection.value));
  return <Working analysis={analysis}>{(activity) => <Activity activity={activity} />}</Working>;
}

function Activity({ activity }: { readonly activity: GcActivity }) {
  const { facts, sources, store } = usePage();
  const chart = useRef<SVGSVGElement>(null);
  const profiles = useProfileDownloads();
  const { fromSeconds, toSeconds, total, kinds, threads } = activity;
  const plot = sources.of(store.selection.value).timePlot;
  const points = pointsWithin(plot.points, fromSeconds, toSeconds);
  const states = plot.points.filter(
    ({ timeSeconds }) => timeSeconds >= fromSeconds && timeSeconds <= toSeconds,
  );
  const isKnown = facts.info.log.heapRecords > 0;
  return (
    <div class="gc">
      <div class="panel-head">
        <h2>{`Garbage collection from ${formatTime(fromSeconds)} to ${formatTime(toSeconds)}`}</h2>
        <Downloads
          items={[
            {
              label: 'CSV by kind',
              what: 'gc-by-kind',
              extension: 'csv',
              make: () => kindsCsv(activity),
            },
            {
              label: 'CSV of longest pauses',
              what: 'gc-longest',
              extension: 'csv',
              make: () => longestPausesCsv(activity),
            },
            {
              label: 'SVG of the chart',
              what: 'gc',
              extension: 'svg',
              make: () => svgBlob(expectChart(chart.current)),
            },
            {
              label: 'PNG of the chart',
              what: 'gc',
              extension: 'png',
              make: () => pngOfSvg(expectChart(chart.current)),
            },
            ...profiles,
          ]}
        />
      </div>
      {total.collections === 0 && (
        <p class="note">
          {isKnown
            ? 'The recording has no garbage collections in this time.'
            : 'The recording has no records of V8’s heap, so that nothing is known of its garbage collections.'}
        </p>
      )}
      <Tiles activity={activity} points={points} isKnown={isKnown} />
      {toSeconds > fromSeconds && (
        <GcChart
          points={points}
          fromSeconds={fromSeconds}
          toSeconds={toSeconds}
          isKnown={isKnown}
          svgRef={chart}
        />
      )}
      {total.collections > 0 && (
        <>
          <h2>By kind</h2>
          <Kinds kinds={kinds} />
        </>
      )}
      {threads.length > 1 && (
        <>
          <h2>By thread</h2>
          <GcThreads threads={threads} />
        </>
      )}
      <div class="gc-tables">
        {total.collections > 0 && (
          <section aria-labelledby="gc-longest">
            <h2 id="gc-longest">Longest pauses</h2>
            <LongestPauses activity={activity} />
          </section>
        )}
        <section aria-labelledby="gc-memory">
          <h2 id="gc-memory">Memory</h2>
          <MemoryTable points={states} />
        </section>
      </div>
    </div>
  );
}

function expectChart(chart: SVGSVGElement | null): SVGSVGElement {
  if (chart) return chart;
  throw new Error('An instant has no chart: choose a range of time.');
}

/** The figures that matter, each with what it means. */
function Tiles({
  activity: { fromSeconds, toSeconds, total, kinds, longest },
  points,
  isKnown,
}: {
  readonly activity: GcActivity;
  readonly points: ReturnType<typeof pointsWithin>;
  /** Whether there are records of garbage collections. */
  readonly isKnown: boolean;
}) {
  const hasThreads = usePage().facts.members.length > 1;
  const seconds = toSeconds - fromSeconds;
  const allocated = points.reduce((sum, point) => sum + point.allocatedBytes, 0);
  const error = Math.hypot(...points.map((point) => point.allocatedBytesError));
  const full = kinds.find(({ gcKind }) => gcKind === MARK_COMPACT);
  const most = longest[0];
  return (
    <dl class="tiles">
      {isKnown && (
        <>
          <Tile
            name="Time in garbage collection"
            text={formatShare(total.pauseShare)}
            value={total.pauseShare}
            meaning={`${formatTime(total.pauseSeconds)} in which ${hasThreads ? 'a thread' : 'the program'} stood still${hasThreads ? ', of the time of all threads' : ''}. Below 2 % there is little to gain; above 10 % it costs.`}
          />
          <Tile
            name="Collections"
            text={formatCount(total.collections)}
            value={total.collections}
            meaning={`${seconds > 0 ? `${formatRate((total.collections / seconds) * 60)} a minute. ` : ''}The more is allocated, the more there are.`}
          />
          <Tile
            name="Longest pause"
            text={most ? formatDuration(most.pauseMicros) : 'none'}
            value={most?.pauseMicros ?? 0}
            meaning={
              most
                ? `A ${gcKindName(most.gcKind)} at ${formatTime(most.timeSeconds)}. A request that comes then waits for as long.`
                : 'No collection stopped the program.'
            }
          />
        </>
      )}
      <Tile
        name="Allocation rate"
        text={
          seconds > 0
            ? `${formatEstimate(allocated / seconds, error / seconds)} a\u00a0second`
            : 'none'
        }
        value={seconds > 0 ? allocated / seconds : 0}
        meaning={`${formatEstimate(allocated, error)} in all: what garbage collection has to keep up with.`}
      />
      {full && (
        <Tile
          name="Heap, full collections"
          text={`${formatBytes(full.meanUsedBeforeBytes)} → ${formatBytes(full.meanUsedAfterBytes)}`}
          value={full.meanUsedAfterBytes}
          meaning="In use before and after a mark-compact, on average. What is left after it is what the program holds on to."
        />
      )}
    </dl>
  );
}

function Tile({
  name,
  text,
  value,
  meaning,
}: {
  readonly name: string;
  readonly text: string;
  readonly value: number;
  readonly meaning: string;
}) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="figure" data-figure={name} data-value={value}>
        {text}
      </dd>
      <dd class="meaning">{meaning}</dd>
    </div>
  );
}

function Kinds({ kinds }: Pick<GcActivity, 'kinds'>) {
  const classes = kinds.flatMap(({ pauseClasses }) =>
    pauseClasses.flatMap((count, k) => (count > 0 ? [k] : [])),
  );
  const span = {
    first: Math.min(...classes, 6),
    last: Math.max(...classes, 14),
  };
  return (
    <ul class="kinds">
      {kinds.map((figures) => {
        const { gcKind, collections, pauseSeconds, pauseShare } = figures;
        const name = gcKindName(gcKind);
        return (
          <li key={gcKind} data-kind={gcKind} data-collections={collections}>
            <h3>{name}</h3>
            <p>
              {`${formatCount(collections)} in ${formatTime(pauseSeconds)}, ${formatShare(pauseShare)} of the time; ` +
                `${formatDuration((pauseSeconds * 1e6) / collections)} each on average; heap ${formatBytes(figures.meanUsedBeforeBytes)} → ${formatBytes(figures.meanUsedAfterBytes)}`}
            </p>
            <PauseChart figures={figures} span={span} name={name} />
            <p class="note">{gcKindMeaning(gcKind)}</p>
          </li>
        );
      })}
    </ul>
  );
}

function formatRate(count: number): string {
  return count < 10 ? count.toFixed(1) : formatCount(count);
}

function kindsCsv({ kinds }: GcActivity): Blob {
  return csvBlob(
    [
      'kind',
      'collections',
      'pauseSeconds',
      'pauseShare',
      'meanUsedBeforeBytes',
      'meanUsedAfterBytes',
    ],
    kinds.map((one) => [
      gcKindName(one.gcKind),
      one.collections,
      one.pauseSeconds,
      one.pauseShare,
      one.meanUsedBeforeBytes,
      one.meanUsedAfterBytes,
    ]),
  );
}
