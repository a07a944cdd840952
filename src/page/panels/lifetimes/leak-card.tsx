import { SUMMARY_BY } from '../../../analysis/grouping.js';
import type { LeakCandidate } from '../../../analysis/leaks.js';
import { formatBytes } from '../../../base/units.js';
import { formatEstimate, formatShareEstimate, formatTime } from '../../../render/numbers.js';
import { callersLine, subjectText } from '../../../render/subject-text.js';
import { usePage } from '../../page-context.js';
import { shown } from '../../parts/text.js';
import { useWidth } from '../../parts/use-width.js';
import { oneOf, text } from '../../state/hash.js';
import { searchText, showInCallTrees } from '../table/follow.js';

/** Space for the texts of the chart. */
const TOP = 16;
const BOTTOM = 16;
const HEIGHT = 96;
const NAME_CHARACTERS = 90;
const CALLERS_CHARACTERS = 110;

/** Something that grows steadily, with the evidence for it. */
export function LeakCard({ candidate }: { readonly candidate: LeakCandidate }) {
  const { facts, store } = usePage();
  const cwd = facts.info.facts.process?.cwd;
  const { subject, survivingByThird, points } = candidate;
  const name = searchText(subject);
  const title = subjectText(subject, cwd, NAME_CHARACTERS);
  const thread =
    facts.members.length > 1 && 'value' in facts.leaks
      ? facts.leaks.value.threads[candidate.member]?.label
      : undefined;
  const thirds = survivingByThird.map(formatBytes).join(', ');
  return (
    <li class="leak">
      <div class="leak-head">
        <h3>{title}</h3>
        {callersLine(subject, cwd, CALLERS_CHARACTERS).map((line) => (
          <p class="callers">{line.trim()}</p>
        ))}
        <p class="growth">
          <strong>{formatEstimate(candidate.bytesPerMinute, candidate.bytesPerMinuteError)}</strong>{' '}
          a minute{thread && `, in ${shown(thread)}`}
        </p>
      </div>
      <LeakChart candidate={candidate} title={title} />
      <ul class="evidence">
        <li>
          {`Live after ${points.length} full garbage collections: from ${formatEstimate(candidate.startBytes, candidate.startBytesError)} ` +
            `to ${formatEstimate(candidate.endBytes, candidate.endBytesError)}; so steady a rise comes by chance in ` +
            `${chanceText(candidate.pValue)}.`}
        </li>
        <li>
          {`${shareText(candidate)} of what was allocated stays. Of the first, second and third part of the time there are ` +
            `still ${thirds}: what is old is kept as well as what is new, unlike in a cache.`}
        </li>
      </ul>
      <p class="leak-links">
        {name !== undefined && (
          <button type="button" onClick={() => showInCallTrees(store, name)}>
            Call tree
          </button>
        )}
        <button
          type="button"
          onClick={() => {
            store.setting('table.by', oneOf(SUMMARY_BY), 'type').value = subject.by;
            store.setting('table.filter', text, '').value = name ?? '';
            store.panel.value = 'table';
          }}
        >
          Row of the table
        </button>
        <button
          type="button"
          onClick={() => {
            store.selection.value = {
              from: points[0]!.timeSeconds,
              to: points.at(-1)!.timeSeconds,
            };
          }}
        >
          Choose its time
        </button>
      </p>
    </li>
  );
}

function shareText({ survivingShare, survivingShareError }: LeakCandidate): string {
  return formatShareEstimate(survivingShare, survivingShareError);
}

/** `1 of 240 cases`. */
function chanceText(pValue: number): string {
  const cases = Math.round(1 / Math.max(pValue, 1e-6));
  return cases >= 1e6
    ? 'less than 1 of a million cases'
    : `1 of ${cases.toLocaleString('en-US')} cases`;
}

/** Live bytes after each full collection. */
function LeakChart({
  candidate: { points },
  title,
}: {
  readonly candidate: LeakCandidate;
  readonly title: string;
}) {
  const [place, width] = useWidth<HTMLDivElement>(320);
  const most = Math.max(...points.map(({ bytes }) => bytes), 1);
  const start = points[0]!.timeSeconds;
  const length = Math.max(points.at(-1)!.timeSeconds - start, 1e-6);
  const x = (seconds: number) => 3 + ((seconds - start) / length) * (width - 6);
  const y = (bytes: number) => HEIGHT - BOTTOM - (bytes / most) * (HEIGHT - BOTTOM - TOP);
  const line = points.map((p) => `${x(p.timeSeconds).toFixed(1)},${y(p.bytes).toFixed(1)}`);
  const last = points.at(-1)!;
  return (
    <div class="leak-chart" ref={place}>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={`Live bytes of ${title} after full garbage collections, up to ${formatBytes(most)}`}
      >
        <line class="axis" x1={0} x2={width} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
        <polyline points={line.join(' ')} />
        {points.map(({ timeSeconds, bytes }) => (
          <circle key={timeSeconds} cx={x(timeSeconds)} cy={y(bytes)} r={2.5}>
            <title>{`${formatBytes(bytes)} at ${formatTime(timeSeconds)}`}</title>
          </circle>
        ))}
        <text x={width} y={TOP - 5} text-anchor="end">
          {formatBytes(last.bytes)}
        </text>
        <text x={0} y={HEIGHT - 3}>
          {formatTime(start)}
        </text>
        <text x={width} y={HEIGHT - 3} text-anchor="end">
          {formatTime(last.timeSeconds)}
        </text>
      </svg>
    </div>
  );
}
