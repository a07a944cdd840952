import { FormatError } from '../base/errors.js';
import { longer } from '../base/longer.js';
import type { Frame, Trace } from '../model/frame.js';
import type { RecordingFacts } from '../model/recording.js';
import type { SizeBand } from '../model/sampling.js';
import { ByteReader, DecodeError, EndOfDataError } from './byte-reader.js';
import type { FileWindow } from './file-window.js';
import type { Damage, Metadata, TraceTable } from './log.js';

/** Version 1 has no recording id. */
export const NO_RECORDING_ID = '0000000000000000';

/** Version, seconds and nanoseconds: what `.hpm` and `.hpc` of version 1 begin with. */
const CLOCK_BYTES = 20;
const BAND_BYTES = 12;

/** `.hpm` files of version 1 hold every trace in full; one of this size has millions of them. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/**
 * A start before July 1970 is no sensible one. Above it, three events of objects without bytes, which begin with the same
 * zeros, cannot be taken for one.
 */
export const EARLIEST_START_SECONDS = 2 ** 24;

/** Whether a file begins as an `.hpm` or `.hpc` of version 1 does: version, then a sensible start time. */
export function looksLikeVersion1(head: Uint8Array): boolean {
  if (head.length < CLOCK_BYTES) return false;
  const view = Buffer.from(head.buffer, head.byteOffset, head.length);
  return (
    view.readUInt32BE(0) === 1 &&
    view.readUInt32BE(4) === 0 &&
    view.readUInt32BE(8) >= EARLIEST_START_SECONDS &&
    view.readUInt32BE(12) === 0 &&
    view.readUInt32BE(16) < 1e9
  );
}

/**
 * Reads an `.hpm` of version 1. A trace that the file ends in the middle of is quietly left out.
 * @throws FormatError if the size bands are not those of an `.hpm`.
 */
export function readMetadataV1(window: FileWindow): Metadata {
  const { path, sizeBytes } = window.file;
  if (sizeBytes > MAX_FILE_BYTES) {
    throw new FormatError(path, MAX_FILE_BYTES, 'the metadata go on', {
      advice: 'Metadata of version 1 are at most 2 GiB; is this the .hpm of a recording?',
    });
  }
  const bytes = window.bytes(0, sizeBytes);
  const reader = new ByteReader(bytes);
  try {
    const facts = readFacts(bytes, reader);
    return { facts, ...readTraces(reader, path) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new FormatError(path, error.position, error.problem, {
      advice: 'The size bands of an .hpm of version 1 were expected; is this one?',
      cause: error,
    });
  }
}

function readFacts(bytes: Uint8Array, reader: ByteReader): RecordingFacts {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  reader.position = CLOCK_BYTES;
  const bandCount = reader.varint();
  reader.expectItems(bandCount, BAND_BYTES);
  const bands: SizeBand[] = [];
  for (let k = 0; k < bandCount; k++) {
    const { position } = reader;
    const belowBytes = Number(view.readBigUInt64BE(position));
    const probability = view.readUInt32BE(position + 8) / 0xffff_ffff;
    if (!(belowBytes > (bands.at(-1)?.belowBytes ?? -1)) || belowBytes > Number.MAX_SAFE_INTEGER) {
      throw reader.error('a size band that does not rise above the one before it');
    }
    bands.push({ belowBytes, probability });
    reader.position = position + BAND_BYTES;
  }
  const startSeconds = view.readUInt32BE(8);
  const startNanos = view.readUInt32BE(16);
  return {
    version: 1,
    recordingId: NO_RECORDING_ID,
    startWallMicros: startSeconds * 1e6 + Math.floor(startNanos / 1000),
    startWallNanos: startNanos % 1000,
    sampling: { by: 'bands', bands },
  };
}

function readTraces(
  reader: ByteReader,
  file: string,
): Pick<Metadata, 'traces' | 'damage' | 'cutBytes'> {
  const traces = new TraceList();
  const damage: Damage[] = [];
  let offset = reader.position;
  let cutBytes = 0;
  try {
    for (; reader.remaining > 0; offset = reader.position) {
      readTrace(reader, traces);
      traces.endTrace();
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const bytes = reader.position + reader.remaining - offset;
    if (error instanceof EndOfDataError) {
      cutBytes = bytes;
    } else {
      const reason = `A trace does not decode: ${error.message}. Version 1 has no place to go on.`;
      damage.push({ file, offset, bytes, reason });
    }
  }
  return { traces, damage, cutBytes };
}

/** Hands the frames of one trace to `traces`. */
function readTrace(reader: ByteReader, traces: TraceList): void {
  for (let line = reader.varint(); line !== 0; line = reader.varint()) {
    traces.addFrame(reader.string(), line - 1);
  }
}

/** The traces of version 1: each in full, whether or not the file has its prefixes too. */
class TraceList implements TraceTable {
  traceCount = 0;
  readonly #frames: Frame[] = [];
  readonly #numbers = new Map<string, Map<number, number>>();
  /** The frame numbers of all traces, one trace after the other, each innermost first; what is unfinished is at the end. */
  #path = new Uint32Array(1024);
  #pathLength = 0;
  /** Where each trace ends in `#path`; the one before it, or 0, is where it begins. */
  #ends = new Uint32Array(256);
  /** Index of the trace with these frames; made when a parent is first asked for. */
  #indexes: Map<string, number> | undefined;

  /** A frame of the trace that is being read, the innermost first. */
  addFrame(file: string, line: number): void {
    if (this.#pathLength === this.#path.length) this.#path = longer(this.#path);
    this.#path[this.#pathLength++] = this.#frameNumber(file, line);
  }

  /** Completes the trace that is being read. */
  endTrace(): void {
    if (this.traceCount === this.#ends.length) this.#ends = longer(this.#ends);
    this.#ends[this.traceCount++] = this.#pathLength;
  }

  /** Version 1 has no table of strings. */
  string(): string {
    return '';
  }

  parent(trace: number): number {
    this.#indexes ??= this.#makeIndexes();
    const frames = this.#framesOf(trace);
    if (frames === undefined || frames.length < 2) return 0;
    return this.#indexes.get(frames.subarray(1).join()) ?? 0;
  }

  innermostFrame(trace: number): Frame | undefined {
    const innermost = this.#framesOf(trace)?.[0];
    return innermost === undefined ? undefined : this.#frames[innermost];
  }

  trace(trace: number): Trace | undefined {
    const frames = this.#framesOf(trace);
    return frames && Array.from(frames, (number) => this.#frames[number]!).reverse();
  }

  /** The frame numbers of a trace, the innermost first; undefined for 0 and for one that is not known. */
  #framesOf(trace: number): Uint32Array | undefined {
    if (!(trace >= 1 && trace <= this.traceCount)) return undefined;
    return this.#path.subarray(trace === 1 ? 0 : this.#ends[trace - 2], this.#ends[trace - 1]);
  }

  #makeIndexes(): Map<string, number> {
    const indexes = new Map<string, number>();
    for (let trace = 1; trace <= this.traceCount; trace++) {
      indexes.set(this.#framesOf(trace)!.join(), trace);
    }
    return indexes;
  }

  /** The number (from 0) that stands for a frame. */
  #frameNumber(file: string, line: number): number {
    let lines = this.#numbers.get(file);
    if (lines === undefined) {
      lines = new Map();
      this.#numbers.set(file, lines);
    }
    let number = lines.get(line);
    if (number === undefined) {
      number = this.#frames.length;
      this.#frames.push({ functionName: '', file, line, column: 0 });
      lines.set(line, number);
    }
    return number;
  }
}
