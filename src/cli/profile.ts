import { setTimeout } from 'node:timers/promises';
import { type FamilySurvey, surveyFamily } from '../analysis/family-survey.js';
import { suitableInterval } from '../analysis/snapshot-interval.js';
import { formatDuration } from '../base/units.js';
import { Reader } from '../read.js';
import type { DigestRequest } from '../reader/digest-request.js';
import { InterruptedError } from './errors.js';
import { note } from './output.js';
import { ProgressBar } from './progress.js';

/**
 * Opens a recording, makes its digest if it has none, and closes it after use.
 * @param sourceMaps shows frames in their original sources: `true`, or the folder of the maps
 * @throws InterruptedError if Ctrl-C ended the making of the digest; `use` is then not called.
 */
export async function withProfile<T>(
  filebase: string,
  use: (reader: Reader) => Promise<T> | T,
  sourceMaps?: string | true,
): Promise<T> {
  const reader = new Reader(filebase);
  try {
    noteUnreadable(reader);
    if (!reader.hasDigest()) await makeDigest(reader);
    if (!reader.hpc.complete) {
      note(
        `the digest ends at ${endOfDigest(reader)}, because its making was interrupted; ` +
          `to make all of it: heapprof digest ${filebase}`,
      );
    }
    if (sourceMaps) reader.useSourceMaps(sourceMaps === true ? undefined : sourceMaps);
    return await use(reader);
  } finally {
    reader.close();
  }
}

/**
 * Makes the digest of an open recording, with a progress bar. Without a time interval it takes one
 * that suits the recording's length.
 * @throws InterruptedError if Ctrl-C ended it early; there is a valid digest up to there then.
 */
export async function makeDigest(reader: Reader, request: DigestRequest = {}): Promise<void> {
  const timeInterval = request.timeInterval ?? suitableInterval(measureLength(reader));
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  // Once: a second Ctrl-C ends the process as usual.
  process.once('SIGINT', interrupt);
  const bar = new ProgressBar('making the digest');
  try {
    await reader.makeDigest({
      ...request,
      timeInterval,
      onProgress: ({ doneBytes, totalBytes }) => bar.update(doneBytes / totalBytes),
      signal: interruption.signal,
    });
  } finally {
    bar.finish();
    process.off('SIGINT', interrupt);
  }
  if (interruption.signal.aborted && !reader.hpc.complete) {
    throw new InterruptedError(
      `Interrupted; the digest holds the recording up to ${endOfDigest(reader)}.`,
    );
  }
}

/**
 * Keeps the digest of an open recording up to date until the recording ends, or Ctrl-C. The pauses are ten times as long as the work, so that following costs
 * a tenth of a core at most.
 */
export async function followRecording(reader: Reader): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt);
  try {
    while (!interruption.signal.aborted) {
      const startMs = performance.now();
      const hasEnded = reader.hasEnded();
      const isNew = reader.refresh();
      // Other members of its family may have written something after the end of the root.
      if (hasEnded && !isNew) return;
      const pauseMs = Math.max(LEAST_PAUSE_MS, 10 * (performance.now() - startMs));
      await setTimeout(pauseMs, undefined, interruption).catch(() => {});
    }
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** As often as a recorder writes, at most. */
const LEAST_PAUSE_MS = 500;

/** Says which recordings of a family are in none of the figures. */
export function noteUnreadable(reader: Reader): void {
  for (const { reason } of reader.unreadable) note(`left out: ${reason}`);
}

/** Seconds from the start of a recording to the last thing in its log. */
function measureLength(reader: Reader): number {
  return survey(reader, 'measuring the recording').whole.elapsedSeconds;
}

/** What the logs of a recording hold, with a progress bar of this label. */
export function survey(reader: Reader, label: string): FamilySurvey {
  const bar = new ProgressBar(label);
  const { members } = reader;
  const totalBytes = members.reduce((sum, { logBytes }) => sum + logBytes, 0);
  try {
    return surveyFamily(members, (bytesRead) => bar.update(bytesRead / totalBytes));
  } finally {
    bar.finish();
  }
}

function endOfDigest(reader: Reader): string {
  return formatDuration(reader.elapsedTime * 1e6);
}
