import type { HeapRecord, Mark } from '../model/event.js';
import type { RecordingEnd } from '../model/recording.js';
import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { decodeHeapRecord, encodeHeapRecord, LEAST_HEAP_RECORD_BYTES } from './heap-record.js';
import { decodeJsonObject } from './hpm-blocks.js';

/**
 * `records` rise by time; the block's first time is that of the first. Earlier array buffers are
 * written where all of them have the figure.
 */
export function encodeHeapRecords(out: ByteWriter, records: readonly HeapRecord[]): void {
  let previous = records[0]?.timeMicros ?? 0;
  for (const record of records) {
    encodeHeapRecord(out, record, previous);
    previous = record.timeMicros;
  }
  const earlier = records.map((record) => record.earlierArrayBufferBytes);
  if (earlier.every((bytes) => bytes !== undefined)) for (const bytes of earlier) out.varint(bytes);
}

/** `count`, `firstTimeMicros`: from the block's header. */
export function decodeHeapRecords(
  payload: ByteReader,
  count: number,
  firstTimeMicros: number,
): HeapRecord[] {
  payload.expectItems(count, LEAST_HEAP_RECORD_BYTES);
  const records: HeapRecord[] = [];
  let previous = firstTimeMicros;
  for (let k = 0; k < count; k++) {
    const record = decodeHeapRecord(payload, previous);
    previous = record.timeMicros;
    expectTime(payload, previous);
    records.push(record);
  }
  // Files of older versions end here.
  if (payload.remaining === 0) return records;
  return records.map((record) => ({ ...record, earlierArrayBufferBytes: payload.varint() }));
}

const MARK_OPERATIONS = ['mark', 'begin', 'end'] as const;

/** `marks` rise by time; the block's first time is that of the first. */
export function encodeMarks(out: ByteWriter, marks: readonly Mark[]): void {
  let previous = marks[0]?.timeMicros ?? 0;
  for (const mark of marks) {
    out.varint(mark.timeMicros - previous).u8(MARK_OPERATIONS.indexOf(mark.operation));
    out.varint(mark.spanId).string(mark.name);
    previous = mark.timeMicros;
  }
}

/** `count`, `firstTimeMicros`: from the block's header. */
export function decodeMarks(payload: ByteReader, count: number, firstTimeMicros: number): Mark[] {
  payload.expectItems(count, 4);
  const marks: Mark[] = [];
  let timeMicros = firstTimeMicros;
  for (let k = 0; k < count; k++) {
    timeMicros += payload.varint();
    expectTime(payload, timeMicros);
    const operation = MARK_OPERATIONS[payload.u8()];
    if (operation === undefined) throw payload.error('an operation of a mark that is not known');
    marks.push({ timeMicros, operation, spanId: payload.varint(), name: payload.string() });
  }
  return marks;
}

export function encodeEnd(out: ByteWriter, end: RecordingEnd): void {
  const { reason, message, events, unresolvedEvents, steps, unseenSamples } = end;
  out.string(JSON.stringify({ reason, message, events, unresolvedEvents, steps, unseenSamples }));
}

/** `firstTimeMicros`: from the block's header. */
export function decodeEnd(payload: ByteReader, firstTimeMicros: number): RecordingEnd {
  const { reason, message, events, unresolvedEvents, steps, unseenSamples } =
    decodeJsonObject(payload);
  if (reason !== 'stop' && reason !== 'exit' && reason !== 'error') {
    throw payload.error('a reason of the end that is not known');
  }
  if (!isCount(events) || !isCount(unresolvedEvents)) {
    throw payload.error('the end does not say how many events there are');
  }
  return {
    timeMicros: firstTimeMicros,
    reason,
    ...(typeof message === 'string' ? { message } : {}),
    events,
    unresolvedEvents,
    ...(isCount(steps) ? { steps } : {}),
    ...(isCount(unseenSamples) ? { unseenSamples } : {}),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function expectTime(payload: ByteReader, timeMicros: number): void {
  if (timeMicros > Number.MAX_SAFE_INTEGER) throw payload.error('a time above 2^53 − 1');
}
