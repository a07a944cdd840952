import type { MemberSurvey } from '../analysis/family-survey.js';
import type { LogSurvey } from '../analysis/log-survey.js';
import type { HeapVolume } from '../analysis/record-tally.js';
import { formatBytes, formatDuration } from '../base/units.js';
import type { UnreadableMember } from '../format/family.js';
import type { Damage } from '../format/log.js';
import type { ProcessFacts, RecordingEnd, RecordingFacts } from '../model/recording.js';
import type { Sampling } from '../model/sampling.js';
import { accountText } from './account-text.js';
import { formatCount, formatShare, formatTime } from './numbers.js';
import { sanitize } from './sanitize.js';
import { cutMiddle, tableLines } from './table.js';
import { colorsOf, type TextStyle } from './text-style.js';

/** What is known of a recording, its files and their state. */
export interface RecordingInfo {
  /** Path of the files without their suffixes. */
  readonly filebase: string;
  readonly facts: RecordingFacts;
  /** What the log holds; of a family, all logs together. */
  readonly log: LogSurvey;
  /** The members of the family, the root first; one where there is no other. */
  readonly members: readonly MemberSurvey[];
  /** What looks like a member and cannot be read. */
  readonly unreadable: readonly UnreadableMember[];
  /** Traces in the `.hpm`, or in those of all members. */
  readonly traceCount: number;
  /** The files that there are. */
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  /** Unusable parts of the `.hpm`. Those of the `.hpd` are in `log`. */
  readonly damage: readonly Damage[];
  /** Absent where there is none that belongs to the log. */
  readonly digest?: DigestInfo;
}

/** What is known of a digest. */
export interface DigestInfo {
  readonly snapshotCount: number;
  readonly intervalSeconds: number;
  readonly precision: number;
  /** False where its making was interrupted: it then ends before the log. */
  readonly complete: boolean;
}

/** A label and what it says. */
export type Entry = readonly [label: string, value: string];

const LABEL_WIDTH = 13;

const FUNCTION_LINES = 'of JavaScript objects: where the functions begin that allocated them';

/** What is known of a recording, as lines for a person: a label and a value each; then a table of a family's members. */
export function infoText(info: RecordingInfo, style: TextStyle): string[] {
  const { faint, bold } = colorsOf(style);
  const entries = [...recordingEntries(info), ...fileEntries(info)];
  const [header, ...rows] = memberLines(info, style.width);
  return [
    ...entries.map(([label, value]) => faint(label.padEnd(LABEL_WIDTH)) + sanitize(value)),
    ...(rows.length > 1 ? ['', bold(header!), ...rows] : []),
  ];
}

/** What is known of the program and of its recording: a label and a value each, not yet safe to print; the label is empty where the one before goes on. */
export function recordingEntries(info: RecordingInfo): Entry[] {
  return [...programEntries(info), ...logEntries(info)];
}

/** A header and a line for each member. */
function memberLines({ members }: RecordingInfo, width: number): string[] {
  const cells = (textOf: (member: MemberSurvey) => string) => members.map(textOf);
  return tableLines(
    [
      { header: 'Start', cells: cells(({ startSeconds }) => formatTime(startSeconds)) },
      { header: 'Length', cells: cells(({ log }) => formatTime(log.elapsedSeconds)) },
      { header: 'Events', cells: cells(({ log }) => formatCount(log.allocations + log.frees)) },
      { header: 'Log', cells: cells(({ logBytes }) => formatBytes(logBytes)) },
    ],
    {
      header: 'Thread',
      textOf: (row, room) => {
        const { label, log } = members[row]!;
        return cutMiddle(sanitize(`${label}: ${shortEndText(log)}`), room);
      },
    },
    width,
  );
}

