import { type ByteReader, DecodeError } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

/** The payload of a recording block. */
export interface RecordingBlock {
  /** Wall clock at the start, microseconds since 1970-01-01 UTC. */
  readonly startWallMicros: number;
  /** Monotonic clock at the start, microseconds; its zero is the system's. */
  readonly startMonotonicMicros: number;
  /** Keys as in `docs/format.md`. */
  readonly description: Readonly<Record<string, unknown>>;
}

export function encodeRecording(out: ByteWriter, block: RecordingBlock): void {
  out.u64(block.startWallMicros).u64(block.startMonotonicMicros);
  out.string(JSON.stringify(block.description));
}

export function decodeRecording(payload: ByteReader): RecordingBlock {
  return {
    startWallMicros: payload.u64(),
    startMonotonicMicros: payload.u64(),
    description: decodeJsonObject(payload),
  };
}

/** A string that is a JSON object. */
export function decodeJsonObject(payload: ByteReader): Record<string, unknown> {
  const { position } = payload;
  const text = payload.string();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DecodeError(position, 'the text is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DecodeError(position, 'the JSON is not an object');
  }
  return value as Record<string, unknown>;
}

/** Items with consecutive indexes. */
export interface IndexedBlock<Item> {
  /** Index of the first item; counts from 1. */
  readonly firstIndex: number;
  readonly items: readonly Item[];
}

export function encodeStrings(out: ByteWriter, block: IndexedBlock<string>): void {
  out.varint(block.firstIndex);
  for (const text of block.items) out.string(text);
}

/** `count`: from the block's header. */
export function decodeStrings(payload: ByteReader, count: number): IndexedBlock<string> {
  const firstIndex = decodeFirstIndex(payload);
  payload.expectItems(count, 1);
  const items: string[] = [];
  for (let k = 0; k < count; k++) items.push(payload.string());
  return { firstIndex, items };
}

/** A frame as the file has it: names are string indexes. */
export interface FrameEntry {
  readonly functionName: number;
  readonly file: number;
  readonly line: number;
  readonly column: number;
}

export function encodeFrames(out: ByteWriter, block: IndexedBlock<FrameEntry>): void {
  out.varint(block.firstIndex);
  for (const frame of block.items) {
    out.varint(frame.functionName).varint(frame.file).varint(frame.line).varint(frame.column);
  }
}

/** `count`: from the block's header. */
export function decodeFrames(payload: ByteReader, count: number): IndexedBlock<FrameEntry> {
  const firstIndex = decodeFirstIndex(payload);
  payload.expectItems(count, 4);
  const items: FrameEntry[] = [];
  for (let k = 0; k < count; k++) {
    items.push({
      functionName: payload.varint(),
      file: payload.varint(),
      line: payload.varint(),
      column: payload.varint(),
    });
  }
  return { firstIndex, items };
}

/** A trace as the file has it. */
export interface TraceEntry {
  /** Index of the trace without the innermost frame; 0 where there is none. */
  readonly parent: number;
  /** Index of the innermost frame. */
  readonly frame: number;
}

export function encodeTraces(out: ByteWriter, block: IndexedBlock<TraceEntry>): void {
  out.varint(block.firstIndex);
  block.items.forEach((trace, k) => {
    out.varint(block.firstIndex + k - trace.parent).varint(trace.frame);
  });
}

/** A block of traces, decoded: item k is that of the trace `firstIndex` + k. Not as objects: a recording may have half a million. */
export interface TraceColumns {
  readonly firstIndex: number;
  /** See {@link TraceEntry}. */
  readonly parents: Uint32Array;
  /** See {@link TraceEntry}. */
  readonly frames: Float64Array;
}

/** `count`: from the block's header. */
export function decodeTraces(payload: ByteReader, count: number): TraceColumns {
  const firstIndex = decodeFirstIndex(payload);
  payload.expectItems(count, 2);
  const parents = new Uint32Array(count);
  const frames = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const distance = payload.varint();
    if (distance < 1 || distance > firstIndex + k) {
      throw payload.error('the parent of a trace does not come before it');
    }
    parents[k] = firstIndex + k - distance;
    frames[k] = payload.varint();
  }
  return { firstIndex, parents, frames };
}

function decodeFirstIndex(payload: ByteReader): number {
  const firstIndex = payload.varint();
  if (firstIndex === 0) throw payload.error('indexes count from 1, not 0');
  return firstIndex;
}
