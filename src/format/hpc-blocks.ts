import { KINDS } from '../model/event.js';
import type { SnapshotTotals, UsageTotal } from '../model/snapshot.js';
import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { decodeHeapRecord, encodeHeapRecord } from './heap-record.js';
import { decodeJsonObject } from './hpm-blocks.js';
import { isMemberSuffix } from './member-suffix.js';
import type { UsageColumns } from './usage-columns.js';

/** What a digest is known to be made from and how, before its making begins. */
export interface DigestSource {
  readonly timeIntervalMicros: number;
  /** Fraction of a snapshot's bytes that may be in trace 0; from 0 to below 1. */
  readonly precision: number;
  /** Version of the log. */
  readonly sourceVersion: 1 | 2;
  /** Size of the log when it was read. */
  readonly sourceBytes: number;
  /** The weight of every event, where it was given and not taken from the recording. */
  readonly weight?: number;
  /** Of a family: its members without the root, rising by `firstTrace`. */
  readonly members?: readonly DigestMember[];
}

/** A member of the family that a digest was made from. */
export interface DigestMember {
  /** What its name has after the root's. */
  readonly suffix: string;
  readonly recordingId: string;
  /** The trace index in the digest that stands for the member's trace 0; its trace i has `firstTrace` + i. */
  readonly firstTrace: number;
}

/** What is known of a digest when it is finished. */
export interface DigestOutcome {
  /** Whether the log was read to its end; if not, the digest ends with the last snapshot that was reached. */
  readonly complete: boolean;
  /** Bytes of the log that could not be used. */
  readonly damagedBytes: number;
  /** Time of the last snapshot: of a complete digest, the end of the log. */
  readonly elapsedMicros: number;
}

/** The digest block. */
export type DigestFacts = DigestSource & DigestOutcome;

export function encodeDigestFacts(out: ByteWriter, facts: DigestFacts): void {
  const { timeIntervalMicros, precision, sourceVersion, sourceBytes, weight, members } = facts;
  const { complete, damagedBytes, elapsedMicros } = facts;
  out.string(
    JSON.stringify({
      timeIntervalMicros,
      precision,
      sourceVersion,
      sourceBytes,
      weight,
      members,
      complete,
      damagedBytes,
      elapsedMicros,
    }),
  );
}

export function decodeDigestFacts(payload: ByteReader): DigestFacts {
  const json = decodeJsonObject(payload);
  const number = (key: keyof DigestFacts): number => {
    const value = json[key];
    if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
    throw payload.error(`the digest does not say its ${key}`);
  };
  const timeIntervalMicros = number('timeIntervalMicros');
  if (timeIntervalMicros === 0) throw payload.error('the time interval of the digest is 0');
  return {
    timeIntervalMicros,
    precision: number('precision'),
    sourceVersion: number('sourceVersion') === 1 ? 1 : 2,
    sourceBytes: number('sourceBytes'),
    ...(json.weight === undefined ? {} : { weight: number('weight') }),
    ...(json.members === undefined ? {} : { members: decodeMembers(payload, json.members) }),
    complete: json.complete === true,
    damagedBytes: number('damagedBytes'),
    elapsedMicros: number('elapsedMicros'),
  };
}

function decodeMembers(payload: ByteReader, members: unknown): DigestMember[] {
  let before = 0;
  const isMember = (value: unknown): value is DigestMember => {
    const { suffix, recordingId, firstTrace } = (value ?? {}) as Partial<DigestMember>;
    const isOne =
      typeof suffix === 'string' &&
      isMemberSuffix(suffix) &&
      typeof recordingId === 'string' &&
      Number.isSafeInteger(firstTrace) &&
      firstTrace! > before;
    before = firstTrace ?? before;
    return isOne;
  };
  if (Array.isArray(members) && members.every(isMember)) return members;
  throw payload.error('the digest does not say its members');
}

/** The payload of a snapshot; rows rise by trace, then by `type << 1 | kind`. */
export function encodeSnapshot(out: ByteWriter, live: UsageColumns, allocated: UsageColumns): void {
  encodeRows(out, live);
  out.varint(allocated.count);
  encodeRows(out, allocated);
}

/** Replaces what `live` and `allocated` hold. `liveCount`: from the block's header. */
export function decodeSnapshot(
  payload: ByteReader,
  liveCount: number,
  live: UsageColumns,
  allocated: UsageColumns,
): void {
  decodeRows(payload, liveCount, live);
  decodeRows(payload, payload.varint(), allocated);
}

