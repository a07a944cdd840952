import { digestEntries, type Entry, recordingEntries } from '../../render/info-text.js';
import { formatCount } from '../../render/numbers.js';
import type { ReportFacts } from '../../render/report/report-data.js';
import { usePage } from '../page-context.js';
import { shown } from '../parts/text.js';
import { Working } from '../parts/working.js';
import type { Selection } from '../state/hash.js';
import { rangeOptions } from '../state/store.js';
import { useAnalysis } from '../use-analysis.js';
import { Figures } from './summary/figures.js';
import { FindingsList } from './summary/findings-list.js';
import { Threads } from './summary/threads.js';

/** What stands out, how the program did in the chosen time, and what was recorded. */
export function SummaryPanel() {
  const { facts, store } = usePage();
  const chosen = store.selection.value;
  const ofAll = useAnalysis('heapSummary', { limit: 0 }, 'report');
  return (
    <div class="summary">
      <section aria-labelledby="summary-findings">
        <h2 id="summary-findings">
          Findings {chosen !== undefined && <small>of the whole recording</small>}
        </h2>
        <Working analysis={ofAll}>{(summary) => <FindingsList summary={summary} />}</Working>
      </section>
      <section aria-labelledby="summary-figures">
        <h2 id="summary-figures">
          {chosen === undefined ? 'Memory in the whole recording' : 'Memory in the chosen time'}
        </h2>
        {chosen === undefined ? (
          <Working analysis={ofAll}>{(summary) => <Figures summary={summary} />}</Working>
        ) : (
          <ChosenFigures chosen={chosen} />
        )}
      </section>
      {facts.members.length > 1 && (
        <section aria-labelledby="summary-threads" class="summary-recording">
          <h2 id="summary-threads">Threads and processes</h2>
          <Threads />
        </section>
      )}
      <section aria-labelledby="summary-recording" class="summary-recording">
        <h2 id="summary-recording">The recording</h2>
        <dl class="facts">
          {entriesOf(facts).map(([label, value]) => (
            <>
              <dt>{label}</dt>
              <dd>{shown(value)}</dd>
            </>
          ))}
        </dl>
      </section>
    </div>
  );
}

/** What is known of the recording, of the digest that the figures are from, and what of the marks is left out. */
function entriesOf({ info, marks, leftOutMarks }: ReportFacts): Entry[] {
  const left: Entry = [
    'marks',
    `${formatCount(marks.length + leftOutMarks)}, of which the time line has the first ${formatCount(marks.length)}`,
  ];
  return [
    ...recordingEntries(info),
    ...(leftOutMarks > 0 ? [left] : []),
    ...(info.digest ? digestEntries(info.digest) : []),
  ];
}

function ChosenFigures({ chosen }: { readonly chosen: Selection }) {
  const analysis = useAnalysis('heapSummary', { ...rangeOptions(chosen), limit: 0 });
  return <Working analysis={analysis}>{(summary) => <Figures summary={summary} />}</Working>;
}
