import type { Comparison } from '../../../analysis/compare.js';
import { formatTime } from '../../../render/numbers.js';
import type { TimeRange } from '../../state/hash.js';

/** What is compared where nothing was chosen: the first and the last third, of what grows the small and the large end. */
export function firstAndLastThird(end: number): { readonly a: TimeRange; readonly b: TimeRange } {
  // To the millisecond, so that a person can read them.
  const third = Math.floor((end / 3) * 1000) / 1000;
  return { a: { from: 0, to: third }, b: { from: Math.round((end - third) * 1e6) / 1e6, to: end } };
}

/**
 * Why a comparison shows nothing, in a sentence that says what to do; undefined where there is something.
 * @param isOne whether both are times of one recording
 */
export function nothingToCompare(
  { a, b, total, metric }: Pick<Comparison, 'a' | 'b' | 'total' | 'metric'>,
  isOne: boolean,
): string | undefined {
  const isSame = a.fromSeconds === b.fromSeconds && a.toSeconds === b.toSeconds;
  if (isOne && isSame) {
    const when =
      a.fromSeconds === a.toSeconds
        ? `the snapshot at ${formatTime(a.toSeconds)}`
        : `${formatTime(a.fromSeconds)} to ${formatTime(a.toSeconds)}`;
    return `A and B are the same: ${when}. Times are those of the snapshots before them. Choose another time for one of the two.`;
  }
  if (total.a !== 0 || total.b !== 0) return undefined;
  if (metric === 'allocated') {
    const isInstant = a.fromSeconds === a.toSeconds && b.fromSeconds === b.toSeconds;
    return isInstant
      ? 'Nothing is allocated in an instant. Choose ranges of time that reach over more than one snapshot.'
      : 'Nothing was allocated in A or in B, or sampling has seen none of it. Choose other times.';
  }
  return 'Nothing was live in A or in B, or sampling has seen none of it. Choose other times.';
}
