import type { Subject, SummaryBy } from '../../../analysis/grouping.js';
import { answerableFrame } from '../../../analysis/location.js';
import type { SummaryRow } from '../../../analysis/summary.js';
import { shortFrameText } from '../../../render/frame-text.js';
import { formatCount, formatEstimate, formatShare } from '../../../render/numbers.js';
import { callersLine, subjectText } from '../../../render/subject-text.js';
import { usePage } from '../../page-context.js';
import { Working } from '../../parts/working.js';
import { rangeOptions } from '../../state/store.js';
import { useAnalysis } from '../../use-analysis.js';
import { Bar, Figure } from './figures.js';
import { searchText, showInCallTrees, showInFlowGraph } from './follow.js';
import { subjectKey } from './subject-key.js';

/** Parts of each kind that an open row shows. */
const PARTS = 6;

/** Characters of a name. */
const NAME_WIDTH = 110;

/** Into what a row is taken apart. */
const PARTS_OF: Readonly<Record<SummaryBy, readonly SummaryBy[]>> = {
  type: ['line', 'trace'],
  kind: ['type', 'line', 'trace'],
  thread: ['type', 'line', 'trace'],
  package: ['function', 'type', 'trace'],
  file: ['line', 'type', 'trace'],
  function: ['line', 'type', 'trace'],
  line: ['type', 'trace'],
  trace: ['type'],
};

const TITLES: Readonly<Record<SummaryBy, string>> = {
  type: 'Types',
  kind: 'Kinds',
  thread: 'Threads',
  package: 'Packages',
  file: 'Files',
  function: 'Functions',
  line: 'Lines',
  trace: 'Traces',
};

/** What an open row is made of, and where else to look at it. */
export function RowDetails({ subject }: { readonly subject: Subject }) {
  const { store, facts } = usePage();
  const cwd = facts.info.facts.process?.cwd;
  const analysis = useAnalysis('rowParts', {
    ...rangeOptions(store.selection.value),
    by: subject.by,
    key: subjectKey(subject),
    into: PARTS_OF[subject.by],
    limit: PARTS,
  });
  return (
    <div class="row-details">
      <p class="whole-name">
        {[subjectText(subject, cwd, 1000), ...callersLine(subject, cwd, 1000)].join(' ')}{' '}
        <Links subject={subject} />
      </p>
      {subject.by === 'trace' && <Frames subject={subject} cwd={cwd} />}
      <Working analysis={analysis}>
        {(parts) => (
          <div class="row-parts">
            {parts.map(({ by, rows, otherCount }) => (
              <section key={by} class={by === 'trace' ? 'wide' : ''} aria-label={TITLES[by]}>
                <h3>{TITLES[by]}</h3>
                <ul>
                  {rows.map((row) => (
                    <Part key={subjectKey(row.subject)} row={row} cwd={cwd} />
                  ))}
                  {rows.length === 0 && <li class="note">none</li>}
                </ul>
                {otherCount > 0 && <p class="note">and {formatCount(otherCount)} smaller</p>}
              </section>
            ))}
          </div>
        )}
      </Working>
    </div>
  );
}

function Part({ row, cwd }: { readonly row: SummaryRow; readonly cwd: string | undefined }) {
  const { subject } = row;
  const name = subjectText(subject, cwd, NAME_WIDTH);
  return (
    <li>
      <span class="part-figure">
        <Figure text={formatEstimate(row.averageBytes, row.averageBytesError)} />
      </span>
      <span class="part-share">
        <Bar share={row.share} />
        {formatShare(row.share)}
      </span>
      <span class="part-name">
        {name}
        <Links subject={subject} name={name} />
        {callersLine(subject, cwd, NAME_WIDTH * 2).map((line) => (
          <small key={line}>{line.trim()}</small>
        ))}
      </span>
    </li>
  );
}

/** Buttons that show a subject in other panels; nothing for what is no code. */
function Links({ subject, name = '' }: { readonly subject: Subject; readonly name?: string }) {
  const { store } = usePage();
  const wanted = searchText(subject);
  if (wanted === undefined) return null;
  const suffix = name && `: ${name}`;
  return (
    <span class="links">
      <button
        type="button"
        aria-label={`Show in call trees${suffix}`}
        onClick={() => showInCallTrees(store, wanted)}
      >
        {name ? 'call trees' : 'Show in call trees'}
      </button>
      <button
        type="button"
        aria-label={`Show in flow graph${suffix}`}
        onClick={() => showInFlowGraph(store, wanted)}
      >
        {name ? 'flow graph' : 'Show in flow graph'}
      </button>
    </span>
  );
}

function Frames({
  subject,
  cwd,
}: {
  readonly subject: Extract<Subject, { by: 'trace' }>;
  readonly cwd: string | undefined;
}) {
  const { frames } = subject;
  const own = answerableFrame(frames);
  if (frames.length === 0) return null;
  return (
    <section aria-label="Frames">
      <h3>Frames, the innermost first</h3>
      <ol class="frames">
        {frames
          .map((frame, position) => ({ frame, position }))
          .reverse()
          .map(({ frame, position }) => (
            <li key={position}>
              {position === own ? (
                <strong>{shortFrameText(frame, cwd, NAME_WIDTH)}</strong>
              ) : (
                shortFrameText(frame, cwd, NAME_WIDTH)
              )}
            </li>
          ))}
      </ol>
    </section>
  );
}
