// One process of the benchmark of memory and pauses: peak-run.mjs WORKLOAD RECORDER ITERATIONS. A process has one peak of its resident
// set, so each way of recording has a process of its own. Prints {peakBytes, startMs, loopDelayMs, log} as JSON: the peak, how long the
// start of the recorder took, the longest time by which a timer was late, and the figures of our recording.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { logFacts } from './log-facts.mjs';
import { recorders } from './recorders.mjs';
import { workloads } from './workloads.mjs';

const [, , workloadName, recorderName, iterations] = process.argv;
const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-bench-'));
const filebase = path.join(folder, 'recording');
const recorder = recorders[recorderName];

const iterate = await workloads[workloadName]();
await iterate();
const before = performance.now();
recorder.start(filebase);
const startMs = performance.now() - before;
const loopDelay = monitorEventLoopDelay({ resolution: 2 });
loopDelay.enable();
for (let i = 0; i < Number(iterations); i++) await iterate();
loopDelay.disable();
const peakBytes = process.resourceUsage().maxRSS * 1024;
recorder.stop();
console.log(
  JSON.stringify({
    peakBytes,
    startMs,
    loopDelayMs: loopDelay.max / 1e6,
    ...(recorder.isOurs && { log: logFacts(filebase) }),
  }),
);
rmSync(folder, { recursive: true });
