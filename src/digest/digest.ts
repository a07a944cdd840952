import type { Family } from '../format/family.js';
import type { DigestMember, DigestSource } from '../format/hpc-blocks.js';
import type { DigestFile } from '../format/hpc-file.js';
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
  /** Only snapshots of this range, both ends rounded down, and that of time 0; what was allocated in between counts for the first of the range. */
  readonly range?: { readonly fromMicros: number; readonly toMicros: number };
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
 * @param startChunks how a long log is shared among threads; its bytes do not depend on it
 * @returns the way to go on when the log has grown; undefined for a family of more than one, which is to be made anew
 * @throws HeapprofError with the code `ERR_HEAPPROF_WRITE` if it cannot be written, and
 *   `ERR_HEAPPROF_DIGEST_SIZE` if it would have too many snapshots, or one too large.
 */
export function* digestSteps(
  family: Family,
  path: string,
  options: DigestOptions,
  startChunks: StartChunks = startCrew,
): DigestSteps {
  const { recordingId } = family.members[0]!.facts;
  const source = sourceOf(family, options);
  const { members = [] } = source;
  const writer = new DigestWriter(path, recordingId, source);
  const replay = new FamilyReplay(family.members, members, writer, options, startChunks);
  yield* replaySteps(family, replay, writer);
  return family.members.length === 1
    ? new GrowingDigest(family, options, replay, writer)
    : undefined;
}

/** Yields how far it has come, and returns how to go on. */
export type DigestSteps = Generator<DigestProgress, GrowingDigest | undefined, void>;

/** A finished digest of a recording that may grow, with all that is needed to go on where its log ended. */
export class GrowingDigest {
  readonly #family: Family;
  readonly #options: DigestOptions;
  readonly #replay: FamilyReplay;
  readonly #writer: DigestWriter;

  constructor(family: Family, options: DigestOptions, replay: FamilyReplay, writer: DigestWriter) {
    this.#family = family;
    this.#options = options;
    this.#replay = replay;
    this.#writer = writer;
  }

  /** Whether a family is the recording that the digest was made from, longer or as it was. */
  isOf({ members: [root, ...others] }: Family): boolean {
    const known = this.#family.members[0]!;
    return (
      others.length === 0 &&
      root!.facts.recordingId === known.facts.recordingId &&
      root!.logBytes >= known.logBytes
    );
  }

  /**
   * Goes on to the end of the log as it is now, in steps as those of {@link digestSteps}, which are all to be taken: the digest then has the same bytes as one that is made
   * anew. The snapshots from the last event on are replaced. This can be done once; the last step returns the way to go on again.
   * @param family the recording as it is now: {@link isOf}
   * @param finished the digest as it was finished; it may be closed when this returns
   */
  goOn(family: Family, finished: DigestFile): DigestSteps {
    this.#writer.goOn(finished, sourceOf(family, this.#options));
    this.#replay.goOn(family.members[0]!);
    return this.#steps(family);
  }

  *#steps(family: Family): DigestSteps {
    yield* replaySteps(family, this.#replay, this.#writer);
    return new GrowingDigest(family, this.#options, this.#replay, this.#writer);
  }
}

/** Replays the logs to their end, and finishes the digest. */
function* replaySteps(
  family: Family,
  replay: FamilyReplay,
  writer: DigestWriter,
): Generator<DigestProgress, void, void> {
  const totalBytes = bytesOf(family);
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

function sourceOf(family: Family, options: DigestOptions): DigestSource {
  const { facts } = family.members[0]!;
  const members = membersOfDigest(family);
  return {
    ...options,
    sourceVersion: facts.version,
    sourceBytes: bytesOf(family),
    ...(members.length > 0 && { members }),
  };
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
