// Writes a recording whose call tree has a given number of nodes, besides the root: usage
//   node scripts/bench/tree-recording.mjs FILEBASE NODES
// Each node is a trace of its own with one live object, half of them of a second's time and the rest of the next. Stacks are up to 60 deep, as those of programs are.
// The same arguments give the same files. Needs dist/.
import { writeFileSync } from 'node:fs';
import { encodeBlock } from '../../dist/format/block.js';
import { ByteWriter } from '../../dist/format/byte-writer.js';
import { BlockType } from '../../dist/format/constants.js';
import { encodeEvents } from '../../dist/format/event-block.js';
import { encodeFileHeader } from '../../dist/format/file-header.js';
import { encodeHeapRecords } from '../../dist/format/hpd-blocks.js';
import {
  encodeFrames,
  encodeRecording,
  encodeStrings,
  encodeTraces,
} from '../../dist/format/hpm-blocks.js';

const RECORDING_ID = '00000000000be4c5';
const BLOCK_TRACES = 50_000;
const BLOCK_EVENTS = 20_000;
const MAX_DEPTH = 60;
const FUNCTIONS = 2000;
const FILES = [
  '/app/server.js',
  '/app/lib/store.js',
  '/app/node_modules/parser/index.js',
  'node:fs',
];
const TYPES = ['Array', 'Map', 'Object', 'string'];

const [filebase, countText] = process.argv.slice(2);
const count = Number(countText);
const random = randomNumbers(7);

const files = {
  hpm: [encodeFileHeader('hpm', RECORDING_ID)],
  hpd: [encodeFileHeader('hpd', RECORDING_ID)],
};
function block(file, type, timeMicros, items, encode) {
  const payload = new ByteWriter();
  encode(payload);
  files[file].push(encodeBlock(type, timeMicros, items, payload.bytes()));
}

block('hpm', BlockType.recording, 0, 1, (out) =>
  encodeRecording(out, {
    startWallMicros: Date.UTC(2026, 0, 1) * 1000,
    startMonotonicMicros: 0,
    description: {
      samplingRate: [],
      engine: 'observer',
      argv: ['node', 'tree.js'],
      kinds: ['heap'],
      types: true,
    },
  }),
);
const functions = Array.from({ length: FUNCTIONS }, (_, k) => `function${k}`);
const strings = [...FILES, ...TYPES, ...functions];
block('hpm', BlockType.strings, 0, strings.length, (out) =>
  encodeStrings(out, { firstIndex: 1, items: strings }),
);
const frames = functions.map((_, k) => ({
  functionName: 1 + FILES.length + TYPES.length + k,
  file: 1 + (k % FILES.length),
  line: 1 + k,
  column: 1,
}));
block('hpm', BlockType.frames, 0, frames.length, (out) =>
  encodeFrames(out, { firstIndex: 1, items: frames }),
);

// A walk through a tree, depth first: up by some steps, then down by one. Callees of one frame differ, so that none of them are one node.
const stack = [];
const parents = new Uint32Array(count + 1);
const lines = new Uint32Array(count + 1);
const callees = new Uint32Array(count + 1);
for (let first = 1; first <= count; first += BLOCK_TRACES) {
  const items = [];
  for (let trace = first; trace < Math.min(first + BLOCK_TRACES, count + 1); trace++) {
    const up = Math.floor(random() ** 2 * 4);
    stack.length = Math.min(Math.max(stack.length - up, 0), MAX_DEPTH - 1);
    // No frame has more callees than there are functions.
    while (stack.length > 0 && callees[stack.at(-1)] >= FUNCTIONS) stack.pop();
    const parent = stack.at(-1) ?? 0;
    parents[trace] = parent;
    lines[trace] = (lines[parent] * 31 + callees[parent]) % FUNCTIONS;
    callees[parent] += 1;
    items.push({ parent, frame: 1 + lines[trace] });
    stack.push(trace);
  }
  block('hpm', BlockType.traces, 0, items.length, (out) =>
    encodeTraces(out, { firstIndex: first, items }),
  );
}

block('hpd', BlockType.heapRecords, 0, 1, (out) =>
  encodeHeapRecords(out, [
    {
      timeMicros: 0,
      gcKind: 1,
      pauseMicros: 1000,
      usedBeforeBytes: 60_000_000,
      usedAfterBytes: 50_000_000,
      committedBytes: 80_000_000,
      limitBytes: 4_000_000_000,
      externalBytes: 0,
      arrayBufferBytes: 0,
      residentSetBytes: 150_000_000,
      earlierArrayBufferBytes: 0,
    },
  ]),
);
for (let first = 1; first <= count; first += BLOCK_EVENTS) {
  const events = [];
  for (let trace = first; trace < Math.min(first + BLOCK_EVENTS, count + 1); trace++) {
    events.push({
      timeMicros: Math.floor((trace / count) * 2e6),
      operation: 'allocation',
      site: {
        trace,
        sizeBytes: 8 * (1 + Math.floor(500 * random() ** 4)),
        type: 1 + FILES.length + (trace % TYPES.length),
        kind: 'heap',
      },
    });
  }
  block('hpd', BlockType.events, events[0].timeMicros, events.length, (out) =>
    encodeEvents(out, events),
  );
}
for (const [suffix, pieces] of Object.entries(files)) {
  writeFileSync(`${filebase}.${suffix}`, Buffer.concat(pieces));
}

/** A generator of numbers from 0 to 1 (mulberry32), which gives the same ones each time. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
