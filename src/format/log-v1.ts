import { FormatError } from '../base/errors.js';
import type { MemoryEvent } from '../model/event.js';
import { ByteReader, DecodeError, EndOfDataError, MAX_VARINT_BYTES } from './byte-reader.js';
import { FileWindow } from './file-window.js';
import type { InputFile } from './input-file.js';
import type { EventLog, LogCursor, LogItem, LogPlace, PlainEventBlock, TimeRange } from './log.js';
import { isWithin, itemsWithin } from './log-range.js';
import { looksLikeVersion1, NO_RECORDING_ID } from './metadata-v1.js';

/** How many events are decoded at once: with 21 bytes each, they leave most of a core's cache to what is done with them. */
const BLOCK_EVENTS = 8_192;
/** A head of 4 bytes and three varints. */
const MAX_EVENT_BYTES = 4 + 3 * MAX_VARINT_BYTES;

/** Bits of an event's first four bytes, taken as one number. */
const DELTA_IS_NEGATIVE = 0x8000_0000;
const FREE_BIT = 30;
/** The rest is the trace index. */
export const TRACE_BITS = 0x3fff_ffff;

/** Trace indexes count from 1 as traces are first seen, so no log begins with one above this. */
const MAX_FIRST_TRACE = 0xffff;

/** No recording began before this: 1987, in seconds since 1970-01-01 UTC. */
const LEAST_START_SECONDS = 2 ** 29;

/** An `.hpd` of version 1, which has neither header nor blocks: events to the end of the file. */
export class EventLogV1 implements EventLog {
  readonly version = 1;
  readonly recordingId = NO_RECORDING_ID;
  readonly file: string;
  readonly sizeBytes: number;
  positionBytes = 0;
  cutBytes = 0;
  readonly #input: InputFile;

  /** @throws FormatError if the file cannot be an `.hpd` of version 1. An empty one has no events. */
  constructor(input: InputFile) {
    this.#input = input;
    this.file = input.path;
    this.sizeBytes = input.sizeBytes;
    const head = input.head(20);
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const plausible = head.length < 4 || (view.getUint32(0) & TRACE_BITS) <= MAX_FIRST_TRACE;
    // An event without time and size, and one without a trace, could stand for a version and a time in 1970.
    const isMetadata = looksLikeVersion1(head) && view.getUint32(8) >= LEAST_START_SECONDS;
    if (isMetadata || !plausible) {
      throw new FormatError(input.path, 0, 'no event of a log', {
        advice: 'It should hold the events of a recording (.hpd); give the name of a recording.',
      });
    }
  }

  *items(range: TimeRange = {}): IterableIterator<LogItem> {
    const cursor = this.cursor();
    for (const item of itemsWithin(cursor, range)) {
      this.positionBytes = cursor.place.offset;
      yield item;
    }
    this.positionBytes = cursor.place.offset;
    this.cutBytes = cursor.cutBytes;
  }

