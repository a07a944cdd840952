import type { HeapRecord } from '../model/event.js';
import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

/** `previousMicros`: the time that the record's own is written relative to. */
export function encodeHeapRecord(
  out: ByteWriter,
  record: HeapRecord,
  previousMicros: number,
): void {
  out
    .varint(record.timeMicros - previousMicros)
    .u8(record.gcKind)
    .varint(record.pauseMicros)
    .varint(record.usedBeforeBytes)
    .varint(record.usedAfterBytes)
    .varint(record.committedBytes)
    .varint(record.limitBytes)
    .varint(record.externalBytes)
    .varint(record.arrayBufferBytes)
    .varint(record.residentSetBytes);
}

/** `previousMicros`: the time that the record's own is written relative to. */
export function decodeHeapRecord(payload: ByteReader, previousMicros: number): HeapRecord {
  return {
    timeMicros: previousMicros + payload.varint(),
    gcKind: payload.u8(),
    pauseMicros: payload.varint(),
    usedBeforeBytes: payload.varint(),
    usedAfterBytes: payload.varint(),
    committedBytes: payload.varint(),
    limitBytes: payload.varint(),
    externalBytes: payload.varint(),
    arrayBufferBytes: payload.varint(),
    residentSetBytes: payload.varint(),
  };
}

/** What a heap record takes at least, without the columns that follow the records. */
export const LEAST_HEAP_RECORD_BYTES = 10;
