import { threadHeaps } from '../../../analysis/gc-table.js';
import { formatBytes } from '../../../base/units.js';
import { shortEndText } from '../../../render/info-text.js';
import { formatCount, formatShare, formatTime } from '../../../render/numbers.js';
import { usePage } from '../../page-context.js';
import { HeadedTable } from '../../parts/headed-table.js';
import { shown } from '../../parts/text.js';

/** The recordings of the family, each with when it was there and how it did. Of the whole recording. */
export function Threads() {
  const { facts } = usePage();
  const heaps = threadHeaps(facts.gc);
  return (
    <>
      <HeadedTable
        class="of-threads in-words"
        headers={[
          'Thread',
          'Start',
          'Length',
          'Events',
          'Heap, at most',
          'of its capacity',
          'Collections',
          'Pauses',
          'of its time',
          'End',
        ]}
      >
        {facts.info.members.map(({ suffix, label, startSeconds, log }, member) => {
          const { elapsedSeconds, gcPauseSeconds, collections } = log;
          const heap = heaps.get(member);
          return (
            <tr key={suffix} data-thread={suffix}>
              <th scope="row">{shown(label)}</th>
              <td>{formatTime(startSeconds)}</td>
              <td>{formatTime(elapsedSeconds)}</td>
              <td>{formatCount(log.allocations + log.frees)}</td>
              <td>{heap ? formatBytes(heap.mostUsedBytes) : '–'}</td>
              <td>{heap ? formatShare(heap.mostUsedBytes / heap.limitBytes) : '–'}</td>
              <td>{formatCount(collections)}</td>
              <td>{formatTime(gcPauseSeconds)}</td>
              <td>{elapsedSeconds > 0 ? formatShare(gcPauseSeconds / elapsedSeconds) : '–'}</td>
              <td>{shown(shortEndText(log))}</td>
            </tr>
          );
        })}
      </HeadedTable>
      <p class="note">
        A thread has a heap of its own, and is paused by its own collections. The heap is as it was
        before a collection.
      </p>
    </>
  );
}
