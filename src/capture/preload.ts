/**
 * Starts a recording before the program's first line, as the environment says. `heapprof run` has Node require this, bundled
 * as CommonJS (scripts/build-preload.mjs): with --import, Node would run a CommonJS program by way of its loader for ES modules,
 * which is not what the program knows.
 *
 * | variable | meaning |
 * |---|---|
 * | `HEAPPROF_OUTPUT` | path of the files without their suffix; without it nothing is recorded |
 * | `HEAPPROF_STATS` | path of a file to count allocations into, instead of a recording |
 * | `HEAPPROF_SAMPLE` | sampling rate, as JSON |
 * | `HEAPPROF_INTERVAL` | sampling interval in bytes |
 * | `HEAPPROF_ENGINE` | `observer`, `polling` or `auto` |
 * | `HEAPPROF_SEED` | a whole number that makes the random drawing repeatable, for tests |
 *
 * The variables, and our place in `process.execArgv`, are removed: the program finds what it would find without us, and
 * its child processes do not write to the same files.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SamplingRate } from '../model/sampling.js';
import { startWithSeed } from './record.js';
import type { Engine } from './start-options.js';
import { gatherStatsInto } from './stats.js';

// Node's own list of what it was asked to require stands before the program's arguments.
const flag = process.execArgv.indexOf('--require');
if (process.execArgv[flag + 1] === fileURLToPath(import.meta.url)) process.execArgv.splice(flag, 2);

const output = takeVariable('HEAPPROF_OUTPUT');
const stats = takeVariable('HEAPPROF_STATS');
const sample = takeVariable('HEAPPROF_SAMPLE');
const interval = takeVariable('HEAPPROF_INTERVAL');
const engine = takeVariable('HEAPPROF_ENGINE');
const seed = takeVariable('HEAPPROF_SEED');

if (stats !== undefined) begin(() => gatherStatsInto(stats));
if (output !== undefined) {
  begin(() =>
    startWithSeed(
      output,
      sample === undefined ? undefined : (JSON.parse(sample) as SamplingRate),
      {
        ...(interval !== undefined && { samplingInterval: Number(interval) }),
        ...(engine !== undefined && { engine: engine as Engine }),
      },
      seed === undefined ? undefined : Number(seed),
    ),
  );
}

function begin(start: () => void): void {
  try {
    start();
  } catch (error) {
    // Who asks for a recording does not want a run without one. Not console.error(): what it sets up belongs to the program.
    writeSync(2, `heapprof: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

function takeVariable(name: string): string | undefined {
  const value = process.env[name];
  delete process.env[name];
  return value;
}
