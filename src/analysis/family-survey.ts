import { hasLeft, type Member } from '../format/family.js';
import type { ArrayBufferAccount } from './array-buffer-account.js';
import { type LogSurvey, surveyLog } from './log-survey.js';
import { memberLabel } from './member-label.js';
import type { HeapVolume } from './record-tally.js';

/** What the logs of a family hold, in numbers. */
export interface FamilySurvey {
  /**
   * All of them together: sums, and the time from the start of the root to the last thing in any log. `end` is the
   * root's; array buffers are those of the members that are there at the last.
   */
  readonly whole: LogSurvey;
  /** Each by itself, the root first; their times count from their own starts. */
  readonly members: readonly MemberSurvey[];
}

/** What the log of one member holds. */
export interface MemberSurvey {
  /** What its name has after the root's. */
  readonly suffix: string;
  /** What a person calls its thread; see {@link memberLabel}. */
  readonly label: string;
  /** From the start of the root to its own. */
  readonly startSeconds: number;
  readonly logBytes: number;
  readonly log: LogSurvey;
}

/**
 * Reads the logs of a family from start to end and counts.
 * @param onProgress is called now and then with how many bytes have been read.
 */
export function surveyFamily(
  members: readonly Member[],
  onProgress?: (bytesRead: number) => void,
): FamilySurvey {
  let bytesDone = 0;
  const surveys = members.map((member): MemberSurvey => {
    const { suffix, startMicros, logBytes, facts } = member;
    const log = member.openLog();
    try {
      const survey = surveyLog(log, facts.sampling, (read) => onProgress?.(bytesDone + read));
      bytesDone += logBytes;
      const label = memberLabel(member);
      return { suffix, label, startSeconds: startMicros / 1e6, logBytes, log: survey };
    } finally {
      log.close();
    }
  });
  return { whole: together(surveys), members: surveys };
}

function together(members: readonly MemberSurvey[]): LogSurvey {
  const logs = members.map(({ log }) => log);
  const sum = (valueIn: (log: LogSurvey) => number) =>
    logs.reduce((total, log) => total + valueIn(log), 0);
  const endSeconds = ({ startSeconds, log }: MemberSurvey) => startSeconds + log.elapsedSeconds;
  const elapsedSeconds = Math.max(...members.map(endSeconds));
  const present = members.filter(
    (member) =>
      !hasLeft(endSeconds(member) * 1e6, member.log.end !== undefined, elapsedSeconds * 1e6),
  );
  const { end } = logs[0]!;
  const heapVolume = addVolumes(logs.flatMap((log) => log.heapVolume ?? []));
  const arrayBuffers = addAccounts(
    present.map(
      ({ startSeconds, log: { arrayBuffers } }) =>
        arrayBuffers && later(arrayBuffers, startSeconds),
    ),
  );
  return {
    allocations: sum((log) => log.allocations),
    frees: sum((log) => log.frees),
    heapRecords: sum((log) => log.heapRecords),
    collections: sum((log) => log.collections),
    gcPauseSeconds: sum((log) => log.gcPauseSeconds),
    marks: sum((log) => log.marks),
    elapsedSeconds,
    ...(end && { end }),
    cutBytes: sum((log) => log.cutBytes),
    damage: logs.flatMap((log) => log.damage),
    ...(heapVolume && { heapVolume }),
    ...(arrayBuffers && { arrayBuffers }),
  };
}

/** Undefined where there are none. */
function addVolumes(volumes: readonly HeapVolume[]): HeapVolume | undefined {
  if (volumes.length === 0) return undefined;
  return volumes.reduce((a, b) => ({
    allocatedBytes: a.allocatedBytes + b.allocatedBytes,
    seenBytes: a.seenBytes + b.seenBytes,
    seenBytesError: Math.hypot(a.seenBytesError, b.seenBytesError),
  }));
}

/** At the time of the latest of them. Undefined where one of them is, or there are none. */
function addAccounts(
  accounts: readonly (ArrayBufferAccount | undefined)[],
): ArrayBufferAccount | undefined {
  if (accounts.length === 0 || !accounts.every((account) => account !== undefined))
    return undefined;
  return accounts.reduce((a, b) => ({
    timeSeconds: Math.max(a.timeSeconds, b.timeSeconds),
    countedBytes: a.countedBytes + b.countedBytes,
    attributedBytes: a.attributedBytes + b.attributedBytes,
    attributedBytesError: Math.hypot(a.attributedBytesError, b.attributedBytesError),
    earlierBytes: a.earlierBytes + b.earlierBytes,
    unattributedBytes: a.unattributedBytes + b.unattributedBytes,
  }));
}

function later(account: ArrayBufferAccount, seconds: number): ArrayBufferAccount {
  return { ...account, timeSeconds: account.timeSeconds + seconds };
}
