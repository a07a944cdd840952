import { isBeyond } from './compare-limit.js';
import type { Estimate } from './compare-measure.js';
import { subjectBy } from './compare-subject.js';
import type { Profile } from './profile.js';
import { SubjectKeys } from './subject-keys.js';

/** A line of code, and the bytes that are its own. */
export interface TopLine extends Estimate {
  /** `function (file:line)`, the file relative to the program's working directory. */
  readonly label: string;
}

/** Less is not what anyone looks for. */
const LEAST_SHARE = 0.01;

/** The lines with the most bytes, largest first, of the bytes that traces have; at most `count`, and none with less than a hundredth, or that sampling alone can explain. */
export function topLines(
  byTrace: Iterable<readonly [trace: number, bytes: Estimate]>,
  profile: Profile,
  count: number,
): TopLine[] {
  const keys = new SubjectKeys();
  const lineOf = subjectBy('line', profile, keys);
  const sums = new Map<string, { value: number; variance: number }>();
  for (const [trace, { value, error }] of byTrace) {
    const [label = ''] = keys.labelsOf(lineOf({ trace, type: '', kind: 'heap' }));
    const sum = sums.get(label) ?? { value: 0, variance: 0 };
    sum.value += value;
    sum.variance += error ** 2;
    sums.set(label, sum);
  }
  const lines = [...sums].map(([label, { value, variance }]) => ({
    label,
    value,
    error: Math.sqrt(variance),
  }));
  const total = lines.reduce((sum, { value }) => sum + value, 0);
  return lines
    .filter((line) => line.value >= LEAST_SHARE * total && isBeyond(line, 0))
    .sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1))
    .slice(0, count);
}
