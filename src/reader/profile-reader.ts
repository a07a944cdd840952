import { existsSync } from 'node:fs';
import { HeapprofError } from '../base/errors.js';
import {
  bytesOf,
  type DigestOptions,
  type DigestSteps,
  digestSteps,
  type GrowingDigest,
} from '../digest/digest.js';
import { makeDigest, makeDigestSync, type OnProgress } from '../digest/make-digest.js';
import { type Family, type Member, openFamily, type UnreadableMember } from '../format/family.js';
import type { TraceSpan } from '../format/family-traces.js';
import type { DigestFacts } from '../format/hpc-blocks.js';
import type { DigestFile } from '../format/hpc-file.js';
import type { EventLog, Metadata, TraceTable } from '../format/log.js';
import { endsWithEnd } from '../format/log-end.js';
import { openLog } from '../format/open.js';
import { openDigest } from '../format/open-digest.js';
import { type Frame, NO_TRACE, type Trace } from '../model/frame.js';
import type { Snapshot, SnapshotTotals } from '../model/snapshot.js';
import { type DigestPlace, digestPath, findDigestPlace } from './digest-place.js';
import {
  type DigestRequest,
  type MakeDigestOptions,
  parseDigestRequest,
  type ReadOptions,
  satisfies,
  withDefaults,
} from './digest-request.js';
import { MappedTraces } from './mapped-traces.js';
import { spansInDigest, tracesOf } from './member-spans.js';
import { SnapshotList } from './snapshot-list.js';
import { lastSnapshotUntil } from './snapshot-search.js';
import { SourceLines } from './source-lines.js';
import { SourceMaps } from './source-maps.js';

/** A frame with the text of its line. */
export interface SourceFrame extends Frame {
  /** Without the end of the line; absent where the file cannot be read now. */
  readonly sourceText?: string;
}

/** What a digest is made from, and where it is. */
export interface DigestInfo extends DigestFacts {
  /** The `.hpc`; absent where its folder may not be written to, and the digest is gone with the reader. */
  readonly file?: string;
}

/** A digest beside the recording is neither read nor written; one that is made is gone with the reader. */
export interface PrivateDigest {
  /** Its snapshots are those of this range, and that of time 0. By default those of the whole recording. */
  readonly range?: DigestOptions['range'] | undefined;
}

/** Options of a {@link ProfileReader}. */
interface PrivateDigestOptions {
  readonly privateDigest?: PrivateDigest | undefined;
}

/** An open digest and what is derived from it. */
interface OpenDigest {
  readonly file: DigestFile;
  readonly info: DigestInfo;
  readonly snapshots: SnapshotList;
  readonly totals: readonly SnapshotTotals[];
}

/** A digest that is being made. */
interface DigestJob {
  readonly family: Family;
  readonly place: DigestPlace;
  readonly steps: DigestSteps;
}

/**
 * A recording, with all members of its family, as a profile: memory by time and trace. Everything about time comes from a digest,
 * `<filebase>.hpc`, which is made once from the log; a reader without one says so when it is asked
 * (`ERR_HEAPPROF_NO_DIGEST`), and `read` makes it by itself. Only the digest is kept open.
 *
 * Times are seconds: since the start of the recording (of the family's root) where they are relative, since 1970-01-01 UTC where not.
 */
export class ProfileReader {
  /** The recording's files without their suffix. */
  readonly filebase: string;
  readonly #privateDigest: PrivateDigest | undefined;
  #family!: Family;
  #metadata!: Metadata;
  /** As the log has them. */
  #rawTraces!: TraceTable;
  #sourceMaps: SourceMaps | undefined;
  #digest: OpenDigest | undefined;
  /** Why an existing digest cannot be read. */
  #digestError: unknown;
  /** How to go on with the digest when the log has grown; where the reader has made it. */
  #growing: GrowingDigest | undefined;
  #log: EventLog | undefined;
  readonly #sourceLines = new SourceLines();
  #isClosed = false;

