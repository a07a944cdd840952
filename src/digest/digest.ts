import type { Family } from '../format/family.js';
import type { DigestMember } from '../format/hpc-blocks.js';
import { DigestWriter } from '../format/hpc-writer.js';
import { type StartChunks, startCrew } from './chunk-crew.js';
import { FamilyReplay } from './family-replay.js';

/** How a digest is made. */
export interface DigestOptions {
  /** Time from snapshot to snapshot; a whole number from 1 on. */
  readonly timeIntervalMicros: number;
  /** Fraction of a snapshot's bytes that may be folded into "other"; from 0 to below 1. */
  readonly precision: number;
  /** The weight of every event, instead of the one that the recording's sampling gives. */
  readonly weight?: number;
}

/** How far the making of a digest has come. */
export interface DigestProgress {
  /** Bytes of the logs that are done. */
  readonly doneBytes: number;
  /** All bytes of the logs. */
  readonly totalBytes: number;
  /** Time of the recording that was reached. */
  readonly elapsedMicros: number;
}

/**
 * Makes the digest of a family, step by step; a step is one block of a log or one snapshot, some milliseconds.
 * The digest gets its name when the steps have come to their end. Where the caller stops before that
 * (`return()` of the generator, or `break`), it gets its name too, and ends with the last snapshot
 * that was reached; `complete` in its facts is then false. Nothing is done, not even that, before the first step.
 * On an error nothing is left behind. The logs are never written to.
 *
 * The state of a snapshot has all events at or before its time; docs/format.md has the rest.
 * @param path the digest's file
 * @throws HeapprofError with the code `ERR_HEAPPROF_WRITE` if it cannot be written, and
 *   `ERR_HEAPPROF_DIGEST_SIZE` if it would have too many snapshots, or one too large.
 */
export function* digestSteps(
  family: Family,
  path: string,
  options: DigestOptions,
  startChunks: StartChunks = startCrew,
): Generator<DigestProgress, void, void> {
  const { facts } = family.members[0]!;
  const totalBytes = bytesOf(family);
  const members = membersOfDigest(family);
  const writer = new DigestWriter(path, facts.recordingId, {
    ...options,
    sourceVersion: facts.version,
    sourceBytes: totalBytes,
    ...(members.length > 0 && { members }),
  });
  const replay = new FamilyReplay(family.members, members, writer, options, startChunks);
  let complete = false;
  let failed = false;
  try {
    for (const _ of replay.steps()) {
      // Not before the snapshot of time 0: a digest that is stopped has at least that.
      if (replay.lastSnapshotMicros === undefined) continue;
      const { doneBytes, reachedMicros } = replay;
      yield { doneBytes, totalBytes, elapsedMicros: reachedMicros };
    }
    complete = true;
    yield { doneBytes: totalBytes, totalBytes, elapsedMicros: replay.lastSnapshotMicros! };
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    // Reached in three ways: at the end, after an error, and where the caller stops the generator.
    replay.close();
    if (failed) {
      writer.discard();
    } else {
      const { damagedBytes } = replay;
      writer.finish({ complete, damagedBytes, elapsedMicros: replay.lastSnapshotMicros! });
    }
  }
}

/** The size of all logs of a family together. */
export function bytesOf(family: Family): number {
  return family.members.reduce((sum, { logBytes }) => sum + logBytes, 0);
}

/** The members of a family without its root, each with a stretch of trace indexes of its own. */
function membersOfDigest({ members: [root, ...others] }: Family): DigestMember[] {
  let nextTrace = root!.traces.traceCount + 1;
  return others.map(({ suffix, facts, traces }) => {
    const firstTrace = nextTrace;
    nextTrace += traces.traceCount + 1;
    return { suffix, recordingId: facts.recordingId, firstTrace };
  });
}
