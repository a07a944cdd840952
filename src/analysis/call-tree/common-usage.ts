import { lastingVariance } from '../compare-measure.js';
import type { Profile } from '../profile.js';
import { type CallTreeOptions, type TemporarySource, usageBy } from './call-tree.js';
import { meaningOf } from './metric.js';
import { allocatedUsage, type StackUsage, usageOfRows } from './stack-usage.js';
import type { ChosenTime } from './time-choice.js';

/** What tells how much variance two times of one recording have in common: it is of the same samples, and cancels in their difference. */
export interface CommonUsage {
  /** Stacks, in as many lists as {@link shared} takes variances. What is folded away in the last may belong to any stack unseen. */
  readonly lists: readonly (readonly StackUsage[])[];
  /** The variance in common of what has these variances in the lists, with so much hidden of the last. */
  shared(variances: readonly number[], hidden: number): number;
}

/** Of two recordings, which are sampled independently. */
export const NOTHING_COMMON: CommonUsage = { lists: [], shared: () => 0 };

/**
 * What two times of one recording have in common. Of what was allocated, or freed soon, that is what was so in both times; of live memory what
 * was certainly live all the time, see `lastingVariance`.
 */
export function commonUsage(
  profile: Profile & TemporarySource,
  a: ChosenTime,
  b: ChosenTime,
  options: Pick<CallTreeOptions, 'metric' | 'kind' | 'within'>,
): CommonUsage {
  const { metric = 'live', kind } = options;
  if (meaningOf(metric).dimension !== 'live') {
    const both = intersection(a, b);
    if (both === undefined) return NOTHING_COMMON;
    const usages = usageBy(metric, profile, both, options);
    return { lists: [usages], shared: ([variance = 0]) => variance };
  }
  const first = Math.min(a.live.first, b.live.first);
  const last = Math.max(a.live.last, b.live.last);
  const liveAt = (index: number) => {
    const rows = profile.snapshots.at(index)!.liveRows;
    const ofKind = kind === undefined ? rows : rows.filter((row) => row.kind === kind);
    return usageOfRows(ofKind, profile.hpm.traces);
  };
  // The first snapshot's allocations come before it.
  const since = allocatedUsage(profile, { ...a, allocated: { first: first + 1, last } }, kind);
  return {
    lists: [liveAt(first), liveAt(last), since],
    shared: (variances, hidden) => {
      const [atFirst = 0, atLast = 0, sinceFirst = 0] = variances;
      return lastingVariance({ first: atFirst, last: atLast, since: sinceFirst }, hidden);
    },
  };
}

/** The time that belongs to both; undefined where there is none. */
function intersection(a: ChosenTime, b: ChosenTime): ChosenTime | undefined {
  const fromSeconds = Math.max(a.fromSeconds, b.fromSeconds);
  const toSeconds = Math.min(a.toSeconds, b.toSeconds);
  if (fromSeconds > toSeconds) return undefined;
  const allocated = {
    first: Math.max(a.allocated.first, b.allocated.first),
    last: Math.min(a.allocated.last, b.allocated.last),
  };
  return { ...a, fromSeconds, toSeconds, allocated };
}
