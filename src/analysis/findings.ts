import type { HeapCapacity } from './capacity.js';
import type { MemberSurvey } from './family-survey.js';
import type { ThreadHeap } from './gc-table.js';
import type { Subject } from './grouping.js';
import { type LeakCandidate, type LeakReport, MIN_COLLECTIONS } from './leaks.js';
import type { LifetimeRow, Lifetimes } from './lifetimes.js';
import { isPseudo } from './location.js';
import type { LogSurvey } from './log-survey.js';
import { type MemoryPace, memoryPace } from './memory-pace.js';
import type { HeapSummary } from './summary.js';
import { threadSpans } from './thread-time.js';
import type { TimePlotPoint } from './time-plot.js';

/** What is worth knowing first of a recording, as plain numbers. */
export type RecordingFinding =
  | CapacityFinding
  | ThreadCapacityFinding
  | LeakFinding
  | MoreLeaksFinding
  | CollectionFinding
  | BufferFinding
  | UnattributedFinding
  | ChurnFinding
  | LossFinding;

/** The heap came near to its limit. */
export interface CapacityFinding extends HeapCapacity {
  readonly finding: 'capacity';
  /** When the most was in use. */
  readonly peakSeconds: number;
}

/** The heap of one of several threads came near to its limit; those of all of them together tell nothing of that. */
export interface ThreadCapacityFinding extends ThreadHeap {
  readonly finding: 'threadCapacity';
  /** What a person calls the thread. */
  readonly label: string;
}

/** Something grows steadily and stays. */
export interface LeakFinding {
  readonly finding: 'leak';
  readonly candidate: LeakCandidate;
}

/** There are more candidates for leaks than are listed. */
export interface MoreLeaksFinding {
  readonly finding: 'moreLeaks';
  readonly count: number;
}

/** Collecting garbage takes much of the time. */
export interface CollectionFinding extends MemoryPace {
  readonly finding: 'collections';
  /** Of several threads, the one that was paused the longest. */
  readonly thread?: {
    /** What a person calls it. */
    readonly label: string;
    readonly collections: number;
    readonly gcPauseSeconds: number;
    /** `gcPauseSeconds` as a fraction of the time in which it was there. */
    readonly gcShare: number;
  };
}

/** Much of the memory is array buffers, which are outside the heap. */
export interface BufferFinding {
  readonly finding: 'buffers';
  readonly averageBytes: number;
  /** Standard error of `averageBytes` from sampling. */
  readonly averageBytesError: number;
  /** `averageBytes` as a fraction of all that is live. */
  readonly share: number;
}

/** V8 counts array buffers that no trace tells of. */
export interface UnattributedFinding {
  readonly finding: 'unattributed';
  /** At the last heap record. */
  readonly bytes: number;
  readonly bytesError: number;
  /** All that V8 counts. */
  readonly countedBytes: number;
}

/** Much is allocated in one place of the code and dies at once. */
export interface ChurnFinding {
  readonly finding: 'churn';
  readonly subject: Subject;
  readonly allocatedBytes: number;
  readonly allocatedBytesError: number;
  /** `allocatedBytes` as a fraction of all that was allocated. */
  readonly share: number;
  /** The part of the objects that the first garbage collection frees. */
  readonly firstCollectionShare: number;
  readonly firstCollectionShareError: number;
}

/** Something is missing from the recording, so that its figures tell less. */
export interface LossFinding {
  readonly finding: 'loss';
  readonly loss:
    | /** The log has no events. */ 'empty'
    | /** `count` bytes of the files cannot be read. */ 'damage'
    | /** Logs of `count` threads or processes cannot be read. */ 'members'
    | /** `count` events have no stack. */ 'stacks'
    | /** `share` of what was allocated died before it could be seen. */ 'unseen'
    | /** Only `share` of what V8 allocated on its heap is in the log. */ 'volume'
    | /** The recording ended because of an error. */ 'error'
    | /** The program was killed, or is still running. */ 'killed'
    | /** The digest was interrupted. */ 'digest'
    | /** There were only `count` full garbage collections: too few to look for leaks. */ 'collections';
  readonly count?: number;
  /** From 0 to 1. */
  readonly share?: number;
  /** Standard error of `share` from sampling. */
  readonly shareError?: number;
}

