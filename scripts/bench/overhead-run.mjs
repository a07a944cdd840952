// One process of the overhead benchmark: overhead-run.mjs WORKLOAD ROUNDS. Runs the workload without and with each way of
// recording in turn, round after round, so that they share the machine's good and bad minutes and the same
// compiled code, and prints the times as JSON: {variant: [{wallMs, cpuMs}, …]}.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { Session } from 'node:inspector';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { start, stop } from '../../dist/index.js';
import { workloads } from './workloads.mjs';

const [, , workloadName, rounds] = process.argv;
const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-bench-'));
const filebase = path.join(folder, 'recording');
const session = new Session();
session.connect();

function ours(samplingRate, options) {
  return { start: () => start(filebase, samplingRate, options), stop: () => stop(), records: true };
}

function v8Sampler(samplingInterval) {
  return {
    start: () => session.post('HeapProfiler.startSampling', { samplingInterval }),
    stop: () => session.post('HeapProfiler.stopSampling'),
  };
}

const variants = {
  none: { start() {}, stop() {} },
  'heapprof, default rates': ours(),
  'heapprof, 32 KiB': ours(undefined, { samplingInterval: 32_768 }),
  'heapprof, 512 KiB': ours(undefined, { samplingInterval: 524_288 }),
  "V8's sampler, 1,215 B (the default rates' need)": v8Sampler(1215),
  "V8's sampler, 512 KiB": v8Sampler(524_288),
};

// Events, and the bytes of the blocks they are in (docs/format.md: "Block", "Events").
function logFacts() {
  const log = readFileSync(`${filebase}.hpd`);
  const facts = { events: 0, eventBytes: 0, bytes: log.length + statSync(`${filebase}.hpm`).size };
  for (let offset = 16; offset < log.length; ) {
    const blockBytes = 24 + log.readUInt32LE(offset + 4);
    if (log[offset + 3] === 16) {
      facts.events += log.readUInt32LE(offset + 16);
      facts.eventBytes += blockBytes;
    }
    offset += blockBytes;
  }
  return facts;
}

const iterate = workloads[workloadName]();
for (let i = 0; i < 5; i++) await iterate();

const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
for (let round = 0; round < Number(rounds); round++) {
  // In another order every round: what one leaves behind (garbage, compiled code) falls to the next.
  const inTurn = Object.entries(variants)
    .map((entry) => ({ entry, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ entry }) => entry);
  for (const [name, variant] of inTurn) {
    globalThis.gc();
    variant.start();
    const cpuBefore = process.cpuUsage();
    const before = performance.now();
    await iterate();
    const wallMs = performance.now() - before;
    const cpu = process.cpuUsage(cpuBefore);
    variant.stop();
    times[name].push({
      wallMs,
      cpuMs: (cpu.user + cpu.system) / 1000,
      ...(variant.records ? logFacts() : {}),
    });
  }
}
console.log(JSON.stringify(times));
rmSync(folder, { recursive: true });
