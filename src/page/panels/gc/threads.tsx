import type { GcActivity } from '../../../analysis/gc-activity.js';
import { memberLabel } from '../../../analysis/member-label.js';
import { formatBytes } from '../../../base/units.js';
import { formatCount, formatShare, formatTime } from '../../../render/numbers.js';
import { usePage } from '../../page-context.js';
import { HeadedTable } from '../../parts/headed-table.js';
import { shown } from '../../parts/text.js';

/** The collections of each thread, and how large its heap was. */
export function GcThreads({ threads }: Pick<GcActivity, 'threads'>) {
  const { facts } = usePage();
  return (
    <HeadedTable
      class="of-threads"
      headers={[
        'Thread',
        'Collections',
        'Pauses',
        'Share of its time',
        'Heap, at most',
        'Capacity',
      ]}
    >
      {threads.map(({ member, collections, pauseSeconds, pauseShare, ...heap }) => (
        <tr key={member}>
          <th scope="row">{shown(memberLabel(facts.members[member]!))}</th>
          <td data-value={collections}>{formatCount(collections)}</td>
          <td data-value={pauseSeconds}>{formatTime(pauseSeconds)}</td>
          <td data-value={pauseShare}>{formatShare(pauseShare)}</td>
          <td data-value={heap.mostUsedBytes}>{formatBytes(heap.mostUsedBytes)}</td>
          <td>{formatBytes(heap.limitBytes)}</td>
        </tr>
      ))}
    </HeadedTable>
  );
}
