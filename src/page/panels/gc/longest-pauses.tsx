import type { GcActivity } from '../../../analysis/gc-activity.js';
import { memberLabel } from '../../../analysis/member-label.js';
import { formatBytes, formatDuration } from '../../../base/units.js';
import { formatTime } from '../../../render/numbers.js';
import { usePage } from '../../page-context.js';
import { csvBlob } from '../../parts/download.js';
import { HeadedTable } from '../../parts/headed-table.js';
import { shown } from '../../parts/text.js';
import { gcKindName } from './kinds.js';

/** The collections that paused the program the longest; each chooses its instant. */
export function LongestPauses({ activity: { longest } }: { readonly activity: GcActivity }) {
  const { facts, store } = usePage();
  const hasThreads = facts.members.length > 1;
  return (
    <HeadedTable class="longest" headers={['Pause', 'At', 'Heap before', 'Heap after', 'Kind']}>
      {longest.map((pause) => (
        <tr key={`${pause.member} ${pause.timeSeconds}`}>
          <td data-value={pause.pauseMicros}>{formatDuration(pause.pauseMicros)}</td>
          <td>
            <button
              type="button"
              class="as-link"
              title="Choose this instant"
              onClick={() => {
                store.selection.value = { at: pause.timeSeconds };
              }}
            >
              {formatTime(pause.timeSeconds)}
            </button>
          </td>
          <td>{formatBytes(pause.usedBeforeBytes)}</td>
          <td>{formatBytes(pause.usedAfterBytes)}</td>
          <td>
            {gcKindName(pause.gcKind)}
            {hasThreads && ` in ${shown(memberLabel(facts.members[pause.member]!))}`}
          </td>
        </tr>
      ))}
    </HeadedTable>
  );
}

/** {@link LongestPauses} as a file. */
export function longestPausesCsv({ longest }: GcActivity): Blob {
  return csvBlob(
    ['timeSeconds', 'kind', 'member', 'pauseMicros', 'usedBeforeBytes', 'usedAfterBytes'],
    longest.map((one) => [
      one.timeSeconds,
      gcKindName(one.gcKind),
      one.member,
      one.pauseMicros,
      one.usedBeforeBytes,
      one.usedAfterBytes,
    ]),
  );
}
