import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeBlock } from '../../src/format/block.js';
import { ByteWriter } from '../../src/format/byte-writer.js';
import { BlockType } from '../../src/format/constants.js';
import { encodeEvents, type SiteEvent } from '../../src/format/event-block.js';
import { encodeFileHeader } from '../../src/format/file-header.js';
import { encodeEnd, encodeHeapRecords, encodeMarks } from '../../src/format/hpd-blocks.js';
import {
  encodeFrames,
  encodeRecording,
  encodeStrings,
  encodeTraces,
  type FrameEntry,
  type TraceEntry,
} from '../../src/format/hpm-blocks.js';
import { samplingToJson } from '../../src/format/sampling-json.js';
import type { HeapRecord, Kind, Mark, MemoryEvent } from '../../src/model/event.js';
import type { RecordingEnd } from '../../src/model/recording.js';
import type { Sampling } from '../../src/model/sampling.js';
import { heapRecord } from './heap-record.js';

export interface RecordingOptions {
  /** Everything is logged, unless said otherwise. */
  readonly sampling?: Sampling;
  /** 2026-01-02T03:04:05Z, unless said otherwise. */
  readonly startWallMicros?: number;
  /** 16 hexadecimal digits; `00000000c0ffee00`, unless said otherwise. */
  readonly recordingId?: string;
  /** Microseconds from the start of the family's root to this one's; 0, unless said otherwise. */
  readonly afterRootMicros?: number;
  /** More keys of the recording block's JSON, or other values for them. */
  readonly description?: Readonly<Record<string, unknown>>;
}

export interface EventOptions {
  /** Microseconds since the start; the time of `at()`, unless said otherwise. */
  readonly at?: number;
  /** `heap`, unless said otherwise. */
  readonly kind?: Kind;
  /** Constructor name; none, unless said otherwise. */
  readonly type?: string;
  /** How many such events; 1, unless said otherwise. */
  readonly times?: number;
}

export interface FreeOptions extends EventOptions {
  /** Microseconds since the allocation; 0, unless said otherwise. */
  readonly age?: number;
  /** Garbage collections survived; 0, unless said otherwise. */
  readonly survived?: number;
  /** Noticed later than it happened. */
  readonly late?: boolean;
}

/** A recording in files of its own folder. */
export interface WrittenRecording {
  /** Path without `.hpm` or `.hpd`. */
  readonly filebase: string;
  /** Removes the folder. */
  cleanup(): void;
}

/**
 * Builds a recording of version 2, event by event:
 *
 * ```ts
 * const { filebase, cleanup } = recording()
 *   .alloc('main:app.js:1 > load:app.js:7', 4096, { type: 'Array' })
 *   .at(1_000_000)
 *   .alloc('main:app.js:1 > read:io.js:3:9', 65536, { kind: 'arrayBuffer', times: 10 })
 *   .heap({ gcKind: 1, usedAfterBytes: 1_000_000 })
 *   .flush() // ends a block
 *   .free('main:app.js:1 > load:app.js:7', 4096, { at: 2_500_000, type: 'Array', age: 2_500_000 })
 *   .stop()
 *   .write();
 * ```
 *
 * A trace is written from the outermost frame to the innermost, `function:file:line` or
 * `function:file:line:column` each; `main` alone is a frame without a file; `''` is trace 0. Times are
 * microseconds since the start and must not fall. Without `stop()` the log has no end block, as if the
 * program had been killed.
 */
export function recording(options?: RecordingOptions): RecordingBuilder {
  return new RecordingBuilder(options);
}

export class RecordingBuilder {
  /** What a reader should give back, without ages (files have them only roughly). */
  readonly events: MemoryEvent[] = [];
  readonly heapRecords: HeapRecord[] = [];
  readonly marks: Mark[] = [];
  readonly #hpm: Uint8Array[] = [];
  readonly #hpd: Uint8Array[] = [];
  readonly #strings = new Interned<string>();
  readonly #frames = new Interned<FrameEntry>();
  readonly #traces = new Interned<TraceEntry>();
  #pendingEvents: SiteEvent[] = [];
  #pendingRecords: HeapRecord[] = [];
  #pendingMarks: Mark[] = [];
  #nowMicros = 0;

