// How fast logs are read: events a second on one core, and memory, by version and length.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.mjs';

const GENERATE = fileURLToPath(new URL('../generate-log.mjs', import.meta.url));
const RUN = fileURLToPath(new URL('digest-run.mjs', import.meta.url));
const REPEATS = 5;
const QUICK_CASES = [
  { version: 2, events: 1_000_000 },
  { version: 1, events: 1_000_000 },
];

const CASES = [
  { version: 2, events: 10_000_000 },
  { version: 2, events: 100_000_000 },
  { version: 1, events: 10_000_000 },
  { version: 1, events: 50_000_000 },
];

/** Rows of the table `digest`: format version, events, rates, peak memory. */
export function measureDigest({ quick }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-bench-'));
  const rows = (quick ? QUICK_CASES : CASES).map(({ version, events }) => {
    const filebase = path.join(folder, 'log');
    execFileSync(
      process.execPath,
      [GENERATE, filebase, '--version', version, '--events', events, '--traces', 100_000],
      {
        stdio: 'ignore',
      },
    );
    const runs = Array.from({ length: REPEATS }, () => runOnce(filebase));
    const bytes = statSync(`${filebase}.hpd`).size;
    const rate = (key) => Math.round(median(runs.map((run) => events / run[key] / 1000)));
    return {
      version,
      events: events.toLocaleString('en-US'),
      'bytes/event': (bytes / events).toFixed(2),
      'digest, million events/s': rate('digestMs'),
      'into 200 snapshots': rate('digest200Ms'),
      'decoding alone, million events/s': rate('decodeMs'),
      'peak memory, MB': Math.round(median(runs.map((run) => run.peakBytes / 1e6))),
    };
  });
  rmSync(folder, { recursive: true });
  return { digest: rows };
}

function runOnce(filebase) {
  rmSync(`${filebase}.hpc`, { force: true });
  return JSON.parse(execFileSync(process.execPath, [RUN, filebase], { encoding: 'utf8' }));
}