  /**
   * Opens a recording of either version with all members of its family, and its digest where it has one.
   * @param filebase the files without their suffix; of a family, those of its root, or of the member that is wanted
   * @param options see {@link PrivateDigest}; without it the digest is the one beside the recording
   * @throws HeapprofError if a file is missing or cannot be read; FormatError if one is not what it should be.
   */
  constructor(filebase: string, { privateDigest }: PrivateDigestOptions = {}) {
    this.filebase = filebase;
    this.#privateDigest = privateDigest;
    this.#setFamily(openFamily(filebase));
    this.#openDigestBeside();
  }

  /**
   * Whether there is a digest of this log as it was when it was opened. It may be an interrupted one: then
   * `hpc.complete` is false, and it ends with the snapshot that had been reached.
   */
  hasDigest(): boolean {
    this.#expectOpen();
    return this.#digest !== undefined;
  }

  /**
   * Whether there is a digest, and it was made with the options that are given.
   * @throws TypeError or RangeError, as {@link makeDigest}.
   */
  hasDigestLike(request: DigestRequest): boolean {
    const wanted = parseDigestRequest(request);
    return this.hasDigest() && satisfies(this.#expectDigest().info, wanted);
  }

  /**
   * Makes the digest, in place of one that there is, from the log as it is now, and lets the event loop run in between.
   * It is written beside the recording, under its name only when it is whole. Where that folder may not be written to it is
   * a temporary file that only this reader has (`hpc.file` is absent). Until it is done the reader has no digest.
   *
   * Aborted by the signal, it keeps what it has: the promise resolves, and the digest is a valid one that ends with
   * the last snapshot that was reached (`hpc.complete` is false). A signal that is aborted from the start
   * rejects the promise with its reason, and nothing is changed.
   * @throws TypeError if an option is not a number, RangeError if one is outside its limits; HeapprofError
   *   if the log cannot be read or the digest not be written: an old digest then remains.
   */
  async makeDigest(options: MakeDigestOptions = {}): Promise<void> {
    const { onProgress, signal } = options;
    signal?.throwIfAborted();
    const job = this.#beginDigest(options);
    try {
      this.#adoptDigest(job, await makeDigest(job.steps, onProgress, signal));
    } finally {
      this.#endDigest(job);
    }
  }

  /** Makes the digest at once; otherwise as {@link makeDigest}. */
  makeDigestSync(options: ReadOptions = {}): void {
    this.#runDigest(this.#beginDigest(options), options.onProgress);
  }

  /**
   * Takes up what has been written to the recording since it was opened, or since this was last called: events, new members of its family, and what the digest
   * says of them. A digest that there was is made again with the same options, and replaced when it is whole; where this reader has made it, and the recording is one by itself, only what is
   * new is read. Logs of {@link hpd} that were asked for before are closed.
   * @returns whether there was anything new; if not, nothing is changed
   * @throws HeapprofError or FormatError if the recording cannot be read (any more), or the digest not be written: an old one then remains.
   */
  refresh(): boolean {
    this.#expectOpen();
    const family = openFamily(this.filebase);
    if (isAlike(family, this.#family)) return false;
    this.#log?.close();
    this.#log = undefined;
    const made = this.#digest;
    if (made === undefined) {
      this.#setFamily(family);
      this.#openDigestBeside();
    } else {
      this.#runDigest(this.#beginAgain(made, family));
    }
    return true;
  }

  /** Whether the recording has come to its end, so that it will not grow any more; of a family, its root. A program that was killed leaves no end, nor does version 1. */
  hasEnded(): boolean {
    const [root] = this.members;
    const { filebase, facts, logBytes } = root!;
    return facts.version === 2 && endsWithEnd(`${filebase}.hpd`, logBytes);
  }

  /** Closes the files. A second time does nothing; after it, all else is an error (`ERR_HEAPPROF_CLOSED`). */
  close(): void {
    this.#isClosed = true;
    this.#closeDigest();
    this.#log?.close();
    this.#log = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** When the recording began: seconds since 1970-01-01 UTC. */
  get initialTime(): number {
    return this.hpm.facts.startWallMicros / 1e6;
  }

  /** When the last thing of the log happened: seconds since 1970-01-01 UTC. */
  get finalTime(): number {
    return (this.hpm.facts.startWallMicros + this.#expectDigest().info.elapsedMicros) / 1e6;
  }

  /** Seconds from the start to the last thing of the log. */
  get elapsedTime(): number {
    return this.#expectDigest().info.elapsedMicros / 1e6;
  }

  /**
   * Upper bounds of the size bands in bytes (exclusive), rising, and the probability with which an
   * allocation of the band was logged; above the last bound it is 1. Undefined where {@link samplingInterval} is not.
   */
  get samplingRate(): Map<number, number> | undefined {
    const { sampling } = this.hpm.facts;
    if (sampling.by !== 'bands') return undefined;
    return new Map(sampling.bands.map((band) => [band.belowBytes, band.probability]));
  }

  /** Mean number of bytes from sample to sample. Undefined where {@link samplingRate} is not. */
  get samplingInterval(): number | undefined {
    const { sampling } = this.hpm.facts;
    return sampling.by === 'interval' ? sampling.intervalBytes : undefined;
  }

  /** Seconds from snapshot to snapshot; the last may follow sooner. */
  get snapshotInterval(): number {
    return this.#expectDigest().info.timeIntervalMicros / 1e6;
  }

  /** All snapshots in the order of time; each is read when it is asked for. */
  get snapshots(): SnapshotList {
    return this.#expectDigest().snapshots;
  }

  /** What all traces together have at every snapshot, in the order of time: from the digest's index, so at once. */
  get totals(): readonly SnapshotTotals[] {
    return this.#expectDigest().totals;
  }

  /**
   * The last snapshot at or before a time; after the end of the recording, its last one.
   * @param relativeTime seconds since the start
   * @throws RangeError if it is not a number from 0 on.
   */
  snapshotAt(relativeTime: number): Snapshot {
    const { totals, snapshots } = this.#expectDigest();
    if (!(relativeTime >= 0)) {
      throw new RangeError(
        `The time of a snapshot must be in seconds since the start, 0 or more, but is ${relativeTime}.`,
      );
    }
    return snapshots.at(lastSnapshotUntil(totals, relativeTime))!;
  }

  /**
   * From now on frames are shown in their original sources, everywhere but in {@link rawTrace}: by the source map that a frame's file
   * names (`//# sourceMappingURL`) or has in it, or that stands in `folder` under the file's name with `.map`. Files of this machine that
   * the recording names are opened for it. Where there is no map, or it does not have the position, a frame stays as it is.
   */
  useSourceMaps(folder?: string): void {
    this.#expectOpen();
    this.#showOriginals(new SourceMaps(folder));
  }

  /**
   * The text of a frame's line, without its end; undefined where its file cannot be read now. Source files are read here and nowhere
   * else, as they are now; with {@link useSourceMaps} the text is the map's own where it has one.
   */
  sourceText(frame: Frame): string | undefined {
    return (
      this.#sourceMaps?.line(frame.file, frame.line) ??
      this.#sourceLines.line(frame.file, frame.line)
    );
  }

  /**
   * The frames of a trace, outermost first, with the text of their lines (see {@link sourceText}); undefined for 0 and for an index that is not
   * known. In a family, indexes are those of its snapshots.
   * @param index counts from 1
   */
  trace(index: number): SourceFrame[] | undefined {
    return this.hpm.traces.trace(index)?.map((frame) => {
      const sourceText = this.sourceText(frame);
      return sourceText === undefined ? frame : { ...frame, sourceText };
    });
  }

  /**
   * The frames of a trace as they were recorded, outermost first; undefined for 0 and for an index that is not known.
   * @param index counts from 1
   */
  rawTrace(index: number): Trace | undefined {
    this.#expectOpen();
    return this.#rawTraces.trace(index);
  }

  /** The members of the family, at least one: the root, then the others in the order of their starts. */
  get members(): readonly Member[] {
    this.#expectOpen();
    return this.#family.members;
  }

  /** What looks like a member of the family and cannot be read, so that it is in none of the figures. */
  get unreadable(): readonly UnreadableMember[] {
    this.#expectOpen();
    return this.#family.unreadable;
  }

  /**
   * The index that a trace of one member's log has in snapshots and for {@link rawTrace}; 0 for its trace 0. Without a digest only
   * those of the root have one.
   * @param member its number in {@link members}; 0 is the root
   * @param trace counts from 1 in the member's own log
   */
  traceOf(member: number, trace: number): number {
    if (member === 0 || trace === NO_TRACE) return trace;
    return this.#expectDigest().info.members![member - 1]!.firstTrace + trace;
  }

  /** The facts of the recording, or of the family's root; the traces and the damage of all members. */
  get hpm(): Metadata {
    this.#expectOpen();
    return this.#metadata;
  }

  /** The log of the recording, or of the family's root; opened when it is first asked for, and closed with the reader. */
  get hpd(): EventLog {
    this.#log ??= openLog(`${this.filebase}.hpd`, this.members[0]!.traces);
    return this.#log;
  }

  /** What the digest is made from, and how. */
  get hpc(): DigestInfo {
    return this.#expectDigest().info;
  }

  /**
   * Opens the recording a second time, for a digest of its own that is not kept; frames are shown as here. It has no digest yet.
   * @param range its snapshots are those of this range, and that of time 0; by default those of the whole recording
   * @throws as the constructor.
   */
  withPrivateDigest(range?: PrivateDigest['range']): ProfileReader {
    const reader = new ProfileReader(this.filebase, { privateDigest: { range } });
    if (this.#sourceMaps) reader.#showOriginals(this.#sourceMaps);
    return reader;
  }

  /** The bytes of the digest's file. */
  digestBytes(): Uint8Array {
    const { file } = this.#expectDigest();
    return file.bytes(0, file.sizeBytes).slice();
  }

  #beginDigest(request: DigestRequest): DigestJob {
    this.#expectOpen();
    const options = withDefaults(parseDigestRequest(request));
    return this.#beginWhole(openFamily(this.filebase), options);
  }

  #beginWhole(family: Family, options: DigestOptions): DigestJob {
    // An open file cannot be replaced everywhere.
    this.#closeDigest();
    const place = findDigestPlace(this.filebase, this.#privateDigest !== undefined);
    const { range } = this.#privateDigest ?? {};
    const steps = digestSteps(family, place.path, { ...options, ...(range && { range }) });
    return { family, place, steps };
  }

  /** Makes a digest as it was made before, of the recording as it is now. */
  #beginAgain({ file, info }: OpenDigest, family: Family): DigestJob {
    const growing = this.#growing;
    if (!growing?.isOf(family)) return this.#beginWhole(family, optionsOf(info));
    const place = findDigestPlace(this.filebase, this.#privateDigest !== undefined);
    const steps = growing.goOn(family, file);
    this.#closeDigest();
    return { family, place, steps };
  }

  #runDigest(job: DigestJob, onProgress?: OnProgress): void {
    try {
      this.#adoptDigest(job, makeDigestSync(job.steps, onProgress));
    } finally {
      this.#endDigest(job);
    }
  }

  /** Takes a digest that was made as the reader's own, with the metadata that belong to it. */
  #adoptDigest(job: DigestJob, growing: GrowingDigest | undefined): void {
    if (this.#isClosed) return;
    this.#closeDigest();
    this.#setFamily(job.family);
    this.#setDigest(openDigest(job.place.path), job.place.isTemporary);
    // What it takes is not kept where there is nothing to come, or where the file is gone.
    if (!job.place.isTemporary && !this.hasEnded()) this.#growing = growing;
  }

  #endDigest(job: DigestJob): void {
    job.place.cleanUp();
    if (this.#digest === undefined && !this.#isClosed) this.#openDigestBeside();
  }

  #setFamily(family: Family): void {
    this.#family = family;
    // Without a digest no row refers to the traces of other members.
    this.#setTraces([{ traces: family.members[0]!.traces, firstTrace: 0 }]);
  }

  #setTraces(spans: readonly TraceSpan[]): void {
    const { members } = this.#family;
    this.#rawTraces = tracesOf(spans);
    this.#metadata = {
      facts: members[0]!.facts,
      traces: this.#shownTraces(),
      damage: members.flatMap(({ damage }) => damage),
      cutBytes: members.reduce((sum, { cutBytes }) => sum + cutBytes, 0),
    };
  }

  #showOriginals(maps: SourceMaps): void {
    this.#sourceMaps = maps;
    this.#metadata = { ...this.#metadata, traces: this.#shownTraces() };
  }

