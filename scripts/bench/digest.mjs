// How fast logs are read: events a second, on one core and on two, and memory, by version and length; and how fast a digest answers.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.mjs';

const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const GENERATE = script('../generate-log.mjs');
const MOST_BYTES_AN_EVENT = 8;

/** Lengths of logs, and how often each is read: the longest once. */
const CASES = [
  { version: 2, events: 10_000_000, repeats: 5 },
  { version: 2, events: 100_000_000, repeats: 5 },
  { version: 2, events: 1_000_000_000, repeats: 1 },
  { version: 1, events: 10_000_000, repeats: 5 },
  { version: 1, events: 100_000_000, repeats: 3 },
];
const QUICK_CASES = [
  { version: 2, events: 20_000_000, repeats: 1 },
  { version: 1, events: 1_000_000, repeats: 1 },
];

/** What the original does, on any machine of today: measured with heapprof 1.0 and Python 3.7. */
const ORIGINAL = {
  version: 1,
  events: 'any',
  cores: 'the original, 1',
  'digest, million events/s': 1,
  'digest, MB/s': 7,
};

/** Rows of the tables `digest` and `access`. */
export function measureDigest({ quick }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-bench-'));
  try {
    const digest = (quick ? QUICK_CASES : CASES).flatMap((one) => digestRows(folder, one));
    return { digest: [...digest, ORIGINAL].map(withAllColumns), access: accessRows(folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function digestRows(folder, { version, events, repeats }) {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < events * MOST_BYTES_AN_EVENT) {
    console.error(`bench: no room in ${folder} for a log of ${events} events`);
    return [];
  }
  const filebase = path.join(folder, 'log');
  generate(filebase, { version, events, traces: 100_000 });
  const bytes = statSync(`${filebase}.hpd`).size;
  return coresToUse(version).map((cores) => {
    const runs = Array.from({ length: repeats }, () => run('digest-run.mjs', filebase, cores));
    const rate = (key, amount) => Math.round(median(runs.map((one) => amount / one[key] / 1000)));
    return {
      version,
      events: events.toLocaleString('en-US'),
      cores,
      'bytes/event': (bytes / events).toFixed(2),
      'digest, million events/s': rate('digestMs', events),
      'without the start': rate('digestOnlyMs', events),
      'digest, MB/s': rate('digestMs', bytes),
      'decoding alone, million events/s': rate('decodeMs', events),
      'decoding alone, MB/s': rate('decodeMs', bytes),
      'into 200 snapshots, million events/s': rate('digest200Ms', events),
      'peak memory, MB': Math.round(median(runs.map((one) => one.peakBytes / 1e6))),
    };
  });
}

/** Version 1 is read by one thread. A process is kept on one core by taskset, where there is one. */
function coresToUse(version) {
  const all = Math.min(availableParallelism(), 2);
  if (process.platform !== 'linux') return [all];
  return version === 2 && all === 2 ? [1, 2] : [1];
}

/** 1,440 snapshots of 10,000 traces: a day, by the minute. */
function accessRows(folder) {
  const filebase = path.join(folder, 'day');
  generate(filebase, { version: 2, events: 10_000_000, traces: 10_000 });
  const figures = run('access-run.mjs', filebase);
  return Object.entries({
    'opening a digest of 1,440 snapshots': ['openMs', 50],
    'snapshotAt, 10,000 traces': ['snapshotMs', 2],
    'timePlot of all 1,440 snapshots, one line': ['timePlotMs', 300],
  }).map(([what, [key, limit]]) => ({
    what,
    ms: figures[key].toFixed(1),
    'limit, ms': limit,
    within: figures[key] <= limit ? 'yes' : 'no',
  }));
}

function generate(filebase, { version, events, traces }) {
  const args = [GENERATE, filebase, '--version', version, '--events', events, '--traces', traces];
  execFileSync(process.execPath, args, { stdio: 'ignore' });
}

/** What a script prints as JSON; `cores` is 1 for a process that has no more. */
function run(name, filebase, cores) {
  rmSync(`${filebase}.hpc`, { force: true });
  const command = [process.execPath, script(name), filebase];
  if (cores === 1) command.unshift('taskset', '-c', '0');
  return JSON.parse(execFileSync(command[0], command.slice(1), { encoding: 'utf8' }));
}

/** The keys of the first row are those of the table. */
function withAllColumns(row, _, [first]) {
  return Object.fromEntries(Object.keys(first).map((key) => [key, row[key] ?? '']));
}
