// Runs a short program many times while recording it, with sampled objects alive at its end: `node scripts/short-runs.mjs [1000]`.
// A program that crashes at its exit, or does not end, shows here.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const count = Number(process.argv[2] ?? 1000);
const preload = fileURLToPath(new URL('../dist/capture/preload.cjs', import.meta.url));
const program = fileURLToPath(new URL('../test/fixtures/ends.cjs', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-short-runs-'));
const env = {
  ...process.env,
  HEAPPROF_OUTPUT: path.join(folder, 'recording'),
  HEAPPROF_SAMPLE: '{"128":0.1}',
};
const ways = { return: 0, exit: 7, throw: 1 };

let failed = 0;
for (let i = 0; i < count; i++) {
  const [way, status] = Object.entries(ways)[i % 3];
  const run = spawnSync(process.execPath, ['--require', preload, program, way], {
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (run.status !== status) {
    failed++;
    console.error(`run ${i} (${way}): status ${run.status}, signal ${run.signal}\n${run.stderr}`);
  }
}
rmSync(folder, { recursive: true });
console.log(`${count} short runs, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
