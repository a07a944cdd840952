// A server under load for ten minutes without a recording, and for ten more while it is recorded at the default rates:
// `npm run soak [-- --minutes 3] [-- --write]`. Prints what both used minute by minute, and holds the recording against V8's own figure;
// with --write, puts it into docs/soak.md too.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Reader } from '../dist/index.js';
import { machine, markdownTable, replaceInPage } from './bench/page.mjs';
import { putUnderLoad } from './soak/load.mjs';

const PAGE = new URL('../docs/soak.md', import.meta.url);
const [server, preload, heapprof] = [
  'soak/server.mjs',
  '../dist/capture/preload.cjs',
  '../dist/cli/main.js',
].map((file) => fileURLToPath(new URL(file, import.meta.url)));

const { values: options } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, write: { type: 'boolean' } },
});
const minutes = Number(options.minutes);
const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-soak-'));
const filebase = path.join(folder, 'recording');
try {
  const plain = await soak([], {});
  const recorded = await soak(['--require', preload], { HEAPPROF_OUTPUT: filebase });
  const summary = summarize();
  const live = liveSamplesByMinute();
  const text = [
    machine(),
    markdownTable(plain.map((_, minute) => row(minute, plain[minute], recorded[minute], live))),
    conclusion(plain, recorded, summary),
  ].join('\n\n');
  console.log(`\n${text}`);
  if (options.write) replaceInPage(PAGE, 'soak', text);
} finally {
  rmSync(folder, { recursive: true });
}

/** Runs the server under load; returns what it used in each minute. */
async function soak(nodeArgs, env) {
  const child = fork(server, {
    execArgv: ['--expose-gc', ...nodeArgs],
    env: { ...process.env, ...env },
  });
  const exit = once(child, 'exit');
  const [{ port }] = await once(child, 'message');
  const endLoad = putUnderLoad(port);
  const used = [];
  for (let minute = 0; minute < minutes; minute++) {
    const before = logBytes();
    const start = Date.now();
    const seconds = [];
    while (Date.now() < start + 60_000) {
      await sleep(1000);
      child.send('measure');
      seconds.push((await once(child, 'message'))[0]);
    }
    used.push({ ...total(seconds, Date.now() - start), logBytes: logBytes() - before });
  }
  await endLoad();
  child.send('end');
  const [status] = await exit;
  if (status !== 0) throw new Error(`the server ended with ${status}`);
  return used;
}

function total(seconds, millis) {
  const sum = (value) => seconds.reduce((all, second) => all + value(second), 0);
  const requests = sum((second) => second.requests);
  return {
    requestsPerSecond: requests / (millis / 1000),
    cpuMicrosPerRequest: sum((second) => second.cpuMicros) / requests,
    residentBytes: sum((second) => second.residentBytes) / seconds.length,
    delayMillis: {
      p99: sum((second) => second.delayMillis.p99) / seconds.length,
      max: Math.max(...seconds.map((second) => second.delayMillis.max)),
    },
  };
}

function logBytes() {
  const sizes = ['.hpm', '.hpd'].map(
    (suffix) => statSync(filebase + suffix, { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes[0] + sizes[1];
}

/** `heapprof summary`, by a digest of its own; with how long that took. */
function summarize() {
  const start = Date.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [heapprof, 'summary', filebase, '--by', 'line', '--json'],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`heapprof summary: ${stderr}`);
  return { ...JSON.parse(stdout), seconds: (Date.now() - start) / 1000 };
}

/** Sampled objects that were alive at the end of each minute. */
function liveSamplesByMinute() {
  const reader = new Reader(filebase);
  const live = new Array(minutes).fill(0);
  for (const { operation, timeMicros } of reader.hpd.events()) {
    const minute = Math.min(Math.floor(timeMicros / 60e6), minutes - 1);
    live[minute] += operation === 'allocation' ? 1 : -1;
  }
  reader.close();
  return live.map((_, minute) => live.slice(0, minute + 1).reduce((sum, change) => sum + change));
}

function row(minute, plain, recorded, live) {
  const both = (value, digits = 0) =>
    `${value(plain).toFixed(digits)} / ${value(recorded).toFixed(digits)}`;
  return {
    minute: minute + 1,
    'requests/s': both((used) => used.requestsPerSecond),
    'CPU per request, µs': both((used) => used.cpuMicrosPerRequest),
    'resident set, MB': both((used) => used.residentBytes / 1e6),
    'its ratio': (recorded.residentBytes / plain.residentBytes).toFixed(2),
    'loop delay, 99 %, ms': both((used) => used.delayMillis.p99, 1),
    'longest, ms': both((used) => used.delayMillis.max),
    'log, MB': (recorded.logBytes / 1e6).toFixed(1),
    'live samples': live[minute].toLocaleString('en-US'),
  };
}

function conclusion(plain, recorded, summary) {
  const mean = (list, value) => list.reduce((sum, used) => sum + value(used), 0) / list.length;
  const ratio = (value) => (mean(recorded, value) / mean(plain, value)).toFixed(2);
  const reader = new Reader(filebase);
  const { live, heap } = reader.totals.at(-1);
  const growth = heap.usedAfterBytes - reader.totals[0].heap.usedAfterBytes;
  reader.close();
  return (
    `Ratios over all: requests a second ${ratio((used) => used.requestsPerSecond)}, CPU per request ` +
    `${ratio((used) => used.cpuMicrosPerRequest)}, resident set ${ratio((used) => used.residentBytes)}.\n\n` +
    `\`heapprof summary\` took ${summary.seconds.toFixed(1)} s, the digest included, and has ${summary.rows.length} rows. ` +
    `After a full collection at the end, the estimate of the live heap is ${(live.heap.bytes / 1e6).toFixed(1)} MB ` +
    `± ${(live.heap.bytesError / 1e6).toFixed(1)}, V8's own figure has grown by ${(growth / 1e6).toFixed(1)} MB: ` +
    `${(live.heap.bytes / growth).toFixed(3)}.`
  );
}
