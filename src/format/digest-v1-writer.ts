import { AppendFile } from './append-file.js';
import { ByteWriter } from './byte-writer.js';
import { cannotBeWritten } from './export-error.js';
import { encodeStartV1, type StartTime } from './metadata-v1-writer.js';

const SNAPSHOT_MAGIC = 0x5379_a0bd;
const INDEX_MAGIC = 0xab93_5776;

/** Writes an `.hpc` of version 1: live bytes by trace at each multiple of the interval. All methods throw HeapprofError where it cannot be written. */
export class DigestWriterV1 {
  readonly #file: AppendFile;
  readonly #indexOffsetAt: number;
  readonly #out = new ByteWriter();
  readonly #offsets: number[] = [];

  /**
   * @param path there must be no such file yet
   * @param intervalMillis a whole number from 1 on
   */
  constructor(path: string, start: StartTime, intervalMillis: number) {
    encodeStartV1(this.#out, start);
    this.#out.varint(intervalMillis);
    this.#indexOffsetAt = this.#out.lengthBytes;
    this.#out.u64be(0);
    this.#file = new AppendFile(path, cannotBeWritten);
    this.#file.append(this.#out.bytes());
  }

  /**
   * Writes the next snapshot; the first is that of time 0.
   * @param liveBytes of each trace, rising by trace, whole numbers; those without any are left out
   */
  snapshot(liveBytes: ReadonlyMap<number, number>): void {
    const items = [...liveBytes].filter(([, bytes]) => bytes > 0).sort(([, a], [, b]) => b - a);
    this.#out.truncate(0);
    this.#out.u32be(SNAPSHOT_MAGIC).varint(items.length);
    items.forEach(([trace, bytes], k) => {
      this.#out.varint(trace).varint(k === 0 ? bytes : items[k - 1]![1] - bytes);
    });
    this.#offsets.push(this.#file.lengthBytes);
    this.#file.append(this.#out.bytes());
  }

  /** Writes the index, and closes the file. */
  finish(): void {
    const indexOffset = this.#file.lengthBytes;
    this.#out.truncate(0);
    this.#out.u32be(INDEX_MAGIC).varint(this.#offsets.length);
    this.#offsets.forEach((offset, k) => {
      this.#out.varint(offset - (this.#offsets[k - 1] ?? 0));
    });
    this.#file.append(this.#out.bytes());
    this.#file.overwrite(new ByteWriter().u64be(indexOffset).bytes(), this.#indexOffsetAt);
    this.close();
  }

  /** Closes the file as it is; a second time does nothing. */
  close(): void {
    this.#file.close();
  }
}
