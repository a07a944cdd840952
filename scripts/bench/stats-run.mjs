// One process of the statistics benchmark: stats-run.mjs WORKLOAD ROUNDS. Gathers statistics of the workload, then records it as
// they advise, round after round, each time beside a run without. Prints JSON: for each way to sample what was forecast, and what came
// of it in each round.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gatherStatsInto } from '../../dist/capture/stats.js';
import { readStatsPage } from '../../dist/capture/stats-page.js';
import { read, start, stop } from '../../dist/index.js';
import { RecordingForecaster } from '../../dist/model/recording-forecast.js';
import { adviseSampling } from '../../dist/model/sampling-advice.js';
import { workloads } from './workloads.mjs';

const ITERATIONS = 2;
const BUDGET = 0.05;
const [, , workloadName, rounds] = process.argv;
const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-bench-'));
const filebase = path.join(folder, 'recording');

/** CPU seconds of the work, without what starting and stopping takes. */
async function measure(startIt, stopIt) {
  globalThis.gc();
  startIt();
  const cpuBefore = process.cpuUsage();
  for (let i = 0; i < ITERATIONS; i++) await iterate();
  const { user, system } = process.cpuUsage(cpuBefore);
  stopIt();
  return (user + system) / 1e6;
}

function startWith({ by, bands, intervalBytes }) {
  if (by === 'interval') return start(filebase, undefined, { samplingInterval: intervalBytes });
  return start(
    filebase,
    bands.map(({ belowBytes, probability }) => [belowBytes, probability]),
  );
}

/** Events, bytes of both files, and allocated bytes by line. */
function recordingFacts() {
  const reader = read(filebase, { timeInterval: 3600, precision: 0 });
  const fileBytes = ['.hpm', '.hpd'].reduce((sum, end) => sum + statSync(filebase + end).size, 0);
  let events = 0;
  for (const item of reader.hpd.items()) if (item.item === 'events') events += item.block.count;
  const lines = reader
    .heapSummary({ by: 'line', threshold: 0 })
    .rows.filter(({ subject }) => subject.frame)
    .map(({ subject, allocatedBytes }) => [
      `${subject.frame.file}:${subject.frame.line}`,
      allocatedBytes,
    ]);
  reader.close();
  return { events, fileBytes, lines };
}

const iterate = workloads[workloadName]();
for (let i = 0; i < 5; i++) await iterate();

const nothing = () => {};
const page = path.join(folder, 'page');
await measure(() => gatherStatsInto(page), stop);
const statistics = readStatsPage(readFileSync(page));
const forecaster = new RecordingForecaster(statistics);
const ways = Object.values(adviseSampling(statistics, BUDGET)).filter(Boolean);
const runs = ways.map(() => []);
for (let round = 0; round < Number(rounds); round++) {
  for (const [i, { sampling }] of ways.entries()) {
    // In turn the one or the other first: what one leaves behind falls to the next.
    const without = () => measure(nothing, nothing);
    const before = round % 2 === 0 ? await without() : undefined;
    const recorded = await measure(() => startWith(sampling), stop);
    const plain = before ?? (await without());
    runs[i].push({
      overhead: recorded / plain - 1,
      ...recordingFacts(),
    });
  }
}
rmSync(folder, { recursive: true });
console.log(
  JSON.stringify(
    ways.map((forecast, i) => ({
      forecast: {
        ...forecast,
        events: forecast.eventsPerSecond * forecaster.seconds,
        fileBytes: forecaster.fileBytes(forecast.sampling, forecaster.seconds),
      },
      runs: runs[i],
    })),
  ),
);