/** What {@link findings} are drawn from: all of it about the whole recording. */
export interface FindingSources {
  readonly summary: HeapSummary;
  readonly points: readonly TimePlotPoint[];
  /** Absent where there are none, as in version 1. */
  readonly leaks?: LeakReport | undefined;
  /** The candidates for leaks, also those that `leaks` does not have. */
  readonly leakCount: number;
  readonly lifetimes?: Lifetimes | undefined;
  /** All that was allocated, also what `lifetimes` has no row for. */
  readonly allocatedBytes: number;
  readonly log: LogSurvey;
  /** The recordings of the family, by their numbers. */
  readonly members: readonly Pick<MemberSurvey, 'label' | 'startSeconds' | 'log'>[];
  /** See `threadHeaps`. */
  readonly heaps: ReadonlyMap<number, ThreadHeap>;
  /** Version of the recording's files. */
  readonly version: 1 | 2;
  /** Bytes of the metadata that cannot be read; those of the log are in `log`. */
  readonly metadataDamageBytes: number;
  /** Events without a stack, of all members. */
  readonly unresolvedEvents: number;
  readonly unreadableMembers: number;
  /** Whether the digest reaches to the end of the log. */
  readonly isDigestComplete: boolean;
}

/** From this part of the capacity on, V8 collects garbage ever more often to go on. */
export const HIGH_CAPACITY_SHARE = 0.8;

/** Programs that are not short of memory spend less of their time on garbage. */
const HIGH_GC_SHARE = 0.05;

/** Array buffers are worth a word from this part of what is live on. */
const HIGH_BUFFER_SHARE = 0.3;

/** What nothing tells of is worth a word from this part of V8's count on, and from this many bytes. */
const HIGH_UNATTRIBUTED_SHARE = 0.1;
const MIN_UNATTRIBUTED_BYTES = 2 ** 20;

/** A place churns where so much of all that is allocated comes from, of which at least half dies at once. */
const MIN_CHURN_SHARE = 0.1;
const MIN_CHURN_DEATHS = 0.5;

/** So many of a kind are listed. */
const MAX_LISTED = 3;

/** Fewer lost events than this do not change what the figures say. */
const MIN_LOST_SHARE = 0.01;

/** In standard errors, what is told to be there. */
const MIN_ERRORS = 2;

/** What is worth knowing first of a whole recording; the most pressing first. */
export function findings(sources: FindingSources): RecordingFinding[] {
  const { leaks, leakCount, lifetimes, allocatedBytes, summary } = sources;
  const candidates = leaks?.candidates ?? [];
  return [
    ...capacityFindings(sources),
    ...threadCapacityFindings(sources),
    ...candidates
      .slice(0, MAX_LISTED)
      .map((candidate): LeakFinding => ({ finding: 'leak', candidate })),
    ...(leakCount > MAX_LISTED
      ? [{ finding: 'moreLeaks' as const, count: leakCount - MAX_LISTED }]
      : []),
    ...collectionFindings(sources),
    ...bufferFindings(summary),
    ...(lifetimes ? churnFindings(lifetimes, allocatedBytes) : []),
    ...lossFindings(sources),
  ];
}

function capacityFindings({ summary: { capacity }, points }: FindingSources): CapacityFinding[] {
  if (capacity === undefined || capacity.peakUsedShare < HIGH_CAPACITY_SHARE) return [];
  const peak = points.find(({ usedHeapBytes }) => usedHeapBytes === capacity.peakUsedBytes);
  return [{ finding: 'capacity', ...capacity, peakSeconds: peak?.timeSeconds ?? 0 }];
}

function threadCapacityFindings({ members, heaps }: FindingSources): ThreadCapacityFinding[] {
  if (members.length < 2) return [];
  return [...heaps]
    .filter(([, heap]) => heap.mostUsedBytes >= HIGH_CAPACITY_SHARE * heap.limitBytes)
    .sort(([, a], [, b]) => b.mostUsedBytes / b.limitBytes - a.mostUsedBytes / a.limitBytes)
    .slice(0, MAX_LISTED)
    .map(([member, heap]) => ({
      finding: 'threadCapacity',
      label: members[member]!.label,
      ...heap,
    }));
}

function collectionFindings({ summary, points, members }: FindingSources): CollectionFinding[] {
  const pace = memoryPace(summary, points, threadSpans(members));
  if (pace === undefined) return [];
  if (members.length < 2) {
    return pace.gcShare < HIGH_GC_SHARE ? [] : [{ finding: 'collections', ...pace }];
  }
  // Each thread stands still by itself.
  const { label, log } = members.reduce((most, member) =>
    member.log.gcPauseSeconds > most.log.gcPauseSeconds ? member : most,
  );
  const { collections, gcPauseSeconds, elapsedSeconds } = log;
  const gcShare = elapsedSeconds > 0 ? gcPauseSeconds / elapsedSeconds : 0;
  const thread = { label, collections, gcPauseSeconds, gcShare };
  return gcShare < HIGH_GC_SHARE ? [] : [{ finding: 'collections', ...pace, thread }];
}

