import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { HeapprofError } from '../base/errors.js';
import { formatDuration } from '../base/units.js';
import { digestSteps } from '../digest/digest.js';
import { MAX_SNAPSHOTS } from '../digest/family-replay.js';
import { DigestWriterV1 } from '../format/digest-v1-writer.js';
import type { EventCursor } from '../format/event-cursor.js';
import { cannotBeSaid, cannotBeWritten } from '../format/export-error.js';
import { type Family, openFamily } from '../format/family.js';
import { FamilyEvents } from '../format/family-events.js';
import { openDigest } from '../format/open-digest.js';
import { RecordingWriterV1 } from '../format/recording-v1-writer.js';
import { UsageColumns } from '../format/usage-columns.js';
import type { Kind } from '../model/event.js';
import { fineBands } from '../model/fine-bands.js';
import type { Sampling, SizeBand } from '../model/sampling.js';

/** What of a recording is exported, and how its digest is made. */
export interface Version1Options {
  /** Only events of this kind; of all kinds if left out. */
  readonly kind?: Kind | undefined;
  /** Milliseconds from snapshot to snapshot, a whole number from 1 on, for a recording of this many seconds. */
  intervalMillis(elapsedSeconds: number): number;
  /** Fraction of a snapshot's bytes that may be put together as trace 0: from 0 to below 1. */
  readonly precision: number;
}

/** How far an export has come. */
export interface ExportProgress {
  readonly doing: 'writing the recording' | 'making the digest';
  /** Of that: from 0 to 1. */
  readonly fraction: number;
}

/** What an export has written. */
export interface Version1Export {
  readonly events: number;
  readonly traces: number;
  readonly snapshots: number;
  readonly intervalMillis: number;
  /** Events of sizes from 2 GiB on, which the original's reader takes for others. */
  readonly hugeEvents: number;
  /** Bytes of the logs that could not be used. */
  readonly damagedBytes: number;
}

/** An export takes a step with so many events. */
const STEP_EVENTS = 65_536;

/** And with so many snapshots that are written. */
const STEP_SNAPSHOTS = 100;

/** From here on the original's reader loses bits of a size. */
const HUGE_BYTES = 2 ** 31;

const SUFFIXES = ['.hpm', '.hpd', '.hpc'];

/**
 * Writes a recording with all members of its family as files of version 1, `<target>.hpm`, `.hpd` and `.hpc`, step by step.
 * docs/interchange.md says what becomes of what. The files get their names when all of them are whole; where the caller stops
 * before that, and on an error, nothing is left behind.
 * @param target the new files without their suffix; old ones of this name are replaced
 * @throws HeapprofError if a file cannot be read or written, with the code `ERR_HEAPPROF_EXPORT` for a recording that version 1
 *   cannot hold, and for a target that is the recording itself.
 */
export function* exportVersion1(
  family: Family,
  target: string,
  options: Version1Options,
): Generator<ExportProgress, Version1Export, void> {
  expectOtherPlace(family, target);
  const work = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  const digest = `${work}.new`;
  try {
    const { endMicros, ...written } = yield* writeRecording(family, work, options.kind);
    const intervalMillis = options.intervalMillis(endMicros / 1e6);
    const last = lastSnapshot(endMicros, intervalMillis);
    yield* writeDigest(work, digest, intervalMillis, last, options.precision);
    try {
      fs.renameSync(digest, `${work}.hpc`);
      for (const suffix of SUFFIXES) fs.renameSync(work + suffix, target + suffix);
    } catch (error) {
      throw cannotBeWritten(error as NodeJS.ErrnoException);
    }
    return { ...written, snapshots: last + 1, intervalMillis };
  } finally {
    for (const suffix of SUFFIXES) fs.rmSync(work + suffix, { force: true });
    fs.rmSync(digest, { force: true });
  }
}

type WrittenRecording = Pick<
  Version1Export,
  'events' | 'traces' | 'hugeEvents' | 'damagedBytes'
> & {
  /** Time of the last thing in the logs, which need not be an event. */
  readonly endMicros: number;
};

