import type { HeapSummary } from '../../analysis/summary.js';
import { formatCountEstimate, formatEstimate, formatShare } from '../../render/numbers.js';
import { SUBJECT_HEADERS, subjectText } from '../../render/subject-text.js';
import { usePage } from '../page-context.js';
import { Working } from '../parts/working.js';
import { rangeOptions } from '../state/store.js';
import { useAnalysis } from '../use-analysis.js';

/** A name longer than this is cut in its middle. */
const SUBJECT_CHARACTERS = 120;

/** What used the memory in the chosen time, by type. */
export function TablePanel() {
  const { store } = usePage();
  const analysis = useAnalysis('heapSummary', {
    ...rangeOptions(store.selection.value),
    threshold: 0,
  });
  return <Working analysis={analysis}>{(summary) => <Table summary={summary} />}</Working>;
}

function Table({ summary: { by, rows } }: { readonly summary: HeapSummary }) {
  const { facts } = usePage();
  const cwd = facts.info.facts.process?.cwd;
  return (
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Average</th>
            <th scope="col">Peak</th>
            <th scope="col">Share</th>
            <th scope="col">Objects</th>
            <th scope="col">Allocated</th>
            <th scope="col">{SUBJECT_HEADERS[by]}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={JSON.stringify(row.subject)}>
              <td data-value={row.averageBytes}>
                {formatEstimate(row.averageBytes, row.averageBytesError)}
              </td>
              <td data-value={row.peakBytes}>
                {formatEstimate(row.peakBytes, row.peakBytesError)}
              </td>
              <td data-value={row.share}>{formatShare(row.share)}</td>
              <td data-value={row.averageObjects}>
                {formatCountEstimate(row.averageObjects, row.averageObjectsError)}
              </td>
              <td data-value={row.allocatedBytes}>
                {formatEstimate(row.allocatedBytes, row.allocatedBytesError)}
              </td>
              <td>{subjectText(row.subject, cwd, SUBJECT_CHARACTERS)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
