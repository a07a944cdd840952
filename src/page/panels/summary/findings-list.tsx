import { useMemo } from 'preact/hooks';
import { findings, type RecordingFinding } from '../../../analysis/findings.js';
import { threadHeaps } from '../../../analysis/gc-table.js';
import type { HeapSummary } from '../../../analysis/summary.js';
import { findingText } from '../../../render/findings-text.js';
import { usePage } from '../../page-context.js';
import { shown, unbroken } from '../../parts/text.js';
import { type Evidence, evidenceOf } from './evidence.js';

/** What is worth knowing first of the whole recording, with links to where it can be seen. */
export function FindingsList({ summary }: { readonly summary: HeapSummary }) {
  const { facts, timePlot, live } = usePage();
  const { info, leaks, lifetimes, moreLifetimes, gc, noTemporary } = facts;
  const found = useMemo(
    () =>
      findings({
        summary,
        points: timePlot.points,
        leaks: 'value' in leaks ? leaks.value : undefined,
        leakCount: 'value' in leaks ? leaks.value.candidateCount : 0,
        lifetimes: 'value' in lifetimes ? lifetimes.value : undefined,
        allocatedBytes: moreLifetimes?.total.allocatedBytes ?? 0,
        log: info.log,
        members: info.members,
        heaps: threadHeaps(gc),
        version: info.facts.version,
        metadataDamageBytes: info.damage.reduce((sum, { bytes }) => sum + bytes, 0),
        unresolvedEvents: info.members.reduce(
          (sum, { log }) => sum + (log.end?.unresolvedEvents ?? 0),
          0,
        ),
        unreadableMembers: info.unreadable.length,
        isDigestComplete: info.digest?.complete ?? true,
      }),
    [summary, timePlot, facts],
  );
  // While it goes on, that there is no end yet is not worth saying.
  const hasNoEndYet = live?.isGoingOn() ?? false;
  const shownFindings = found.filter(
    (finding) => !(hasNoEndYet && finding.finding === 'loss' && finding.loss === 'killed'),
  );
  const unavailable = [leaks, lifetimes].flatMap((one) =>
    'unavailable' in one ? [one.unavailable] : [],
  );
  return (
    <>
      {shownFindings.length === 0 && (
        <p class="note">
          {unavailable.length === 0
            ? 'Nothing stands out: no growth that stays, and no loss that matters.'
            : 'Nothing stands out in what is known.'}
        </p>
      )}
      <ul class="findings">
        {shownFindings.map((finding, index) => (
          <FindingItem
            // Not its figures, which change while a recording goes on: the keyboard may be in it.
            key={`${finding.finding} ${index}`}
            finding={finding}
            hasTemporary={noTemporary === undefined}
          />
        ))}
      </ul>
      {[...new Set(unavailable)].map((sentence) => (
        <p key={sentence} class="note">
          Leaks and lifetimes are not known: {shown(sentence)}
        </p>
      ))}
    </>
  );
}

/** What asks for something to be done; the others are for knowing. */
const PRESSING: readonly RecordingFinding['finding'][] = [
  'capacity',
  'threadCapacity',
  'leak',
  'collections',
];

function FindingItem({
  finding,
  hasTemporary,
}: {
  readonly finding: RecordingFinding;
  readonly hasTemporary: boolean;
}) {
  const { facts } = usePage();
  const { title, sentence } = findingText(finding, facts.info.facts.process?.cwd);
  const isPressing = PRESSING.includes(finding.finding);
  return (
    <li class={isPressing ? 'pressing' : ''} data-finding={finding.finding}>
      <h3>
        <span class="finding-sign" aria-hidden="true">
          {isPressing ? '▲' : '●'}
        </span>
        {title}
      </h3>
      <p>{unbroken(sentence)}</p>
      <p class="evidence">
        {evidenceOf(finding, hasTemporary).map((evidence) => (
          <EvidenceLink key={evidence.label} evidence={evidence} />
        ))}
      </p>
    </li>
  );
}

function EvidenceLink({ evidence: { label, hash } }: { readonly evidence: Evidence }) {
  return (
    <a
      href={hash}
      onClick={() => {
        // The link is gone with its panel; the keyboard goes on in the one that it opens.
        addEventListener(
          'hashchange',
          () =>
            requestAnimationFrame(() =>
              document.querySelector<HTMLElement>('[role=tabpanel]')?.focus(),
            ),
          { once: true },
        );
      }}
    >
      {label}
    </a>
  );
}