function* writeRecording(
  { members }: Family,
  filebase: string,
  kind: Kind | undefined,
): Generator<ExportProgress, WrittenRecording, void> {
  const totalBytes = members.reduce((sum, { logBytes }) => sum + logBytes, 0);
  const writer = new RecordingWriterV1(filebase, members[0]!.facts, bandsOf(members, kind));
  const events = new FamilyEvents(members, kind);
  // Of each member: what stands for its traces in the new file, plus 1; 0 where that is not known yet.
  const indexes = members.map(({ traces }) => new Uint32Array(traces.traceCount + 1));
  const indexOf = (member: number, trace: number): number => {
    const known = indexes[member]![trace];
    if (known) return known - 1;
    const frames = members[member]!.traces.trace(trace);
    const index = frames === undefined ? 0 : writer.indexOf(frames);
    indexes[member]![trace] = index + 1;
    return index;
  };
  let count = 0;
  let hugeEvents = 0;
  try {
    for (let next: EventCursor | undefined = events.next(); next; next = events.next()) {
      const { timeMicros, isFree, sizeBytes } = next;
      writer.event(timeMicros, isFree, indexOf(events.member, next.trace), sizeBytes);
      count += 1;
      if (sizeBytes >= HUGE_BYTES) hugeEvents += 1;
      if (count % STEP_EVENTS === 0) {
        const fraction = events.doneBytes / totalBytes;
        yield { doing: 'writing the recording', fraction };
      }
    }
    writer.finish();
  } finally {
    events.close();
    writer.close();
  }
  const { damagedBytes, seenMicros: endMicros } = events;
  return { events: count, traces: writer.traceCount, hugeEvents, damagedBytes, endMicros };
}

/** The number (from 0) of the snapshot that is at the end, or the first after it. */
function lastSnapshot(endMicros: number, intervalMillis: number): number {
  const last = Math.ceil(endMicros / (intervalMillis * 1000));
  if (last <= MAX_SNAPSHOTS) return last;
  throw new HeapprofError(
    'ERR_HEAPPROF_DIGEST_SIZE',
    `A snapshot every ${formatDuration(intervalMillis * 1000)} over ${formatDuration(endMicros)} makes more than ` +
      `${MAX_SNAPSHOTS} of them; give a longer interval.`,
  );
}

/**
 * Makes the digest of a recording of version 1, and writes it as one of version 1. A recording of version 1 ends with its last
 * event; the state that it then has is that of all snapshots up to `last`.
 */
function* writeDigest(
  filebase: string,
  target: string,
  intervalMillis: number,
  last: number,
  precision: number,
): Generator<ExportProgress, void, void> {
  const family = openFamily(filebase);
  const path = `${filebase}.hpc`;
  const timeIntervalMicros = intervalMillis * 1000;
  for (const progress of digestSteps(family, path, { timeIntervalMicros, precision })) {
    const { doneBytes, totalBytes } = progress;
    yield { doing: 'making the digest', fraction: doneBytes / Math.max(totalBytes, 1) };
  }
  const digest = openDigest(path);
  const writer = new DigestWriterV1(target, family.members[0]!.facts, intervalMillis);
  const live = new UsageColumns();
  const allocated = new UsageColumns();
  try {
    for (let k = 0; k <= last; k++) {
      const entry = digest.index[k];
      if (entry !== undefined) digest.readSnapshot(entry, live, allocated);
      writer.snapshot(bytesByTrace(live));
      if (k % STEP_SNAPSHOTS === 0) yield { doing: 'making the digest', fraction: 1 };
    }
    writer.finish();
  } finally {
    digest.close();
    writer.close();
  }
}

function bytesByTrace({ count, traces, bytes }: UsageColumns): Map<number, number> {
  const sums = new Map<number, number>();
  for (let row = 0; row < count; row++) {
    const trace = traces[row]!;
    sums.set(trace, (sums.get(trace) ?? 0) + bytes[row]!);
  }
  return sums;
}

/** The one table of size bands that version 1 has. */
function bandsOf(members: Family['members'], kind: Kind | undefined): SizeBand[] {
  const [{ facts }, ...others] = members as [Family['members'][0], ...Family['members']];
  const { sampling } = facts;
  for (const { suffix, facts } of others) {
    if (isSame(facts.sampling, sampling)) continue;
    throw cannotBeSaid(
      `members that were sampled in different ways (${suffix} in another than the first)`,
    );
  }
  const bands = fineBands(sampling, kind ?? 'heap');
  const kinds = facts.process?.kinds ?? [];
  const isMixed = kind === undefined && kinds.length !== 1;
  if (isMixed && !isSame(bands, fineBands(sampling, 'arrayBuffer'))) {
    throw new HeapprofError(
      'ERR_HEAPPROF_EXPORT',
      'JavaScript objects and array buffers were sampled in different ways, and version 1 has one sampling rate for both; ' +
        'choose one with --kind heap or --kind arrayBuffer.',
    );
  }
  return bands;
}

function isSame(a: Sampling | readonly SizeBand[], b: Sampling | readonly SizeBand[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** An export would replace what it reads. */
function expectOtherPlace({ members }: Family, target: string): void {
  for (const { filebase } of members) {
    for (const suffix of ['.hpm', '.hpd']) {
      const isOurs =
        fs.existsSync(target + suffix) &&
        fs.realpathSync(target + suffix) === fs.realpathSync(filebase + suffix);
      if (!isOurs) continue;
      throw new HeapprofError(
        'ERR_HEAPPROF_EXPORT',
        `${target}${suffix} is a file of the recording itself, which the export would replace; choose another name.`,
      );
    }
  }
}
