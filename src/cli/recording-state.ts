import { statSync } from 'node:fs';
import type { Reader } from '../read.js';
import type { RecordingState } from '../render/report/served-news.js';

/** A recorder writes at least once a second, unless its program is stopped or its machine asleep. */
const SILENCE_MS = 5000;

/** A log that was not written to for so long is not taken for that of a program that has the same number by chance. */
const LONG_SILENCE_MS = 10 * 60_000;

/**
 * How a recording is doing whose log has not grown just now.
 * @param hasGrown whether it has grown since it was opened: then its program was there
 * @throws HeapprofError if its files are not there any more.
 */
export function recordingState(
  reader: Reader,
  hasGrown: boolean,
): Exclude<RecordingState, 'unreadable'> {
  if (reader.hasEnded()) return 'ended';
  const silenceMs = Date.now() - lastWriteMs(reader);
  if (silenceMs < SILENCE_MS) return 'recording';
  const { facts } = reader.hpm;
  const { pid } = facts.process ?? {};
  const isThere = pid !== undefined && isRunning(pid);
  if (isThere && (hasGrown || silenceMs < LONG_SILENCE_MS)) return 'silent';
  // Version 1 has no end that could be missing.
  return facts.version === 1 ? 'ended' : 'broken';
}

function lastWriteMs({ members }: Reader): number {
  return Math.max(
    ...members.map(
      ({ filebase }) => statSync(`${filebase}.hpd`, { throwIfNoEntry: false })?.mtimeMs ?? 0,
    ),
  );
}

/** Whether there is a process of this number on this machine, whoever owns it. */
function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
