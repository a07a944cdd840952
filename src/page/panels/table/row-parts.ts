import { groupingBy, type SummaryBy } from '../../../analysis/grouping.js';
import type { Profile } from '../../../analysis/profile.js';
import { heapSummary, type SummaryRow } from '../../../analysis/summary.js';
import type { Snapshot, UsageRow } from '../../../model/snapshot.js';
import { subjectKey } from './subject-key.js';

/** Which row of a table is asked for, and in what it is to be taken apart. */
export interface RowPartsOptions {
  readonly from?: number;
  readonly to?: number;
  readonly by: SummaryBy;
  /** Its {@link subjectKey}. */
  readonly key: string;
  readonly into: readonly SummaryBy[];
  /** List at most so many parts of each, the largest. */
  readonly limit: number;
}

/** What a row of a heap summary is made of. */
export interface RowParts {
  readonly by: SummaryBy;
  /** Their shares are of the row. */
  readonly rows: readonly SummaryRow[];
  readonly otherCount: number;
}

/** Takes a row of a heap summary apart: the heap summary of its memory alone, by something else. */
export function rowParts(profile: Profile, options: RowPartsOptions): RowParts[] {
  const { by, key, into, limit, ...range } = options;
  const part = onlyRow(profile, by, key);
  return into.map((each) => {
    const { rows, unlisted } = heapSummary(part, { ...range, by: each, threshold: 0, limit });
    return { by: each, rows, otherCount: unlisted.rowCount };
  });
}

/** A profile with the memory of one row only. */
function onlyRow(profile: Profile, by: SummaryBy, key: string): Profile {
  const grouping = groupingBy(by, profile);
  const answers = new Map<number | string, boolean>();
  const isOfRow = (row: UsageRow): boolean => {
    const group = grouping.keyOf(row);
    let answer = answers.get(group);
    if (answer === undefined) {
      answer = subjectKey(grouping.subjectOf(group, () => 0)) === key;
      answers.set(group, answer);
    }
    return answer;
  };
  const filtered = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    liveRows: snapshot.liveRows.filter(isOfRow),
    allocatedRows: snapshot.allocatedRows.filter(isOfRow),
  });
  const { snapshots } = profile;
  return {
    totals: profile.totals,
    hpm: profile.hpm,
    members: profile.members,
    snapshots: {
      length: snapshots.length,
      at: (index) => {
        const snapshot = snapshots.at(index);
        return snapshot && filtered(snapshot);
      },
      *[Symbol.iterator]() {
        for (const snapshot of snapshots) yield filtered(snapshot);
      },
    },
  };
}
