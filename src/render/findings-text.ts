import type { LossFinding, RecordingFinding } from '../analysis/findings.js';
import type { Subject } from '../analysis/grouping.js';
import { MIN_COLLECTIONS } from '../analysis/leaks.js';
import { formatBytes, formatDuration } from '../base/units.js';
import {
  formatCount,
  formatEstimate,
  formatShare,
  formatShareEstimate,
  formatTime,
} from './numbers.js';
import { sanitize } from './sanitize.js';
import { subjectText } from './subject-text.js';

/** A finding for a person: a few words, and a sentence or two with the figures; both safe to print. */
export interface FindingText {
  readonly title: string;
  readonly sentence: string;
}

/** A name longer than this is cut in its middle. */
const SUBJECT_CHARACTERS = 80;

/** A finding in words. Paths are relative to `cwd` where they lie within. */
export function findingText(finding: RecordingFinding, cwd: string | undefined): FindingText {
  const nameOf = (subject: Subject) => subjectText(subject, cwd, SUBJECT_CHARACTERS);
  switch (finding.finding) {
    case 'capacity':
      return {
        title: 'Near the heap’s capacity',
        sentence:
          `At ${formatTime(finding.peakSeconds)}, ${formatBytes(finding.peakUsedBytes)} of the heap were in use, ` +
          `${formatShare(finding.peakUsedShare)} of what V8 lets it grow to. At the limit the program ends, out of memory.`,
      };
    case 'threadCapacity':
      return {
        title: `Near its heap’s capacity: ${sanitize(finding.label)}`,
        sentence:
          `${formatBytes(finding.mostUsedBytes)} of its heap were in use, ${formatShare(finding.mostUsedBytes / finding.limitBytes)} of the ` +
          `${formatBytes(finding.limitBytes)} that V8 lets it grow to. At the limit the thread ends, out of memory.`,
      };
    case 'leak': {
      const { candidate } = finding;
      const { points, subject } = candidate;
      return {
        title: `Probable leak: ${nameOf(subject)}`,
        sentence:
          `Grows by ${formatEstimate(candidate.bytesPerMinute, candidate.bytesPerMinuteError)} a minute, from ` +
          `${formatEstimate(candidate.startBytes, candidate.startBytesError)} to ` +
          `${formatEstimate(candidate.endBytes, candidate.endBytesError)} over ${formatCount(points.length)} full collections; ` +
          `${formatShareEstimate(candidate.survivingShare, candidate.survivingShareError)} of what it allocated is still there.`,
      };
    }
    case 'moreLeaks':
      return {
        title: finding.count === 1 ? 'One more grows' : `${formatCount(finding.count)} more grow`,
        sentence: 'Steadily, but more slowly than those above.',
      };
    case 'collections': {
      const { collections, gcPauseSeconds, gcShare } = finding.thread ?? finding;
      const [whom, time, who] = finding.thread
        ? [sanitize(finding.thread.label), 'its time', 'All threads together allocate']
        : ['the program', 'the time', 'It allocates'];
      return {
        title: 'Much time goes into collecting garbage',
        sentence:
          `${formatCount(collections)} collections paused ${whom} for ${formatDuration(gcPauseSeconds * 1e6)}, ` +
          `${formatShare(gcShare)} of ${time}. ${who} ` +
          `${formatEstimate(finding.allocatedBytesPerSecond, finding.allocatedBytesPerSecondError)} a second.`,
      };
    }
    case 'buffers':
      return {
        title: 'Much is outside the heap',
        sentence:
          `Array buffers, those of Buffers among them, hold ${formatEstimate(finding.averageBytes, finding.averageBytesError)} on average, ` +
          `${formatShare(finding.share)} of all that is live. They do not count towards the heap’s capacity, but towards the resident set.`,
      };
    case 'unattributed':
      return {
        title: 'Array buffers of unknown origin',
        sentence:
          `Of ${formatBytes(finding.countedBytes)} that V8 counts at the end, no trace tells of ` +
          `${formatEstimate(finding.bytes, finding.bytesError)}: memory that native code made, such as that of addons.`,
      };
    case 'churn':
      return {
        title: `Short-lived: ${nameOf(finding.subject)}`,
        sentence:
          `Allocated ${formatEstimate(finding.allocatedBytes, finding.allocatedBytesError)}, ${formatShare(finding.share)} of everything; ` +
          `${formatShareEstimate(finding.firstCollectionShare, finding.firstCollectionShareError)} of its objects die in their first collection.`,
      };
    case 'loss':
      return lossText(finding);
  }
}

function lossText({ loss, count = 0, share = 0, shareError = 0 }: LossFinding): FindingText {
  switch (loss) {
    case 'empty':
      return {
        title: 'Nothing was recorded',
        sentence:
          'The log has no allocation: the program made none while it was recorded, or sampling has taken none. Record for longer, or sample more.',
      };
    case 'damage':
      return {
        title: 'Damaged files',
        sentence: `${formatCount(count)} bytes could not be read; what was allocated or freed there is not in the figures.`,
      };
    case 'members':
      return {
        title: 'Missing threads or processes',
        sentence: `${formatCount(count)} recordings of the family could not be read; see below.`,
      };
    case 'stacks':
      return {
        title: 'Lost stacks',
        sentence: `${formatCount(count)} events, ${formatShare(share)}, have no stack: they count as other.`,
      };
    case 'unseen':
      return {
        title: 'Unseen short-lived objects',
        sentence: `${formatShare(share)} of what was allocated had died before it could be seen. What is live is not affected; what was allocated is more than shown.`,
      };
    case 'volume':
      return {
        title: 'Not all was seen',
        sentence: `The log accounts for ${formatShareEstimate(share, shareError)} of what V8 says that it allocated on its heap.`,
      };
    case 'error':
      return {
        title: 'The recording stopped early',
        sentence: 'It ended because of an error, before the program did; see below.',
      };
    case 'killed':
      return {
        title: 'No end',
        sentence:
          'The log has no end: the program was killed, or is still running. Up to a second before that may be missing.',
      };
    case 'digest':
      return {
        title: 'An unfinished digest',
        sentence:
          'The making of the digest was interrupted, so that it ends before the log. Make it again with heapprof digest.',
      };
    case 'collections':
      return {
        title: 'Leaks could not be looked for',
        sentence: `That takes ${MIN_COLLECTIONS} full garbage collections; there ${count === 1 ? 'was 1' : `were ${formatCount(count)}`}. Record for longer.`,
      };
  }
}