function bufferFindings({
  total,
  totalByKind,
  arrayBuffers,
}: HeapSummary): (BufferFinding | UnattributedFinding)[] {
  const { averageBytes, averageBytesError } = totalByKind.arrayBuffer;
  const share = total.averageBytes > 0 ? averageBytes / total.averageBytes : 0;
  const isUnattributed =
    arrayBuffers !== undefined &&
    arrayBuffers.unattributedBytes >= MIN_UNATTRIBUTED_BYTES &&
    arrayBuffers.unattributedBytes >= HIGH_UNATTRIBUTED_SHARE * arrayBuffers.countedBytes &&
    arrayBuffers.unattributedBytes > MIN_ERRORS * arrayBuffers.attributedBytesError;
  return [
    ...(share >= HIGH_BUFFER_SHARE
      ? [{ finding: 'buffers' as const, averageBytes, averageBytesError, share }]
      : []),
    ...(isUnattributed
      ? [
          {
            finding: 'unattributed' as const,
            bytes: arrayBuffers.unattributedBytes,
            bytesError: arrayBuffers.attributedBytesError,
            countedBytes: arrayBuffers.countedBytes,
          },
        ]
      : []),
  ];
}

function churnFindings({ rows }: Lifetimes, all: number): ChurnFinding[] {
  return rows
    .filter((row) => row.allocatedBytes >= MIN_CHURN_SHARE * all && hasCode(row) && diesAtOnce(row))
    .slice(0, MAX_LISTED)
    .map(({ subject, allocatedBytes, allocatedBytesError, ...row }) => ({
      finding: 'churn',
      subject,
      allocatedBytes,
      allocatedBytesError,
      share: allocatedBytes / all,
      firstCollectionShare: row.firstCollectionShare!,
      firstCollectionShareError: row.firstCollectionShareError!,
    }));
}

/** Whether there is a place where something could be done about a row. */
function hasCode({ subject }: LifetimeRow): boolean {
  return subject.by !== 'line' || (subject.frame !== undefined && !isPseudo(subject.frame));
}

function diesAtOnce(row: LifetimeRow): boolean {
  const { firstCollectionShare: share, firstCollectionShareError: error = 0 } = row;
  if (share === undefined || row.allocatedBytes <= MIN_ERRORS * row.allocatedBytesError) {
    return false;
  }
  return share - MIN_ERRORS * error >= MIN_CHURN_DEATHS;
}

function lossFindings(sources: FindingSources): LossFinding[] {
  const { log, leaks, version, unresolvedEvents, unreadableMembers } = sources;
  const losses: Omit<LossFinding, 'finding'>[] = [];
  const events = log.allocations + log.frees;
  if (events === 0) losses.push({ loss: 'empty' });
  const damaged = log.damage.reduce((sum, { bytes }) => sum + bytes, sources.metadataDamageBytes);
  if (damaged > 0) losses.push({ loss: 'damage', count: damaged });
  if (unreadableMembers > 0) losses.push({ loss: 'members', count: unreadableMembers });
  if (unresolvedEvents > MIN_LOST_SHARE * events) {
    losses.push({ loss: 'stacks', count: unresolvedEvents, share: unresolvedEvents / events });
  }
  const { steps = 0, unseenSamples = 0 } = log.end ?? {};
  if (unseenSamples > MIN_LOST_SHARE * steps) {
    losses.push({ loss: 'unseen', share: unseenSamples / steps });
  }
  if (log.heapVolume) {
    const { allocatedBytes, seenBytes, seenBytesError } = log.heapVolume;
    const [share, shareError] = [seenBytes / allocatedBytes, seenBytesError / allocatedBytes];
    if (share + MIN_ERRORS * shareError < 1 - MIN_LOST_SHARE * 10) {
      losses.push({ loss: 'volume', share, shareError });
    }
  }
  if (log.end?.reason === 'error') losses.push({ loss: 'error' });
  if (log.end === undefined && version === 2) losses.push({ loss: 'killed' });
  if (!sources.isDigestComplete) losses.push({ loss: 'digest' });
  const searched = leaks?.threads.some(({ groups }) => groups > 0) ?? true;
  if (!searched && events > 0) {
    const count = Math.max(...leaks!.threads.map(({ fullCollections }) => fullCollections));
    if (count < MIN_COLLECTIONS) losses.push({ loss: 'collections', count });
  }
  return losses.map((loss) => ({ finding: 'loss', ...loss }));
}
