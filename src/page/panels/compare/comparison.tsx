import { useEffect } from 'preact/hooks';
import { COMPARE_METRICS, type CompareMetric } from '../../../analysis/compare-measure.js';
import { COMPARE_METRIC_NAMES, unitOf } from '../../../render/compare-names.js';
import {
  differenceText,
  estimateText,
  percentText,
  significanceText,
} from '../../../render/difference-text.js';
import { usePage } from '../../page-context.js';
import { Choices } from '../../parts/choices.js';
import { usePageStart } from '../../parts/pager.js';
import { unbroken } from '../../parts/text.js';
import { Working } from '../../parts/working.js';
import type { Selection } from '../../state/hash.js';
import { rangeOptions } from '../../state/store.js';
import { useAnalysis } from '../../use-analysis.js';
import type { SourceName } from '../../worker/messages.js';
import { DifferenceGraph } from './difference-graph.js';
import type { DifferenceTable } from './difference-table.js';
import { CompareDownloads } from './downloads.js';
import { Shades } from './legend.js';
import type { OtherRecording } from './other-recording.js';
import { PAGE_ROWS, RowsOfDifferences } from './rows-of-differences.js';
import { type CompareSettings, DIFFERENCE_VIEWS } from './settings.js';
import { nothingToCompare } from './sides.js';

/** What is asked of the analyses: the times, and which data they are of. */
export interface Compared {
  readonly ranges: {
    readonly a: ReturnType<typeof rangeOptions>;
    readonly b: ReturnType<typeof rangeOptions>;
  };
  readonly source: SourceName;
  readonly other: SourceName;
}

/** How B differs from A: in a sentence, as a flame graph and as a table; or why there is nothing to see. */
export function Comparison({
  settings,
  a,
  b,
  other,
  onFigures,
}: {
  readonly settings: CompareSettings;
  readonly a: Selection;
  readonly b: Selection;
  readonly other: OtherRecording | undefined;
  /** Is told what each side has, as text. */
  readonly onFigures: (figures: { readonly a: string; readonly b: string }) => void;
}) {
  const { sources } = usePage();
  const { metric, normalize, by, filter, sort } = settings;
  // Two times of one recording are asked of the same data: as two they would be two recordings, which have no objects in common.
  const { name: source } = other ? sources.of(a) : sources.of(a, b);
  const compared: Compared = {
    ranges: { a: rangeOptions(a), b: rangeOptions(b) },
    source,
    other: other ? 'other' : source,
  };
  const wanted = {
    ...compared.ranges,
    by: by.value,
    metric: metric.value,
    normalize: normalize.value,
    filter: filter.value.trim(),
    sort: sort.value.column,
    ascending: sort.value.ascending,
  };
  const first = usePageStart(wanted);
  const analysis = useAnalysis(
    'differenceTable',
    { ...wanted, first: first.value, count: PAGE_ROWS },
    compared.source,
    compared.other,
  );
  const { value } = analysis;
  useEffect(() => onFigures(figuresOf(value)), [value]);
  return (
    <>
      <div class="compare-controls">
        <Choices name="Compared" of={metric} words={COMPARE_METRICS} texts={METRICS} />
        <label class="check" title="B is scaled to the total of A, so that shares are compared">
          <input
            type="checkbox"
            checked={normalize.value}
            onChange={({ currentTarget }) => {
              normalize.value = currentTarget.checked;
            }}
          />
          Compare shares
        </label>
        <CompareDownloads {...{ settings, compared, wanted }} otherRecording={other} />
      </div>
      <Working analysis={analysis}>
        {(table) => {
          const problem = nothingToCompare(table.comparison, other === undefined);
          if (problem !== undefined) return <p class="nothing">{problem}</p>;
          return (
            <>
              <Verdict table={table} />
              <Graph settings={settings} compared={compared} />
              <RowsOfDifferences table={table} settings={settings} first={first} />
            </>
          );
        }}
      </Working>
    </>
  );
}

const METRICS = {
  live: ['Live', 'Live bytes, averaged over the time of each side'],
  allocated: ['Allocated', 'Bytes allocated within each side'],
  objects: ['Objects', 'Live objects, averaged over the time of each side'],
} as const satisfies Record<CompareMetric, readonly [string, string]>;

const VIEWS = {
  overview: ['Overview', 'Callers at the top, what they call below them'],
  hotspots: ['Hotspots', 'What allocated at the top, its callers below it'],
} as const;

/** How all memory differs. */
function Verdict({ table: { comparison } }: { readonly table: DifferenceTable }) {
  const { metric, total, scale } = comparison;
  return (
    <p class="verdict">
      <strong>{unbroken(differenceText(total, unitOf(metric)))}</strong>
      {percentText(total)} {COMPARE_METRIC_NAMES[metric]}, from A to B; {significanceText(total)}.
      {scale !== 1 && ` Below, B is scaled by ${scale.toPrecision(3)}, to the total of A.`}
    </p>
  );
}

function Graph({
  settings,
  compared: { ranges, source, other },
}: {
  readonly settings: CompareSettings;
  readonly compared: Compared;
}) {
  const { metric, normalize, view, zoom } = settings;
  const analysis = useAnalysis(
    'differenceTree',
    { ...ranges, metric: metric.value, normalize: normalize.value, view: view.value },
    source,
    other,
  );
  return (
    <section class="difference-graph" aria-label="Call trees of A and B">
      <div class="compare-controls">
        <Choices
          name="View"
          of={view}
          words={DIFFERENCE_VIEWS}
          texts={VIEWS}
          onChange={() => {
            zoom.value = '';
          }}
        />
        <Shades />
      </div>
      <Working analysis={analysis}>
        {(tree) => <DifferenceGraph tree={tree} settings={settings} />}
      </Working>
    </section>
  );
}

function figuresOf(table: DifferenceTable | undefined): { readonly a: string; readonly b: string } {
  if (table === undefined) return { a: '', b: '' };
  const { total, metric } = table.comparison;
  const text = (value: number, error: number) => {
    const objects = metric === 'objects' ? ' objects' : '';
    const how = metric === 'allocated' ? 'allocated' : 'live';
    return `${estimateText(value, error, unitOf(metric))}${objects} ${how}`;
  };
  return { a: text(total.a, total.aError), b: text(total.b, total.bError) };
}