  #shownTraces(): TraceTable {
    return this.#sourceMaps ? new MappedTraces(this.#rawTraces, this.#sourceMaps) : this.#rawTraces;
  }

  /** Opens the digest beside the recording if it belongs to the logs. */
  #openDigestBeside(): void {
    const path = digestPath(this.filebase);
    if (this.#privateDigest || !existsSync(path)) return;
    let file: DigestFile;
    try {
      file = openDigest(path);
    } catch (error) {
      this.#digestError = error;
      return;
    }
    this.#setDigest(file, false);
  }

  /** Takes a digest as the reader's own if it belongs to the logs as they are; otherwise closes it. */
  #setDigest(file: DigestFile, isTemporary: boolean): void {
    const spans = spansInDigest(this.#family.members, file.facts);
    const isOurs = file.recordingId === this.#metadata.facts.recordingId;
    if (!isOurs || spans === undefined || file.facts.sourceBytes !== bytesOf(this.#family)) {
      file.close();
      return;
    }
    this.#setTraces(spans);
    this.#digestError = undefined;
    this.#digest = {
      file,
      info: isTemporary ? file.facts : { ...file.facts, file: file.path },
      snapshots: new SnapshotList(file, spans),
      totals: file.index.map((entry) => entry.totals),
    };
  }

  #closeDigest(): void {
    this.#digest?.file.close();
    this.#digest = undefined;
    this.#growing = undefined;
  }

  #expectDigest(): OpenDigest {
    this.#expectOpen();
    if (this.#digest !== undefined) return this.#digest;
    throw new HeapprofError(
      'ERR_HEAPPROF_NO_DIGEST',
      `There is no digest of ${this.filebase} as its log is now; make it with makeDigest(), or open it with read().`,
      { cause: this.#digestError },
    );
  }

  #expectOpen(): void {
    if (!this.#isClosed) return;
    throw new HeapprofError(
      'ERR_HEAPPROF_CLOSED',
      `The reader of ${this.filebase} has been closed; open the recording again to read it.`,
    );
  }
}

/** Whether two families are of the same recordings, of the same length. */
function isAlike(a: Family, b: Family): boolean {
  return (
    a.members.length === b.members.length &&
    a.members.every(({ suffix, facts, logBytes }, k) => {
      const other = b.members[k]!;
      return (
        suffix === other.suffix &&
        facts.recordingId === other.facts.recordingId &&
        logBytes === other.logBytes
      );
    })
  );
}

function optionsOf({ timeIntervalMicros, precision, weight }: DigestInfo): DigestOptions {
  return { timeIntervalMicros, precision, ...(weight !== undefined && { weight }) };
}