  constructor(options: RecordingOptions = {}) {
    const recordingId = options.recordingId ?? '00000000c0ffee00';
    const sampling = options.sampling ?? { by: 'bands', bands: [] };
    this.#hpm.push(encodeFileHeader('hpm', recordingId));
    this.#hpd.push(encodeFileHeader('hpd', recordingId));
    const payload = new ByteWriter();
    encodeRecording(payload, {
      startWallMicros: options.startWallMicros ?? Date.UTC(2026, 0, 2, 3, 4, 5) * 1000,
      startMonotonicMicros: 1_000_000 + (options.afterRootMicros ?? 0),
      description: {
        ...samplingToJson(sampling),
        engine: 'observer',
        engineReason: "V8's symbols were found",
        heapprofVersion: '0.1.0',
        nodeVersion: '20.19.0',
        v8Version: '11.3.244.8-node.30',
        platform: 'linux',
        arch: 'x64',
        pid: 4711,
        threadId: 0,
        argv: ['node', 'app.js'],
        execArgv: [],
        cwd: '/home/someone/app',
        stackDepth: 128,
        kinds: ['heap', 'arrayBuffer'],
        types: true,
        ...options.description,
      },
    });
    this.#hpm.push(encodeBlock(BlockType.recording, 0, 1, payload.bytes()));
  }

  /** The time of what follows, microseconds since the start. */
  at(timeMicros: number): this {
    if (timeMicros < this.#nowMicros) {
      throw new Error(`Time goes back from ${this.#nowMicros} to ${timeMicros}.`);
    }
    this.#nowMicros = timeMicros;
    return this;
  }

  alloc(trace: string, sizeBytes: number, options: EventOptions = {}): this {
    return this.#event('allocation', trace, sizeBytes, options, {});
  }

  /** The free of an object that was allocated with this trace, size, kind and type. */
  free(trace: string, sizeBytes: number, options: FreeOptions = {}): this {
    return this.#event('free', trace, sizeBytes, options, {
      ageMicros: options.age ?? 0,
      survivedCollections: options.survived ?? 0,
      ...(options.late && { noticedLate: true }),
    });
  }

  /** Heap record; figures that are not given are 0. Its time is the time of `at()`, or the one given. */
  heap(record: Partial<HeapRecord> = {}): this {
    if (record.timeMicros !== undefined) this.at(record.timeMicros);
    const whole = heapRecord({
      usedBeforeBytes: record.usedAfterBytes ?? 0,
      ...record,
      timeMicros: this.#nowMicros,
    });
    this.#pendingRecords.push(whole);
    this.heapRecords.push(whole);
    return this;
  }

  mark(name: string): this {
    return this.#mark('mark', name, 0);
  }

  beginSpan(name: string, spanId: number): this {
    return this.#mark('begin', name, spanId);
  }

  endSpan(name: string, spanId: number): this {
    return this.#mark('end', name, spanId);
  }

  /** The index of a trace; it is recorded even if no event uses it. */
  trace(frames: string): number {
    let index = 0;
    for (const frame of frames === '' ? [] : frames.split(' > ')) {
      const entry: TraceEntry = { parent: index, frame: this.#frame(frame) };
      index = this.#traces.index(`${entry.parent} ${entry.frame}`, entry);
    }
    return index;
  }

  /** Ends the blocks: what follows goes to new ones. */
  flush(): this {
    this.#flushIndexed(this.#strings, BlockType.strings, encodeStrings);
    this.#flushIndexed(this.#frames, BlockType.frames, encodeFrames);
    this.#flushIndexed(this.#traces, BlockType.traces, encodeTraces);
    this.#flushTimed(this.#pendingRecords, BlockType.heapRecords, encodeHeapRecords);
    this.#flushTimed(this.#pendingMarks, BlockType.marks, encodeMarks);
    this.#flushTimed(this.#pendingEvents, BlockType.events, encodeEvents);
    this.#pendingEvents = [];
    this.#pendingRecords = [];
    this.#pendingMarks = [];
    return this;
  }

  /** The end block, at the time of `at()`. */
  stop(end: Partial<RecordingEnd> = {}): this {
    this.flush();
    const payload = new ByteWriter();
    const timeMicros = this.#nowMicros;
    const events = this.events.length;
    encodeEnd(payload, { reason: 'stop', events, unresolvedEvents: 0, ...end, timeMicros });
    this.#hpd.push(encodeBlock(BlockType.end, timeMicros, 1, payload.bytes()));
    return this;
  }

  /** Bytes of the files. */
  files(): { readonly hpm: Uint8Array; readonly hpd: Uint8Array } {
    this.flush();
    return { hpm: Buffer.concat(this.#hpm), hpd: Buffer.concat(this.#hpd) };
  }

  /** Bytes piece by piece: file header, then block by block. */
  pieces(): { readonly hpm: readonly Uint8Array[]; readonly hpd: readonly Uint8Array[] } {
    this.flush();
    return { hpm: this.#hpm, hpd: this.#hpd };
  }

  /** Writes the files into a new folder for temporary files. */
  write(): WrittenRecording {
    return writeFiles(this.files());
  }

  #event(
    operation: SiteEvent['operation'],
    trace: string,
    sizeBytes: number,
    options: EventOptions,
    fate: Pick<SiteEvent, 'ageMicros' | 'survivedCollections' | 'noticedLate'>,
  ): this {
    if (options.at !== undefined) this.at(options.at);
    const { kind = 'heap', type = '', times = 1 } = options;
    const index = this.trace(trace);
    const site = { trace: index, sizeBytes, type: this.#string(type), kind };
    const timeMicros = this.#nowMicros;
    for (let k = 0; k < times; k++) {
      this.#pendingEvents.push({ timeMicros, operation, site, ...fate });
      const { noticedLate } = fate;
      this.events.push({
        timeMicros,
        operation,
        trace: index,
        sizeBytes,
        kind,
        type,
        ...(noticedLate && { noticedLate }),
      });
    }
    return this;
  }

  #mark(operation: Mark['operation'], name: string, spanId: number): this {
    const mark: Mark = { timeMicros: this.#nowMicros, operation, spanId, name };
    this.#pendingMarks.push(mark);
    this.marks.push(mark);
    return this;
  }

  #string(text: string): number {
    return text === '' ? 0 : this.#strings.index(text, text);
  }

  #frame(text: string): number {
    const [, name = text, file = '', line = '0', column = '0'] =
      /^(.*?):(.+?):(\d+)(?::(\d+))?$/s.exec(text) ?? [];
    const entry: FrameEntry = {
      functionName: this.#string(name),
      file: this.#string(file),
      line: Number(line),
      column: Number(column),
    };
    return this.#frames.index(text, entry);
  }

  #flushIndexed<Item>(
    items: Interned<Item>,
    type: number,
    encode: (out: ByteWriter, block: { firstIndex: number; items: Item[] }) => void,
  ): void {
    const block = items.takeNew();
    if (block.items.length === 0) return;
    const payload = new ByteWriter();
    encode(payload, block);
    this.#hpm.push(encodeBlock(type, 0, block.items.length, payload.bytes()));
  }

  #flushTimed<Item extends { readonly timeMicros: number }>(
    items: Item[],
    type: number,
    encode: (out: ByteWriter, items: readonly Item[]) => void,
  ): void {
    const [first] = items;
    if (first === undefined) return;
    const payload = new ByteWriter();
    encode(payload, items);
    this.#hpd.push(encodeBlock(type, first.timeMicros, items.length, payload.bytes()));
  }
}

