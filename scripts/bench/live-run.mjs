// One process of the benchmark of the recorder's own memory: live-run.mjs STACKS [record]. Makes a million small objects that stay, in as
// many different stacks as told (a power of two), and records all of them or none. Prints {residentBytes, mallocBytes, liveSamples} as JSON: of
// memory, what the process has at the end, and how much of it malloc() has given out.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { start, stop } from '../../dist/index.js';
import { compileMallocBytes } from '../malloc/compile.mjs';
import { logFacts } from './log-facts.mjs';

const OBJECTS = 1_000_000;
// Some ticks of the recorder's writer, after which nothing is on its way any more.
const SETTLING_MS = 2000;

const [, , stacks, record] = process.argv;
const depth = Math.log2(Number(stacks));
const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-bench-'));
const filebase = path.join(folder, 'recording');
const countMalloc = createRequire(import.meta.url)(compileMallocBytes(folder));

// The bits of `path` choose between two lines, level by level, so that each path is a stack.
function make(path, level) {
  if (level === 0) return { path, level };
  if (path & 1) return make(path >> 1, level - 1);
  return make(path >> 1, level - 1);
}

const kept = new Array(OBJECTS);
// An interval of one byte: every object.
if (record) start(filebase, undefined, { samplingInterval: 1 });
for (let i = 0; i < OBJECTS; i++) kept[i] = make(i % Number(stacks), depth);
await setTimeout(SETTLING_MS);
globalThis.gc();
await setTimeout(SETTLING_MS);
const residentBytes = process.memoryUsage.rss();
const mallocBytes = countMalloc();
let liveSamples = 0;
if (record) {
  stop();
  const { allocations, frees } = logFacts(filebase);
  liveSamples = allocations - frees;
}
console.log(JSON.stringify({ residentBytes, mallocBytes, liveSamples, kept: kept.length }));
rmSync(folder, { recursive: true });
