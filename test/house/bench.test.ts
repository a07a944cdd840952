import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { limitRows } from '../../scripts/bench/limits.mjs';
import { logFacts } from '../../scripts/bench/log-facts.mjs';
import { quantile } from '../../scripts/bench/statistics.mjs';
import { openRecording } from '../../src/format/open.js';

const bench = fileURLToPath(new URL('../../scripts/bench', import.meta.url));
let folder: string | undefined;

afterEach(() => {
  if (folder) rmSync(folder, { recursive: true });
  folder = undefined;
});

function runNode(...args: string[]) {
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
}

test('a quantile between two values lies between them in proportion', () => {
  expect(quantile([40, 10, 20], 0.5)).toBe(20);
  expect(quantile([40, 10, 20], 0.75)).toBe(30);
  expect(quantile([7], 0.25)).toBe(7);
});

test('the figures of a log are those of its events', () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heapprof-bench-'));
  const filebase = path.join(folder, 'recording');
  const program = `
    import { start, stop } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url))};
    start(${JSON.stringify(filebase)}, undefined, { samplingInterval: 1 });
    for (let round = 0; round < 20; round++) {
      Array.from({ length: 1000 }, (_, n) => ({ n }));
      gc();
    }
    stop();`;
  const run = runNode('--expose-gc', '--input-type=module', '--eval', program);
  expect(run.stderr).toBe('');
  const recording = openRecording(filebase);
  const count = { allocation: 0, free: 0 };
  for (const { operation } of recording.log.events()) count[operation]++;
  recording.close();

  const facts = logFacts(filebase);
  expect(facts).toMatchObject({ allocations: count.allocation, frees: count.free });
  expect(count.free).toBeGreaterThan(10_000);
  expect(facts.fileBytes).toBeGreaterThan(facts.eventBytes);
});

test('the HTTP program answers its requests, and lets its process end', () => {
  const program = `
    import { workloads } from ${JSON.stringify(pathToFileURL(path.join(bench, 'workloads.mjs')))};
    const iterate = await workloads.http();
    await iterate();
    await iterate();
    console.log('answered');`;
  const run = runNode('--input-type=module', '--eval', program);
  expect(run).toMatchObject({ status: 0, stdout: 'answered\n', stderr: '' });
});

test('limits are held against the worst program, and what was not counted is said', () => {
  const round = {
    none: { cpuMs: 90 },
    'none, again': { cpuMs: 110 },
    'heapprof, default rates': { cpuMs: 115 },
    'heapprof, 32 KiB': { cpuMs: 105 },
    'heapprof, 512 KiB': { cpuMs: 104 },
    '--heap-prof, 1,215 B': { cpuMs: 230 },
    '--heap-prof, 32 KiB': { cpuMs: 150 },
    '--heap-prof, 512 KiB': { cpuMs: 104 },
    '@datadog/pprof, 32 KiB': { cpuMs: 150 },
    '@datadog/pprof, 512 KiB': { cpuMs: 104 },
  };
  const peaks = { 'heapprof, default rates': [{ log: { longestStepMicros: 4000 } }, { log: {} }] };
  const dear = { ...round, 'heapprof, 32 KiB': { cpuMs: 165 } };
  const rows = limitRows({
    programs: [
      { name: 'http', rounds: [round, round], peaks },
      { name: 'tsc', rounds: [dear, dear], peaks },
    ],
    live: [
      { stacks: 1, bytesPerSample: 100.4 },
      { stacks: 65_536, bytesPerSample: 201 },
    ],
  });
  expect(rows.map(({ limit, ...rest }) => Object.values(rest))).toEqual([
    ['1.15', 'yes'],
    ['1.04', 'no'],
    ['0.50 of it (http)', 'yes'],
    ['1.10 of it (tsc)', 'no'],
    ['1.10 of it (tsc)', 'no'],
    ['1.00 of it in the lower quartile (http)', 'yes'],
    ['1.00 of it in the lower quartile (http)', 'yes'],
    ['', 'not measured'],
    ['201 (65,536 stacks)', 'no'],
  ]);
});
