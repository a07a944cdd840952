import { DigestWriter } from '../format/hpc-writer.js';
import type { Recording } from '../format/log.js';
import { SnapshotMaker } from './snapshot-maker.js';
import { Weights } from './weights.js';

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
  /** Bytes of the log that are done. */
  readonly doneBytes: number;
  /** All bytes of the log. */
  readonly totalBytes: number;
  /** Time of the recording that was reached. */
  readonly elapsedMicros: number;
}

/**
 * Makes a digest of a log, step by step; a step is one block of the log or one snapshot, some milliseconds.
 * The digest gets its name when the steps have come to their end. Where the caller stops before that
 * (`return()` of the generator, or `break`), it gets its name too, and ends with the last snapshot
 * that was reached; `complete` in its facts is then false. Nothing is done, not even that, before the first step.
 * On an error nothing is left behind. The log is never written to.
 *
 * The state of a snapshot has all events at or before its time; docs/format.md has the rest.
 * @param path the digest's file
 * @throws HeapprofError with the code `ERR_HEAPPROF_WRITE` if it cannot be written, and
 *   `ERR_HEAPPROF_DIGEST_SIZE` if it would have too many snapshots, or one too large.
 */
export function* digestSteps(
  recording: Recording,
  path: string,
  options: DigestOptions,
): Generator<DigestProgress, void, void> {
  const { log, metadata } = recording;
  const writer = new DigestWriter(path, log.recordingId, {
    ...options,
    sourceVersion: log.version,
    sourceBytes: log.sizeBytes,
  });
  const weights = new Weights(metadata.facts.sampling, options.weight);
  const maker = new SnapshotMaker(writer, weights, options);
  const progress = (): DigestProgress => ({
    doneBytes: log.positionBytes,
    totalBytes: log.sizeBytes,
    elapsedMicros: maker.reachedMicros,
  });
  let damagedBytes = 0;
  let complete = false;
  let failed = false;
  try {
    for (const item of log.items()) {
      if (item.item === 'events') for (const _ of maker.events(item.block)) yield progress();
      else if (item.item === 'heap') maker.heapRecords(item.records);
      else if (item.item === 'marks') for (const mark of item.marks) maker.reach(mark.timeMicros);
      else if (item.item === 'end') maker.reach(item.end.timeMicros);
      else if (item.item === 'damage') damagedBytes += item.damage.bytes;
      // Not before the snapshot of time 0: a digest that is stopped has at least that.
      if (maker.lastSnapshotMicros !== undefined) yield progress();
    }
    for (const _ of maker.rest()) yield progress();
    complete = true;
    yield progress();
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    // Reached in three ways: at the end, after an error, and where the caller stops the generator.
    if (failed) writer.discard();
    else writer.finish({ complete, damagedBytes, elapsedMicros: maker.lastSnapshotMicros! });
  }
}