function programEntries({ facts, log }: RecordingInfo): Entry[] {
  const program = facts.process;
  const entries: (readonly [string, string | undefined])[] = [
    ['format', facts.version === 1 ? 'version 1, of the original heapprof' : undefined],
    ['program', program?.argv?.join(' ')],
    ['node options', program?.execArgv?.join(' ') || undefined],
    ['directory', program?.cwd],
    ['application', program?.applicationName],
    ['labels', program?.labels && labelsText(program.labels)],
    [
      'recorded',
      `${wallTime(facts.startWallMicros)}, for ${formatDuration(log.elapsedSeconds * 1e6)}`,
    ],
    ['process', program && processText(program)],
    [
      'engine',
      program?.engine && [program.engine, program.engineReason].filter(Boolean).join(': '),
    ],
    ['sampling', samplingText(facts.sampling)],
    ['lines', program?.lines === 'function' ? FUNCTION_LINES : undefined],
  ];
  return entries.filter((entry): entry is Entry => entry[1] !== undefined);
}

function logEntries({
  facts,
  log,
  members,
  unreadable,
  traceCount,
  damage,
}: RecordingInfo): Entry[] {
  const events = log.allocations + log.frees;
  const logBytes = members.reduce((sum, member) => sum + member.logBytes, 0);
  const perEvent = events > 0 ? `, ${(logBytes / events).toFixed(1)} bytes each` : '';
  const lost = members.reduce((sum, member) => sum + (member.log.end?.unresolvedEvents ?? 0), 0);
  const unusable = [...damage, ...log.damage];
  return [
    [
      'events',
      `${formatCount(events)} (${formatCount(log.allocations)} allocations, ${formatCount(log.frees)} frees)${perEvent}` +
        (lost > 0 ? `; ${formatCount(lost)} without a stack` : ''),
    ],
    ...unseenEntry(log.end),
    ...heapRecordsEntry(log),
    ...(log.heapVolume ? [['seen', seenText(log.heapVolume)] as const] : []),
    ...(log.arrayBuffers ? [['buffers', accountText(log.arrayBuffers)] as const] : []),
    ['traces', formatCount(traceCount)],
    ['end', endText(log, facts.version)],
    ['damage', damageText(unusable)],
    ...unusable
      .slice(0, MAX_DAMAGE_LINES)
      .map(
        ({ file, offset, bytes, reason }): Entry => [
          '',
          `${file}: ${formatCount(bytes)} bytes from byte ${offset}: ${reason}`,
        ],
      ),
    ...unreadable.map(({ reason }, k): Entry => [k === 0 ? 'left out' : '', reason]),
  ];
}

/** What came and went between the polls of the engine `polling`. */
function unseenEntry(end: RecordingEnd | undefined): Entry[] {
  const { steps = 0, unseenSamples = 0 } = end ?? {};
  if (unseenSamples === 0 || steps === 0) return [];
  const share = Math.max(1, Math.round((unseenSamples / steps) * 100));
  return [['unseen', `${share} % of what was allocated had died before it could be seen`]];
}

function heapRecordsEntry(log: LogSurvey): Entry[] {
  if (log.heapRecords === 0) return [];
  const collections = `${formatCount(log.collections)} of garbage collections`;
  const pauses = `which paused ${formatDuration(log.gcPauseSeconds * 1e6)} in all`;
  return [['heap records', `${formatCount(log.heapRecords)}, of these ${collections}, ${pauses}`]];
}

/** `99.2 % (±0.4 %) of the 1.8 GiB that V8 allocated on its heap`. */
function seenText({ allocatedBytes, seenBytes, seenBytesError }: HeapVolume): string {
  const error = formatShare(seenBytesError / allocatedBytes);
  return `${formatShare(seenBytes / allocatedBytes)} (±${error}) of the ${formatBytes(allocatedBytes)} that V8 allocated on its heap`;
}

/** A log can be damaged in thousands of places; the first ones tell what happened. */
const MAX_DAMAGE_LINES = 5;

/** What the figures are made from: an entry as of {@link recordingEntries}. */
export function digestEntries(digest: DigestInfo): Entry[] {
  return [['digest', digestText(digest)]];
}

