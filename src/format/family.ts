import { readdirSync } from 'node:fs';
import path from 'node:path';
import { HeapprofError } from '../base/errors.js';
import type { RecordingFacts } from '../model/recording.js';
import { CHUNK_BYTES } from './file-window.js';
import type { Damage, EventLog, TraceTable } from './log.js';
import { isMemberSuffix } from './member-suffix.js';
import { peekFamily } from './metadata-v2.js';
import { openLog, openRecording } from './open.js';

/** One recording of a family: that of a thread. */
export interface Member {
  /** What its name has after the root's: empty for the root, `.w3`, `.p4711`, `.p4711.w2`. */
  readonly suffix: string;
  /** Path of its files without `.hpm` and `.hpd`. */
  readonly filebase: string;
  /** From the start of the root to its own, microseconds. */
  readonly startMicros: number;
  readonly facts: RecordingFacts;
  /** Its own traces; they count from 1. */
  readonly traces: TraceTable;
  /** Unusable parts of its `.hpm`. */
  readonly damage: readonly Damage[];
  /** Bytes of the incomplete block or trace that its `.hpm` ends with. */
  readonly cutBytes: number;
  /** Size of its log when the family was opened. */
  readonly logBytes: number;
  /**
   * Opens its log, which ends where it did when the family was opened; to be closed by the caller.
   * @throws HeapprofError if it cannot be read (any more).
   */
  openLog(): EventLog;
}

/** A member that was left out. */
export interface UnreadableMember {
  readonly suffix: string;
  /** A sentence: what is wrong with it. */
  readonly reason: string;
}

/** The recordings of one run of a program. */
export interface Family {
  /** At least one: the root, which is the first. The others follow in the order of their starts. */
  readonly members: readonly Member[];
  /** Files that have the name of a member and cannot be read, so that it is not known whether they are of this family. */
  readonly unreadable: readonly UnreadableMember[];
}

/** A member without an end block is there so long after the last thing in its log: a heap record comes at least once a second. */
const SILENCE_MICROS = 2_000_000;

/**
 * Whether a member has come to its end before a time: then it has no memory any more.
 * @param lastMicros time of the last thing in its log
 * @param hasEnd whether that is its end block
 * @param timeMicros on the same clock
 */
export function hasLeft(lastMicros: number, hasEnd: boolean, timeMicros: number): boolean {
  return timeMicros >= leftSince(lastMicros, hasEnd);
}

/** The first microsecond in which a member has come to its end; arguments as in {@link hasLeft}. */
export function leftSince(lastMicros: number, hasEnd: boolean): number {
  return lastMicros + (hasEnd ? 0 : SILENCE_MICROS) + 1;
}

/** What the logs that are read at the same time may take for their buffers together, unless each has very little. */
const ALL_CHUNKS_BYTES = 128 * 1024 * 1024;
const LEAST_CHUNK_BYTES = 64 * 1024;

/**
 * Opens a recording with all members of its family, as they are now: metadata are read, logs only measured.
 * A recording of version 1, or one without a family, is alone.
 * @param filebase the root's files without their suffix
 * @throws HeapprofError if a file of the root is missing or cannot be read; FormatError if one is not what it should be.
 */
export function openFamily(filebase: string): Family {
  const root = readMember(filebase);
  const { family } = root.facts.process ?? {};
  if (family === undefined) return { members: [toMember(root, root, 1)], unreadable: [] };
  const others: ReadMember[] = [];
  const unreadable: UnreadableMember[] = [];
  for (const suffix of suffixesOf(filebase)) {
    const name = filebase + suffix;
    const peeked = peekFamily(`${name}.hpm`);
    if (peeked !== undefined && peeked !== family) continue;
    try {
      const member = readMember(name, suffix);
      if (member.facts.process?.family === family) others.push(member);
    } catch (error) {
      if (!(error instanceof HeapprofError)) throw error;
      unreadable.push({ suffix, reason: error.message });
    }
  }
  const members = [root, ...others].map((member, _, all) => toMember(member, root, all.length));
  const [first, ...rest] = members;
  rest.sort((a, b) => a.startMicros - b.startMicros || (a.suffix < b.suffix ? -1 : 1));
  return { members: [first!, ...rest], unreadable };
}

/** What is known of a member by itself. */
type ReadMember = Omit<Member, 'startMicros' | 'openLog'>;

function readMember(filebase: string, suffix = ''): ReadMember {
  const { metadata, log, close } = openRecording(filebase);
  close();
  return { suffix, filebase, ...metadata, logBytes: log.sizeBytes };
}

function toMember(member: ReadMember, root: ReadMember, memberCount: number): Member {
  const { filebase, facts, traces, logBytes } = member;
  const startOf = ({ facts }: ReadMember) => facts.startMonotonicMicros ?? 0;
  const share = Math.floor(ALL_CHUNKS_BYTES / memberCount);
  const chunkBytes = Math.max(Math.min(share, CHUNK_BYTES), LEAST_CHUNK_BYTES);
  return {
    ...member,
    startMicros: Math.max(startOf(member) - startOf(root), 0),
    openLog: () => {
      const { version } = facts;
      const log = openLog(`${filebase}.hpd`, traces, { version, limitBytes: logBytes, chunkBytes });
      if (log.recordingId === facts.recordingId && log.sizeBytes === logBytes) return log;
      log.close();
      throw new HeapprofError(
        'ERR_HEAPPROF_READ',
        `${filebase}.hpd has become another file; open the recording again to read it.`,
      );
    },
  };
}

/** The suffixes of the files beside the root's that may be of its family, each once. */
function suffixesOf(filebase: string): Set<string> {
  const suffixes = new Set<string>();
  const name = path.basename(filebase);
  for (const file of readdirSync(path.dirname(filebase))) {
    if (!file.startsWith(name) || !/\.hp[md]$/.test(file)) continue;
    const suffix = file.slice(name.length, -'.hpm'.length);
    if (isMemberSuffix(suffix)) suffixes.add(suffix);
  }
  return suffixes;
}
