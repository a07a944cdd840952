import { type LeakCandidate, type LeakReport, MIN_COLLECTIONS } from '../analysis/leaks.js';
import { formatBytes } from '../base/units.js';
import { formatCount, formatEstimate, formatShare, formatTime } from './numbers.js';
import { sanitize } from './sanitize.js';
import { callersLine, SUBJECT_HEADERS, subjectText } from './subject-text.js';
import { tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

/**
 * What grows steadily, as lines for a person: what was looked at, then a row for each candidate with its callers and its evidence.
 * Paths are relative to `cwd`, the recorded program's working directory, where they lie within.
 */
export function leaksText(report: LeakReport, cwd: string | undefined, style: TextStyle): string[] {
  const { candidates, threads } = report;
  const { faint, bold } = colorsOf(style);
  if (candidates.length === 0) return [...leaksHead(report), ...leaksAdvice(threads)];
  const isFamily = threads.length > 1;
  const [header, ...rows] = tableLines(
    [
      {
        header: 'Growth a minute',
        cells: candidates.map((one) => formatEstimate(one.bytesPerMinute, one.bytesPerMinuteError)),
      },
      { header: 'At start', cells: candidates.map((one) => formatBytes(one.startBytes)) },
      {
        header: 'At end',
        cells: candidates.map((one) => formatEstimate(one.endBytes, one.endBytesError)),
      },
      { header: 'Survives', cells: candidates.map((one) => formatShare(one.survivingShare)) },
    ],
    {
      header: SUBJECT_HEADERS[report.by],
      textOf: (row, width) => subjectText(candidates[row]!.subject, cwd, width),
    },
    style.width,
  );
  return [
    ...leaksHead(report),
    '',
    bold(header!),
    ...rows.flatMap((row, k) => {
      const candidate = candidates[k]!;
      const thread = isFamily ? `in ${sanitize(threads[candidate.member]!.label)}; ` : '';
      return [
        row,
        ...callersLine(candidate.subject, cwd, style.width).map(faint),
        faint(`    ${thread}${evidenceText(candidate)}`),
      ];
    }),
    ...leaksAdvice(threads),
  ];
}

/**
 * What was looked at, and how many candidates there are, as lines for a person.
 * @param count the candidates that there are in all
 */
export function leaksHead(
  { candidates, threads, by }: LeakReport,
  count = candidates.length,
): string[] {
  const groups = threads.reduce((sum, thread) => sum + thread.groups, 0);
  if (groups === 0) return [];
  const what = `${formatCount(groups)} ${groups === 1 ? by : `${by}s`}`;
  return [
    count === 0
      ? `Of ${what}, none grows steadily and stays through full garbage collections.`
      : `Of ${what}, ${formatCount(count)} ${count === 1 ? 'grows' : 'grow'} steadily and ` +
        `${count === 1 ? 'stays' : 'stay'} through full garbage collections:`,
  ];
}

/** `24 collections from 2.10 s to 58.00 s; left of its 1st third 1.1 MiB, 2nd 1.0 MiB, 3rd 1.1 MiB`. */
function evidenceText({ points, survivingByThird }: LeakCandidate): string {
  const [first, second, third] = survivingByThird.map(formatBytes);
  const from = formatTime(points[0]!.timeSeconds);
  const to = formatTime(points.at(-1)!.timeSeconds);
  return (
    `after ${points.length} collections, ${from} to ${to}; ` +
    `still live of the 1st third ${first}, of the 2nd ${second}, of the 3rd ${third}`
  );
}

/** Of more threads than this, a sentence does not have the names. */
const MAX_NAMED = 5;

/** What to do where there were too few collections, as lines for a person. */
export function leaksAdvice(threads: LeakReport['threads']): string[] {
  const unsearched = threads.filter(
    ({ fullCollections, groups }) => groups === 0 && fullCollections < MIN_COLLECTIONS,
  );
  const [one] = unsearched;
  if (one === undefined) return [];
  const need = `${MIN_COLLECTIONS} are needed to tell growth from garbage`;
  const advice = 'record for longer, or run Node with --expose-gc and call gc() now and then.';
  if (unsearched.length === 1) {
    return [
      `${sanitize(one.label)}: ${collectionsText(one.fullCollections)}, and ${need}; ${advice}`,
    ];
  }
  const named = unsearched
    .slice(0, MAX_NAMED)
    .map(({ label, fullCollections }) => `${sanitize(label)} ${fullCollections}`);
  const others = unsearched.length - named.length;
  if (others > 0) named.push(`${formatCount(others)} others`);
  return [`Full garbage collections: ${named.join(', ')}, and in each thread ${need}; ${advice}`];
}

function collectionsText(count: number): string {
  return count === 1 ? '1 full garbage collection' : `${count} full garbage collections`;
}
