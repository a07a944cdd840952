// Writes a synthetic recording, for benchmarks: usage
//   node scripts/generate-log.mjs FILEBASE [--events 20000000] [--traces 100000] [--version 2]
// Half of the events are allocations. A trace's share falls with its index (Zipf's law), each has two
// sizes, and one allocation in a hundred is never freed. Version 2 has a heap record before each block. The same arguments give the same files.
// Needs dist/ (npm run build:ts).

import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encodeBlock } from '../dist/format/block.js';
import { ByteWriter } from '../dist/format/byte-writer.js';
import { BlockType } from '../dist/format/constants.js';
import { encodeFileHeader } from '../dist/format/file-header.js';
import { encodeHeapRecords } from '../dist/format/hpd-blocks.js';
import {
  encodeFrames,
  encodeRecording,
  encodeStrings,
  encodeTraces,
} from '../dist/format/hpm-blocks.js';

const BLOCK_EVENTS = 40_000;
/** Blocks that are made up; the log repeats them with later times. */
const PATTERNS = 16;
const RECORDING_ID = '00000000000be4c4';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '20000000' },
    traces: { type: 'string', default: '100000' },
    version: { type: 'string', default: '2' },
  },
});
const [filebase] = positionals;
const eventCount = Number(values.events);
const traceCount = Number(values.traces);
if (!filebase || !(eventCount > 0) || !(traceCount > 0) || !/^[12]$/.test(values.version)) {
  console.error(
    'usage: generate-log.mjs FILEBASE [--events NUMBER] [--traces NUMBER] [--version 1|2]',
  );
  process.exit(2);
}

const random = randomNumbers(1);
const patterns = Array.from({ length: PATTERNS }, makePattern);
const write = values.version === '1' ? writeVersion1 : writeVersion2;
write();

/** Events of one block: each free is of an object that was allocated before it in the block. */
function makePattern() {
  const events = [];
  const live = [];
  const kept = BLOCK_EVENTS / 200;
  while (events.length < BLOCK_EVENTS) {
    const left = BLOCK_EVENTS - events.length;
    if (live.length > 0 && (random() < 0.5 || live.length >= left + kept)) {
      const [object] = live.splice(Math.floor(random() * live.length), 1);
      events.push({ ...object, free: true, deltaMicros: Math.floor(random() * 20) });
    } else {
      // The inverse of Zipf's distribution function with exponent 1.
      const trace = Math.min(Math.floor(traceCount ** random()), traceCount);
      const sizeBytes = (1 + (trace % 40)) * 8 * (random() < 0.8 ? 1 : 5);
      const object = { trace, sizeBytes };
      live.push(object);
      events.push({ ...object, free: false, deltaMicros: Math.floor(random() * 20) });
    }
  }
  events[0].deltaMicros = 0;
  return events;
}

function writeVersion2() {
  const hpm = [encodeFileHeader('hpm', RECORDING_ID)];
  const block = (type, count, encode) => {
    const payload = new ByteWriter();
    encode(payload);
    hpm.push(encodeBlock(type, 0, count, payload.bytes()));
  };
  block(BlockType.recording, 1, (out) =>
    encodeRecording(out, {
      startWallMicros: Date.UTC(2026, 0, 1) * 1000,
      startMonotonicMicros: 0,
      description: {
        samplingRate: [
          [128, 1e-4],
          [8192, 0.1],
        ],
        engine: 'observer',
        argv: ['node', 'generated.js'],
        kinds: ['heap'],
        types: true,
      },
    }),
  );
  const strings = ['/app/generated.js', 'Array', 'Map', 'Object', 'string'];
  for (let k = 1; k <= 1000; k++) strings.push(`function${k}`);
  block(BlockType.strings, strings.length, (out) =>
    encodeStrings(out, { firstIndex: 1, items: strings }),
  );
  const frames = Array.from({ length: 5000 }, (_, k) => ({
    functionName: 6 + (k % 1000),
    file: 1,
    line: k + 1,
    column: 1,
  }));
  block(BlockType.frames, frames.length, (out) =>
    encodeFrames(out, { firstIndex: 1, items: frames }),
  );
  const traces = Array.from({ length: traceCount }, (_, k) => ({
    parent: Math.floor(random() * (k + 1)),
    frame: 1 + (k % frames.length),
  }));
  block(BlockType.traces, traces.length, (out) =>
    encodeTraces(out, { firstIndex: 1, items: traces }),
  );
  writeFileSync(`${filebase}.hpm`, Buffer.concat(hpm));

  const payloads = patterns.map(encodeVersion2);
  const log = openSync(`${filebase}.hpd`, 'w');
  writeSync(log, encodeFileHeader('hpd', RECORDING_ID));
  let timeMicros = 0;
  for (let k = 0; k < eventCount / BLOCK_EVENTS; k++) {
    const pattern = k % PATTERNS;
    writeSync(log, encodeBlock(BlockType.heapRecords, timeMicros, 1, encodeHeapRecord(k)));
    writeSync(log, encodeBlock(BlockType.events, timeMicros, BLOCK_EVENTS, payloads[pattern]));
    timeMicros += durationOf(patterns[pattern]) + 10;
  }
  closeSync(log);
}

