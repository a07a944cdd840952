import { statSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { FormatError } from '../../src/base/errors.js';
import type { Damage, EventBlock, Metadata, TraceTable } from '../../src/format/log.js';
import { openLog, readMetadata } from '../../src/format/open.js';
import { openDigest } from '../../src/format/open-digest.js';
import { UsageColumns } from '../../src/format/usage-columns.js';

/** What a log gave. */
export interface LogContents {
  /** Of each block of events its fingerprint, in the order of the file. */
  readonly blocks: readonly number[];
  /** Every event by itself, as text. */
  readonly events: readonly string[];
  readonly damage: readonly Damage[];
  readonly cutBytes: number;
}

/**
 * What `read` returns, or the one error that a reader may throw for a file that is not what it should be.
 * Anything else is thrown, as is an error that names another file or a place that the file does not have.
 */
export function orFormatError<T>(file: string, read: () => T): T | FormatError {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { size } = statSync(file);
    expectThat(error.file === file, `an error of ${error.file}`);
    expectThat(error.offset >= 0 && error.offset <= size, `an error at ${error.offset} of ${size}`);
    return error;
  }
}

/** Reads all of an `.hpm`; throws where it is more than its bytes can hold, or contradicts itself. */
export function readAllMetadata(file: string): Metadata {
  const { size } = statSync(file);
  const metadata = readMetadata(file);
  const { traces, damage } = metadata;
  expectThat(traces.traceCount <= size, 'more traces than bytes');
  expectPlaces(damage, size);
  for (let trace = 0; trace <= traces.traceCount + 1; trace++) {
    traces.innermostFrame(trace);
    expectThat(depthOf(traces, trace) <= traces.traceCount, 'a trace that is its own ancestor');
  }
  // Frames of a chain of traces grow with the square of its length.
  for (let trace = 0; trace <= Math.min(traces.traceCount, 20); trace++) traces.trace(trace);
  traces.trace(traces.traceCount);
  return metadata;
}

/** Reads all of an `.hpd` in both ways; throws where that is more than its bytes can hold, or contradicts itself. */
export function readAllOfLog(file: string, traces?: TraceTable): LogContents {
  const { size } = statSync(file);
  const log = openLog(file, traces);
  try {
    const blocks: number[] = [];
    const damage: Damage[] = [];
    let events = 0;
    let items = 0;
    let lastMicros = 0;
    for (const item of log.items()) {
      if (item.item === 'damage') damage.push(item.damage);
      else items += 1;
      if (item.item === 'heap') items += item.records.length;
      if (item.item === 'marks') items += item.marks.length;
      if (item.item !== 'events') continue;
      const { block } = item;
      expectThat(block.firstTimeMicros >= lastMicros, 'a block before the last one');
      lastMicros = expectTimes(block);
      blocks.push(fingerprint(block));
      events += block.count;
    }
    expectThat(items + events <= size, 'more items than bytes');
    expectPlaces(damage, size - log.cutBytes);
    const singles: string[] = [];
    for (const event of log.events()) {
      expectThat(Number.isSafeInteger(event.timeMicros), 'a time that is no whole number');
      expectThat(Number.isSafeInteger(event.sizeBytes), 'a size that is no whole number');
      const { timeMicros, operation, trace, sizeBytes } = event;
      singles.push(`${timeMicros} ${operation} ${trace} ${sizeBytes}`);
    }
    expectThat(singles.length === events, 'other events one by one');
    return { blocks, events: singles, damage, cutBytes: log.cutBytes };
  } finally {
    log.close();
  }
}

/** Reads all snapshots of an `.hpc`. Returns how many there are. */
export function readAllOfDigest(file: string): number {
  const { size } = statSync(file);
  const digest = openDigest(file);
  try {
    const live = new UsageColumns();
    const allocated = new UsageColumns();
    expectThat(digest.index.length <= size, 'more snapshots than bytes');
    for (const entry of digest.index) {
      expectThat(Number.isSafeInteger(entry.totals.timeMicros), 'a time that is no whole number');
      digest.readSnapshot(entry, live, allocated);
      expectThat(live.count + allocated.count <= size, 'more rows than bytes');
    }
    return digest.index.length;
  } finally {
    digest.close();
  }
}

/** How many ancestors a trace has; more than there are traces if there is no end to them. */
function depthOf(traces: TraceTable, trace: number): number {
  let depth = 0;
  for (let index = traces.parent(trace); index > 0 && depth <= traces.traceCount; depth++) {
    index = traces.parent(index);
  }
  return depth;
}

/** Returns the last time. */
function expectTimes(block: EventBlock): number {
  const times = block.timesMicros();
  let last = block.firstTimeMicros;
  for (let k = 0; k < block.count; k++) {
    expectThat(times[k]! >= last, 'time goes back');
    last = times[k]!;
  }
  expectThat(last <= block.lastTimeMicros, 'an event later than its block');
  return block.lastTimeMicros;
}

/** Damaged places follow each other and lie within the file. */
function expectPlaces(damage: readonly Damage[], size: number): void {
  let end = 0;
  for (const { offset, bytes } of damage) {
    expectThat(offset >= end && bytes > 0, 'damaged places that overlap');
    end = offset + bytes;
  }
  expectThat(end <= size, 'a damaged place beyond the end');
}

/** A number that tells blocks with other events apart. */
function fingerprint(block: EventBlock): number {
  const { count } = block;
  let sum = bytesOf(block.timesMicros(), count, 0);
  if (block.layout === 'plain') {
    sum = bytesOf(block.traces, count, sum);
    sum = bytesOf(block.sizesBytes, count, sum);
    return bytesOf(block.frees, count, sum);
  }
  sum = bytesOf(block.codes, count, sum);
  sum = bytesOf(block.siteTraces, block.siteCount, sum);
  sum = bytesOf(block.siteTypeKinds, block.siteCount, sum);
  return bytesOf(block.siteSizesBytes, block.siteCount, sum);
}

function bytesOf(
  column: Float64Array | Uint32Array | Uint16Array | Uint8Array,
  count: number,
  sum: number,
): number {
  const { buffer, byteOffset, BYTES_PER_ELEMENT } = column;
  return crc32(new Uint8Array(buffer, byteOffset, count * BYTES_PER_ELEMENT), sum);
}

function expectThat(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(`What was read has ${otherwise}.`);
}
