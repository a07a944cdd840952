import type { RecordingFinding } from '../../../analysis/findings.js';
import type { Subject } from '../../../analysis/grouping.js';
import { answerableFrame, pathOf } from '../../../analysis/location.js';
import { fileName } from '../../../base/file-name.js';
import type { Frame } from '../../../model/frame.js';
import { formatHash, range } from '../../state/hash.js';

/** A link to a panel that shows why something was found. */
export interface Evidence {
  readonly label: string;
  /** The whole state of the page, so that nothing that was searched for before hides it. */
  readonly hash: string;
}

/**
 * Where a finding can be seen.
 * @param hasTemporary whether there are figures of memory that dies at once
 */
export function evidenceOf(finding: RecordingFinding, hasTemporary: boolean): Evidence[] {
  switch (finding.finding) {
    case 'capacity':
      return [
        link('What was live then', { panel: 'table', time: String(finding.peakSeconds) }),
        link('Call trees', { panel: 'calls', time: String(finding.peakSeconds) }),
      ];
    case 'threadCapacity':
      return [
        link('What the threads hold', { panel: 'table', 'table.by': 'thread' }),
        link('Garbage collection', { panel: 'gc' }),
      ];
    case 'leak': {
      const { points, subject } = finding.candidate;
      const from = points[0]!.timeSeconds;
      const time = range.format({ from, to: points.at(-1)!.timeSeconds });
      return [
        link('Who allocates it', { panel: 'calls', time, ...searchFor(subject) }),
        link('How it grows', { panel: 'table', time, ...rowOf(subject) }),
        link('Lifetimes', { panel: 'lifetimes' }),
      ];
    }
    case 'moreLeaks':
      return [link('All candidates', { panel: 'lifetimes' })];
    case 'collections':
      return [link('Garbage collection', { panel: 'gc' })];
    case 'buffers':
      return [
        link('Who allocates them', { panel: 'calls', 'calls.kind': 'arrayBuffer' }),
        link('By kind', { panel: 'table', 'table.by': 'kind' }),
      ];
    case 'unattributed':
      return [link('What V8 counts', { panel: 'gc' })];
    case 'churn':
      return [
        link('Who allocates it', {
          panel: 'calls',
          'calls.metric': hasTemporary ? 'temporary' : 'allocated',
          ...searchFor(finding.subject),
        }),
        link('Lifetimes', { panel: 'lifetimes' }),
      ];
    case 'loss':
      return [];
  }
}

function link(label: string, texts: Readonly<Record<string, string>>): Evidence {
  return { label, hash: formatHash(new Map(Object.entries(texts))) };
}

/** Marks the function in the call trees; all of them where it has no name. */
function searchFor(subject: Subject): Record<string, string> {
  const name = subject.by === 'function' ? subject.functionName : frameOf(subject)?.functionName;
  return name ? { 'calls.search': name } : {};
}

/** The row of the table, found by the end of its text. */
function rowOf(subject: Subject): Record<string, string> {
  const frame = frameOf(subject);
  if (frame === undefined) return { 'table.by': subject.by };
  const file = fileName(pathOf(frame.file));
  return { 'table.by': subject.by, 'table.filter': `${file}:${frame.line}` };
}

function frameOf(subject: Subject): Frame | undefined {
  if (subject.by === 'line') return subject.frame;
  return subject.by === 'trace' ? subject.frames[answerableFrame(subject.frames)] : undefined;
}