function fileEntries({ filebase, files, digest }: RecordingInfo): Entry[] {
  return [
    ...(digest
      ? digestEntries(digest)
      : [['digest', `none yet: heapprof digest ${filebase}`] as const]),
    ...files.map(
      ({ path, sizeBytes }, index): Entry => [
        index === 0 ? 'files' : '',
        `${path}, ${formatBytes(sizeBytes)}`,
      ],
    ),
  ];
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** A wall clock time as ISO 8601 in UTC. */
export function wallTime(wallMicros: number): string {
  const time = new Date(wallMicros / 1000);
  // A foreign file can hold any number.
  return Number.isNaN(time.getTime()) ? 'at an unknown time' : time.toISOString();
}

function processText(program: ProcessFacts): string {
  const { pid, threadId, nodeVersion, v8Version, platform, arch } = program;
  return [
    pid !== undefined && `pid ${pid}`,
    threadId !== undefined && `thread ${threadId}`,
    nodeVersion !== undefined && `Node ${nodeVersion}`,
    v8Version !== undefined && `V8 ${v8Version}`,
    platform !== undefined && `${platform} ${arch ?? ''}`.trim(),
  ]
    .filter((part) => part !== false)
    .join(', ');
}

/** Which allocations were logged: `below 128 B 1 in 10,000; below 8.0 KiB 1 in 10; larger ones all`. */
function samplingText(sampling: Sampling): string {
  if (sampling.by === 'interval') {
    return `by bytes, one sample every ${formatBytes(sampling.intervalBytes)} on average`;
  }
  const bands = sampling.bands.map(
    ({ belowBytes, probability }) => `below ${formatBytes(belowBytes)} ${oddsText(probability)}`,
  );
  const text = [...bands, bands.length > 0 ? 'larger ones all' : 'all'].join('; ');
  return sampling.heapIntervalBytes === undefined
    ? text
    : `${text}; of JavaScript objects no more than one for every ${formatBytes(sampling.heapIntervalBytes)}`;
}

function oddsText(probability: number): string {
  if (probability === 0) return 'none';
  if (probability === 1) return 'all';
  // Version 1 rounds probabilities to 32 bits: 1 in 10 reads as 0.09999999986.
  const oneIn = Math.round((1 / probability) * 100) / 100;
  return `1 in ${oneIn.toLocaleString('en-US')}`;
}

function endText(log: LogSurvey, version: 1 | 2): string {
  const cut =
    log.cutBytes > 0 ? `; its last ${formatCount(log.cutBytes)} bytes are unfinished` : '';
  if (log.end === undefined) {
    const unknown =
      version === 1
        ? 'version 1 does not tell'
        : 'none in the log: the program was killed, or is still running';
    return unknown + cut;
  }
  const ends = {
    stop: 'the recording was stopped',
    exit: 'the program came to its end',
    error: 'the recording stopped because of an error',
  };
  return ends[log.end.reason] + (log.end.message ? `: ${log.end.message}` : '') + cut;
}

/** How a log ends, in a few words, which are not yet safe to print. */
export function shortEndText({ end }: LogSurvey): string {
  if (end === undefined) return 'killed, or still running';
  const ends = { stop: 'stopped', exit: 'ended', error: 'stopped because of an error' };
  return ends[end.reason] + (end.message ? `: ${end.message}` : '');
}

function damageText(damage: readonly Damage[]): string {
  if (damage.length === 0) return 'none';
  const bytes = damage.reduce((sum, part) => sum + part.bytes, 0);
  const places = damage.length === 1 ? '1 place' : `${formatCount(damage.length)} places`;
  return `${formatCount(bytes)} bytes in ${places} could not be read`;
}

function digestText({ snapshotCount, intervalSeconds, precision, complete }: DigestInfo): string {
  return (
    `${formatCount(snapshotCount)} snapshots, every ${formatDuration(intervalSeconds * 1e6)}, precision ${precision}` +
    (complete ? '' : '; interrupted, so it ends before the log')
  );
}