/** Writes the bytes of a recording into a new folder for temporary files. */
export function writeFiles(files: {
  readonly hpm?: Uint8Array;
  readonly hpd?: Uint8Array;
}): WrittenRecording {
  const folder = mkdtempSync(join(tmpdir(), 'heapprof-test-'));
  const filebase = join(folder, 'recording');
  if (files.hpm) writeFileSync(`${filebase}.hpm`, files.hpm);
  if (files.hpd) writeFileSync(`${filebase}.hpd`, files.hpd);
  return { filebase, cleanup: () => rmSync(folder, { recursive: true }) };
}

/** The `family` of the recordings that {@link member} begins. */
export const FAMILY = '00000000000fa417';

/** A recording that is a member of a family; its recording id is its number. */
export function member(number: number, options: RecordingOptions = {}): RecordingBuilder {
  return recording({
    recordingId: number.toString(16).padStart(16, '0'),
    ...options,
    description: { family: FAMILY, ...options.description },
  });
}

/** Writes recordings into one new folder, by what their names have after the first one's: `{ '': root, '.w1': worker }`. */
export function writeFamily(members: Readonly<Record<string, RecordingBuilder>>): WrittenRecording {
  const written = writeFiles({});
  for (const [suffix, builder] of Object.entries(members)) {
    const { hpm, hpd } = builder.files();
    writeFileSync(`${written.filebase}${suffix}.hpm`, hpm);
    writeFileSync(`${written.filebase}${suffix}.hpd`, hpd);
  }
  return written;
}

/** Things that have indexes from 1, in the order in which they were first named. */
class Interned<Item> {
  readonly #indexes = new Map<string, number>();
  readonly #items: Item[] = [];
  #taken = 0;

  index(key: string, item: Item): number {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#items.push(item);
    this.#indexes.set(key, this.#items.length);
    return this.#items.length;
  }

  /** What has come since the last time. */
  takeNew(): { firstIndex: number; items: Item[] } {
    const firstIndex = this.#taken + 1;
    const items = this.#items.slice(this.#taken);
    this.#taken = this.#items.length;
    return { firstIndex, items };
  }
}