  cursor(): LogCursor {
    return new LogCursorV1(new FileWindow(this.#input));
  }

  *events(range: TimeRange = {}): IterableIterator<MemoryEvent> {
    for (const item of this.items(range)) {
      if (item.item !== 'events') continue;
      // The only event blocks of version 1 are the decoder's own.
      const block = item.block as PlainEventDecoder;
      const times = block.timesMicros();
      for (let k = 0; k < block.count; k++) {
        if (!isWithin(times[k]!, range)) continue;
        yield {
          timeMicros: times[k]!,
          operation: block.frees[k] === 1 ? 'free' : 'allocation',
          trace: block.traces[k]!,
          sizeBytes: block.sizesBytes[k]!,
          kind: 'heap',
          type: '',
        };
      }
    }
  }

  close(): void {
    this.#input.close();
  }
}

class LogCursorV1 implements LogCursor {
  cutBytes = 0;
  readonly #window: FileWindow;
  readonly #decoder = new PlainEventDecoder();
  #offset = 0;
  /** What stopped the decoder; it comes after the events before it. */
  #problem: DecodeError | undefined;

  constructor(window: FileWindow) {
    this.#window = window;
  }

  get place(): LogPlace {
    return {
      offset: this.#offset,
      eventMicros: this.#decoder.lastTimeMicros,
      recordMicros: 0,
      clockMicros: this.#decoder.clockMicros,
    };
  }

  goTo({ offset, eventMicros, clockMicros }: LogPlace): void {
    this.#offset = offset;
    this.#problem = undefined;
    this.#decoder.lastTimeMicros = eventMicros;
    this.#decoder.clockMicros = clockMicros;
  }

  next(): LogItem | undefined {
    const { sizeBytes } = this.#window.file;
    if (this.#problem === undefined && this.#offset < sizeBytes) {
      const offset = this.#offset;
      const bytes = this.#window.bytes(offset, BLOCK_EVENTS * MAX_EVENT_BYTES);
      const isLast = offset + bytes.length >= sizeBytes;
      this.#problem = this.#decoder.decode(bytes, isLast);
      this.#offset = offset + this.#decoder.decodedBytes;
      if (this.#decoder.count > 0) return { item: 'events', block: this.#decoder };
    }
    return this.#end();
  }

  /** Nothing tells where the next event begins, so one that does not decode is the last. */
  #end(): LogItem | undefined {
    const { path: file, sizeBytes } = this.#window.file;
    const problem = this.#problem;
    const offset = this.#offset;
    const bytes = sizeBytes - offset;
    if (problem === undefined || problem instanceof EndOfDataError) {
      // Without a problem there is nothing left, unless the file has become shorter since it was opened.
      if (bytes > 0) this.cutBytes = bytes;
      if (problem !== undefined) this.#offset = sizeBytes;
      return undefined;
    }
    if (bytes === 0) return undefined;
    this.#offset = sizeBytes;
    const reason = `An event does not decode: ${problem.problem}. Version 1 has no place to go on.`;
    return { item: 'damage', damage: { file, offset, bytes, reason } };
  }
}

/** Decodes one stretch of events after the other into the same arrays. */
class PlainEventDecoder implements PlainEventBlock {
  readonly layout = 'plain';
  count = 0;
  firstTimeMicros = 0;
  lastTimeMicros = 0;
  readonly traces = new Uint32Array(BLOCK_EVENTS);
  readonly sizesBytes = new Float64Array(BLOCK_EVENTS);
  readonly frees = new Uint8Array(BLOCK_EVENTS);
  /** How many bytes the events of the block took. */
  decodedBytes = 0;
  readonly #times = new Float64Array(BLOCK_EVENTS);
  /** The recorded program's wall clock after the last event; it may be set back. */
  clockMicros = 0;

  timesMicros(): Float64Array {
    return this.#times;
  }

  /**
   * Decodes as many events as fit.
   * @param isLast whether the file ends with these bytes
   * @returns what stopped it, if that was not the end of the bytes or the size of a block
   */
  decode(bytes: Uint8Array, isLast: boolean): DecodeError | undefined {
    this.count = 0;
    this.decodedBytes = 0;
    let problem: DecodeError | undefined;
    try {
      this.#decodeEvents(bytes, isLast ? bytes.length : bytes.length - MAX_EVENT_BYTES);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      problem = error;
    }
    if (this.count > 0) {
      this.firstTimeMicros = this.#times[0]!;
      this.lastTimeMicros = this.#times[this.count - 1]!;
    }
    return problem;
  }

  /** `end`: an event must begin before it. Throws DecodeError, with the good events counted. */
  #decodeEvents(bytes: Uint8Array, end: number): void {
    const { traces, sizesBytes, frees } = this;
    const times = this.#times;
    const reader = new ByteReader(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let decodedClock = this.clockMicros;
    let time = this.lastTimeMicros;
    let decoded = 0;
    let count = 0;
    try {
      while (count < BLOCK_EVENTS && decoded < end) {
        let clock = decodedClock;
        let position = decoded + 4;
        if (position > bytes.length) throw new EndOfDataError(decoded);
        const head = view.getUint32(decoded);

        // Varints by hand: the usual lengths here, the rest and the end of the data in the reader.
        if (bytes[position] === 0) {
          position += 1;
        } else {
          reader.position = position;
          const seconds = reader.varint();
          position = reader.position;
          // A negative delta is stored as its seconds rounded down and the microseconds above
          // that: −0.1 s as −1 s (of which the absolute value) and 900,000 µs.
          clock += head < DELTA_IS_NEGATIVE ? seconds * 1e6 : -seconds * 1e6;
          if (!(Math.abs(clock) < MAX_CLOCK_MICROS)) throw reader.error('a time above the limits');
        }

        let a = bytes[position]!;
        let b = bytes[position + 1]!;
        if (a < 0x80) {
          clock += a;
          position += 1;
        } else if (b < 0x80) {
          clock += (a & 0x7f) | (b << 7);
          position += 2;
        } else {
          reader.position = position;
          const micros = reader.varint();
          if (micros >= 1e6) throw reader.error('microseconds of a whole second or more');
          clock += micros;
          position = reader.position;
        }

        let size: number;
        a = bytes[position]!;
        b = bytes[position + 1]!;
        if ((a & b & 0x80) === 0 && position + 1 < bytes.length) {
          // One byte or two, without asking which: sizes change so often that the processor would guess wrong.
          const more = a >> 7;
          size = (a & 0x7f) | (more * (b << 7));
          position += 1 + more;
        } else {
          reader.position = position;
          size = reader.varint();
          position = reader.position;
        }

        if (clock > time) time = clock;
        traces[count] = head & TRACE_BITS;
        frees[count] = (head >>> FREE_BIT) & 1;
        sizesBytes[count] = size;
        times[count] = time;
        count += 1;
        decoded = position;
        decodedClock = clock;
      }
    } finally {
      this.count = count;
      this.decodedBytes = decoded;
      this.clockMicros = decodedClock;
    }
  }
}

/** Half of what a double counts exactly: sums below it stay exact. */
const MAX_CLOCK_MICROS = 2 ** 52;
