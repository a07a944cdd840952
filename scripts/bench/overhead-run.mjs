// One process of the overhead benchmark: overhead-run.mjs WORKLOAD ROUNDS. Runs the workload without and with each way of
// recording in turn, round after round, so that they share the machine's good and bad minutes and the same
// compiled code, and prints the times as JSON: {variant: [{wallMs, cpuMs}, …]}.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { Session } from 'node:inspector';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { openRecording, start, stop } from '../../dist/index.js';
import * as workloads from './workloads.mjs';

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

function logFacts() {
  const bytes = statSync(`${filebase}.hpd`).size + statSync(`${filebase}.hpm`).size;
  const recording = openRecording(filebase);
  let events = 0;
  for (const item of recording.log.items()) if (item.item === 'events') events += item.block.count;
  recording.close();
  return { events, bytes };
}

const iterate = await workloads[workloadName]();
for (let i = 0; i < 3; i++) await iterate();

const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
for (let round = 0; round < Number(rounds); round++) {
  for (const [name, variant] of Object.entries(variants)) {
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