/** Rows as a snapshot has them, without their number; they rise by trace, then by `type << 1 | kind`. */
function encodeRows(out: ByteWriter, rows: UsageColumns): void {
  let previous = 0;
  for (let row = 0; row < rows.count; row++) {
    const trace = rows.traces[row]!;
    out
      .varint(trace - previous)
      .varint(rows.typeKinds[row]!)
      .varint(rows.bytes[row]!)
      .varint(rows.objects[row]!)
      .varint(rows.bytesErrors[row]!)
      .varint(rows.objectsErrors[row]!);
    previous = trace;
  }
}

const LEAST_ROW_BYTES = 6;
const MAX_U32 = 0xffff_ffff;

/** Replaces what `rows` holds. */
function decodeRows(payload: ByteReader, count: number, rows: UsageColumns): void {
  payload.expectItems(count, LEAST_ROW_BYTES);
  rows.clear();
  let trace = 0;
  for (let row = 0; row < count; row++) {
    trace += payload.varint();
    const typeKind = payload.varint();
    if (trace > MAX_U32 || typeKind > MAX_U32) {
      throw payload.error('a row with a trace or type above 2^32 − 1');
    }
    const bytes = payload.varint();
    const objects = payload.varint();
    rows.push(trace, typeKind, bytes, objects, payload.varint(), payload.varint());
  }
}

/** What the index says of a snapshot. */
export interface IndexEntry {
  /** Where the snapshot's block begins, bytes from the start of the file. */
  readonly offset: number;
  readonly totals: SnapshotTotals;
}

/** What an entry is written relative to: the one before it in its block. */
export interface IndexPosition {
  readonly offset: number;
  readonly timeMicros: number;
}

/** What the first entry of a block is written relative to. */
export const INDEX_START: IndexPosition = { offset: 0, timeMicros: 0 };

export function encodeIndexEntry(
  out: ByteWriter,
  entry: IndexEntry,
  previous: IndexPosition,
): void {
  const { offset, totals } = entry;
  out.varint(offset - previous.offset).varint(totals.timeMicros - previous.timeMicros);
  for (const kind of KINDS) {
    encodeTotal(out, totals.live[kind]);
    encodeTotal(out, totals.allocated[kind]);
  }
  out.varint(totals.collections).varint(totals.gcPauseMicros);
  encodeHeap(out, totals);
}

/** `index`: the number of the snapshot; counts from 0. */
export function decodeIndexEntry(
  payload: ByteReader,
  index: number,
  previous: IndexPosition,
): IndexEntry {
  const offset = previous.offset + payload.varint();
  const timeMicros = previous.timeMicros + payload.varint();
  const [liveHeap, allocatedHeap] = [decodeTotal(payload), decodeTotal(payload)];
  const [liveBuffer, allocatedBuffer] = [decodeTotal(payload), decodeTotal(payload)];
  const totals: SnapshotTotals = {
    index,
    timeMicros,
    live: { heap: liveHeap, arrayBuffer: liveBuffer },
    allocated: { heap: allocatedHeap, arrayBuffer: allocatedBuffer },
    collections: payload.varint(),
    gcPauseMicros: payload.varint(),
    ...decodeHeap(payload),
  };
  return { offset, totals };
}

/** What follows the pauses in an index entry. */
const HeapPart = { none: 0, record: 1, recordAndBuffers: 2 } as const;

function encodeHeap(out: ByteWriter, totals: SnapshotTotals): void {
  const { heap, attributedArrayBufferBytes } = totals;
  if (heap === undefined) {
    out.u8(HeapPart.none);
    return;
  }
  const { earlierArrayBufferBytes } = heap;
  const hasBuffers =
    earlierArrayBufferBytes !== undefined && attributedArrayBufferBytes !== undefined;
  out.u8(hasBuffers ? HeapPart.recordAndBuffers : HeapPart.record);
  encodeHeapRecord(out, heap, 0);
  if (hasBuffers) out.varint(earlierArrayBufferBytes).varint(attributedArrayBufferBytes);
}

function decodeHeap(
  payload: ByteReader,
): Pick<SnapshotTotals, 'heap' | 'attributedArrayBufferBytes'> {
  const part = payload.u8();
  if (part === HeapPart.none) return {};
  const heap = decodeHeapRecord(payload, 0);
  if (part === HeapPart.record) return { heap };
  const earlierArrayBufferBytes = payload.varint();
  return {
    heap: { ...heap, earlierArrayBufferBytes },
    attributedArrayBufferBytes: payload.varint(),
  };
}

/** What an index entry takes at least. */
export const LEAST_INDEX_ENTRY_BYTES = 21;

function encodeTotal(out: ByteWriter, total: UsageTotal): void {
  const { bytes, objects, bytesError, objectsError } = total;
  out.varint(bytes).varint(objects).varint(bytesError).varint(objectsError);
}

function decodeTotal(payload: ByteReader): UsageTotal {
  return {
    bytes: payload.varint(),
    objects: payload.varint(),
    bytesError: payload.varint(),
    objectsError: payload.varint(),
  };
}
