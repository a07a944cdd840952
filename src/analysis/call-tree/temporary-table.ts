import type { TraceSpan } from '../../format/family-traces.js';
import { KINDS } from '../../model/event.js';
import { NO_TRACE } from '../../model/frame.js';
import type { UsageRow } from '../../model/snapshot.js';
import type { SnapshotRange } from '../snapshot-range.js';
import type { TemporaryFrees } from './temporary-frees.js';
import { type MemberCounting, siteWeights } from './temporary-weights.js';

/** Temporary memory of a whole recording, to be looked up by time: what `temporaryUsage` reads from the logs. */
export interface TemporaryTable {
  /** What was freed in the time of these snapshots, each from the one before, and had not survived a garbage collection; empty where `first` is above `last`. */
  of(snapshots: SnapshotRange): readonly UsageRow[];
}

/**
 * A table of what was counted. Numbers are as `temporaryUsage` has them, since they are worked out from the same counts.
 * @param members where each member's traces stand, its names of types, and its sampling; rising by their first trace
 * @param weight that of every event, where it does not follow from the sampling
 */
export function temporaryTable(
  frees: TemporaryFrees,
  members: readonly (TraceSpan & MemberCounting)[],
  weight?: number,
): TemporaryTable {
  const { traces, typeKinds, sizesBytes, starts, snapshots, counts } = frees;
  const { memberOf, weights } = siteWeights(frees, members, weight);
  const objectsIn = (site: number, { first, last }: SnapshotRange) => {
    let objects = 0;
    for (let k = starts[site]!; k < starts[site + 1]! && snapshots[k]! <= last; k++) {
      if (snapshots[k]! >= first) objects += counts[k]!;
    }
    return objects;
  };
  return {
    of: (range) => {
      const rows: UsageRow[] = [];
      for (let site = 0, end = 0; site < traces.length; site = end) {
        const trace = traces[site]!;
        const typeKind = typeKinds[site]!;
        let bytes = 0;
        let objects = 0;
        let bytesVariance = 0;
        let objectsVariance = 0;
        // Sites of one trace, type and kind stand together.
        for (end = site; traces[end] === trace && typeKinds[end] === typeKind; end++) {
          const size = sizesBytes[end]!;
          const weight = weights[end]!;
          const standFor = objectsIn(end, range) * weight;
          // As in the digest: Horvitz and Thompson's estimator.
          bytes += standFor * size;
          objects += standFor;
          bytesVariance += standFor * (weight - 1) * size ** 2;
          objectsVariance += standFor * (weight - 1);
        }
        if (objects === 0) continue;
        const member = memberOf[site]!;
        const { firstTrace, traces: ofMember } = members[member]!;
        rows.push({
          member,
          trace: trace === firstTrace ? NO_TRACE : trace,
          type: ofMember.string(typeKind >>> 1),
          kind: KINDS[typeKind & 1]!,
          bytes,
          objects,
          bytesError: Math.sqrt(bytesVariance),
          objectsError: Math.sqrt(objectsVariance),
        });
      }
      return rows;
    },
  };
}
