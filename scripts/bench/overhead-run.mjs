// One process of the overhead benchmark: overhead-run.mjs WORKLOAD ROUNDS SECONDS. Runs the workload for some seconds without and with
// each way of recording in turn, round after round, so that they share the machine's good and bad minutes and the same
// compiled code. Prints {iterations, rounds: [{recorder: run, …}, …]} as JSON. A run is {wallMs, cpuMs} of one iteration; {iterations,
// seconds} of all of it; and {log}, the figures of our recording.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { logFacts } from './log-facts.mjs';
import { recorders } from './recorders.mjs';
import { median } from './statistics.mjs';
import { workloads } from './workloads.mjs';

const WARM_UP_ITERATIONS = 8;

const [, , workloadName, rounds, seconds] = process.argv;
const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-bench-'));
const filebase = path.join(folder, 'recording');

const iterate = await workloads[workloadName]();
const warmUpMs = [];
for (let i = 0; i < WARM_UP_ITERATIONS; i++) {
  const before = performance.now();
  await iterate();
  warmUpMs.push(performance.now() - before);
}
const iterations = Math.max(1, Math.round((Number(seconds) * 1000) / median(warmUpMs)));

async function measure(recorder) {
  globalThis.gc();
  recorder.start(filebase);
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  for (let i = 0; i < iterations; i++) await iterate();
  const wallMs = performance.now() - before;
  // What our recorder has put off to the end is work of these iterations too. The end of the other
  // recorders is not counted: they make up their profile then.
  if (recorder.isOurs) recorder.stop();
  const cpu = process.cpuUsage(cpuBefore);
  if (!recorder.isOurs) recorder.stop();
  return {
    wallMs: wallMs / iterations,
    cpuMs: (cpu.user + cpu.system) / 1000 / iterations,
    iterations,
    seconds: wallMs / 1000,
    ...(recorder.isOurs && { log: logFacts(filebase) }),
  };
}

const results = [];
for (let i = 0; i < Number(rounds); i++) {
  // In another order every round: what one leaves behind (garbage, compiled code) falls to the next.
  const inTurn = Object.keys(recorders)
    .map((name) => ({ name, order: Math.random() }))
    .sort((a, b) => a.order - b.order);
  const round = {};
  for (const { name } of inTurn) round[name] = await measure(recorders[name]);
  results.push(round);
}
console.log(JSON.stringify({ iterations, rounds: results }));
rmSync(folder, { recursive: true });
