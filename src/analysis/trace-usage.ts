import type { Snapshot, UsageRow } from '../model/snapshot.js';
import { type TreeUsage, totalUsage } from './call-tree/call-tree.js';

/** What is live in a snapshot by the index of its trace, types and kinds together; 0 is "other". A trace that has nothing live is not there. */
export function usageByTrace({ liveRows }: Snapshot): Map<number, TreeUsage> {
  const rows = new Map<number, UsageRow[]>();
  for (const row of liveRows) {
    const ofTrace = rows.get(row.trace);
    if (ofTrace) ofTrace.push(row);
    else rows.set(row.trace, [row]);
  }
  return new Map([...rows].map(([trace, ofTrace]) => [trace, totalUsage(ofTrace)]));
}