/** The payload of a block with one heap record: that of a scavenge. */
function encodeHeapRecord(number) {
  const out = new ByteWriter();
  const usedAfterBytes = 50_000_000 + (number % 100) * 100_000;
  const record = {
    timeMicros: 0,
    gcKind: 1,
    pauseMicros: 1000,
    usedBeforeBytes: usedAfterBytes + 8_000_000,
    usedAfterBytes,
    committedBytes: 80_000_000,
    limitBytes: 4_000_000_000,
    externalBytes: 2_000_000,
    arrayBufferBytes: 0,
    residentSetBytes: 150_000_000,
    earlierArrayBufferBytes: 0,
  };
  encodeHeapRecords(out, [record]);
  return out.bytes();
}

/** The payload of an event block; each trace has a type of its own, one in four none. */
function encodeVersion2(events) {
  const typeOf = (trace) => (trace % 4 === 0 ? 0 : 1 + (trace % 5));
  const sites = new Map();
  for (const { trace, sizeBytes } of events) {
    sites.set(trace * 4096 + sizeBytes, { trace, sizeBytes, type: typeOf(trace) });
  }
  const inOrder = [...sites].sort(
    ([, a], [, b]) => a.type - b.type || a.trace - b.trace || a.sizeBytes - b.sizeBytes,
  );
  const numbers = new Map(inOrder.map(([key], number) => [key, number]));
  const out = new ByteWriter();
  for (const { trace, sizeBytes, free } of events) {
    out.u16((numbers.get(trace * 4096 + sizeBytes) << 1) | (free ? 1 : 0));
  }
  out.varint(durationOf(events));
  const groups = new Map();
  for (const [, site] of inOrder) {
    if (!groups.has(site.type)) groups.set(site.type, []);
    groups.get(site.type).push(site);
  }
  out.varint(groups.size);
  for (const [type, members] of groups) {
    out.varint(type << 1).varint(members.length);
    let previous = 0;
    for (const { trace, sizeBytes } of members) {
      out.varint(trace - previous).varint(sizeBytes / 4);
      previous = trace;
    }
  }
  for (const { deltaMicros } of events) out.varint(deltaMicros);
  const freeCount = events.filter(({ free }) => free).length;
  return out.raw(new Uint8Array(2 * freeCount)).bytes();
}

function writeVersion1() {
  const head = Buffer.alloc(21 + 24);
  head.writeUInt32BE(1, 0);
  head.writeBigUInt64BE(BigInt(Date.UTC(2026, 0, 1) / 1000), 4);
  head.writeUInt8(2, 20);
  let at = 21;
  for (const [belowBytes, probability] of [
    [128, 1e-4],
    [8192, 0.1],
  ]) {
    at = head.writeBigUInt64BE(BigInt(belowBytes), at);
    at = head.writeUInt32BE(Math.floor(probability * 0xffff_ffff), at);
  }
  const traces = new ByteWriter().raw(head);
  for (let trace = 1; trace <= traceCount; trace++) {
    for (const line of [trace, 10, 1]) traces.varint(line + 1).string('generated.py');
    traces.varint(0);
  }
  writeFileSync(`${filebase}.hpm`, traces.bytes());

  const encoded = patterns.map((events) => {
    const out = new ByteWriter();
    for (const { trace, sizeBytes, free, deltaMicros } of events) {
      const word = ((free ? 0x4000_0000 : 0) | trace) >>> 0;
      out
        .u8(word >>> 24)
        .u8((word >>> 16) & 255)
        .u8((word >>> 8) & 255)
        .u8(word & 255);
      out.varint(0).varint(deltaMicros).varint(sizeBytes);
    }
    return out.bytes();
  });
  const log = openSync(`${filebase}.hpd`, 'w');
  for (let k = 0; k < eventCount / BLOCK_EVENTS; k++) writeSync(log, encoded[k % PATTERNS]);
  closeSync(log);
}

function durationOf(events) {
  return events.reduce((sum, { deltaMicros }) => sum + deltaMicros, 0);
}

/** Numbers from 0 to below 1 that are the same in every run: mulberry32. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
