// Holds estimates against V8's own figures: `npm run accuracy`. Each program is recorded from before it is loaded; at its
// end, after a full collection, the estimated live bytes should equal the growth of the used heap.
// Prints the table of docs/accuracy.md.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { read, start, stop } from '../dist/index.js';

const PROGRAMS = ['tsc', 'terser', 'babel'];
const WAYS = {
  'default rates': [undefined, {}],
  '{128: 1e-2, 8192: 0.1}': [{ 128: 1e-2, 8192: 0.1 }, {}],
  'interval 64 KiB': [undefined, { samplingInterval: 65_536 }],
  'interval 8 KiB': [undefined, { samplingInterval: 8192 }],
};
const ITERATIONS = 3;

if (process.argv[2]) await recordOne(process.argv[2], process.argv[3]);
else printTable();

function printTable() {
  console.log('| program | sampling | V8: growth, MB | estimate, MB | ± standard error | ratio |');
  console.log('|---|---|---|---|---|---|');
  for (const program of PROGRAMS) {
    for (const way of Object.keys(WAYS)) {
      const { growth, live } = JSON.parse(
        execFileSync(
          process.execPath,
          ['--expose-gc', fileURLToPath(import.meta.url), program, way],
          { encoding: 'utf8' },
        ),
      );
      const megabytes = (bytes) => (bytes / 1e6).toFixed(2);
      console.log(
        `| ${program} | ${way} | ${megabytes(growth)} | ${megabytes(live.bytes)} | ` +
          `${megabytes(live.bytesError)} | ${(live.bytes / growth).toFixed(3)} |`,
      );
    }
  }
}

async function recordOne(program, way) {
  const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-accuracy-'));
  const filebase = path.join(folder, 'recording');
  const { workloads } = await import('./bench/workloads.mjs');
  globalThis.gc();
  start(filebase, ...WAYS[way]);
  const kept = [];
  const iterate = workloads[program]();
  for (let i = 0; i < ITERATIONS; i++) kept.push(await iterate());
  globalThis.gc();
  stop();
  const reader = read(filebase, { precision: 0 });
  const totals = reader.totals;
  const result = {
    growth: totals.at(-1).heap.usedAfterBytes - totals[0].heap.usedAfterBytes,
    live: totals.at(-1).live.heap,
  };
  reader.close();
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify(result));
}
