import type { Trace } from '../model/frame.js';
import type { SizeBand } from '../model/sampling.js';
import { AppendFile } from './append-file.js';
import { ByteWriter } from './byte-writer.js';
import { cannotBeWritten } from './export-error.js';
import { encodeEventV1 } from './log-v1-writer.js';
import { encodeHeadV1, encodeTraceV1, type StartTime } from './metadata-v1-writer.js';

/** Writes the `.hpm` and the `.hpd` of a recording of version 1. All methods throw HeapprofError where a file cannot be written. */
export class RecordingWriterV1 {
  readonly #metadata: AppendFile;
  readonly #log: AppendFile;
  readonly #out = new ByteWriter();
  /** Number of each line by its file. */
  readonly #lines = new Map<string, Map<number, number>>();
  #lineCount = 0;
  /** Index of the trace with these numbers of lines. */
  readonly #traces = new Map<string, number>();
  #lastMicros = 0;

  /**
   * @param filebase the files without their suffixes; they must not be there yet
   * @throws HeapprofError also for a start or bands that version 1 cannot say
   */
  constructor(filebase: string, start: StartTime, bands: readonly SizeBand[]) {
    encodeHeadV1(this.#out, start, bands);
    this.#metadata = new AppendFile(`${filebase}.hpm`, cannotBeWritten);
    this.#metadata.append(this.#out.bytes());
    try {
      this.#log = new AppendFile(`${filebase}.hpd`, cannotBeWritten);
    } catch (error) {
      this.#metadata.close();
      throw error;
    }
  }

  /** How many traces were written. */
  get traceCount(): number {
    return this.#traces.size;
  }

  /** The index of a trace, which is written if there is none with the same files and lines yet. */
  indexOf(trace: Trace): number {
    const key = trace.map(({ file, line }) => this.#lineNumber(file, line)).join();
    const known = this.#traces.get(key);
    if (known !== undefined) return known;
    this.#out.truncate(0);
    encodeTraceV1(this.#out, trace);
    this.#metadata.append(this.#out.bytes());
    const index = this.#traces.size + 1;
    this.#traces.set(key, index);
    return index;
  }

  /**
   * Writes an event. Times do not fall.
   * @param trace an index from {@link indexOf}; 0 for none
   * @throws RangeError for a trace index or a number that version 1 cannot say.
   */
  event(timeMicros: number, isFree: boolean, trace: number, sizeBytes: number): void {
    this.#out.truncate(0);
    encodeEventV1(this.#out, timeMicros - this.#lastMicros, isFree, trace, sizeBytes);
    this.#log.append(this.#out.bytes());
    this.#lastMicros = timeMicros;
  }

  /** Completes both files. */
  finish(): void {
    this.#metadata.flush();
    this.#log.flush();
    this.close();
  }

  /** Closes the files as they are; a second time does nothing. */
  close(): void {
    this.#metadata.close();
    this.#log.close();
  }

  #lineNumber(file: string, line: number): number {
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      lines = new Map();
      this.#lines.set(file, lines);
    }
    let number = lines.get(line);
    if (number === undefined) {
      number = this.#lineCount++;
      lines.set(line, number);
    }
    return number;
  }
}
