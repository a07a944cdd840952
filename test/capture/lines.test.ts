import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openRecording } from '../../src/format/open.js';
import { eventsIn, fixture, recordFixture, temporaryFolder } from '../support/record.js';

const API = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

const COUNT = 200_000;

// Lines of test/fixtures/lines.cjs, the function that allocates there, and how often.
const LINES = [
  { line: 10, functionName: 'make', count: COUNT },
  { line: 12, functionName: 'make', count: COUNT },
  { line: 17, functionName: 'make', count: COUNT / 2 },
  { line: 20, functionName: 'make', count: COUNT },
  { line: 22, functionName: 'make', count: COUNT },
  { line: 26, functionName: 'inlined', count: COUNT },
];

test.each([
  ['in all tiers of the compilers', []],
  ['compiled without optimisation', ['--always-sparkplug', '--no-opt']],
  ['optimised early', ['--no-lazy-feedback-allocation']],
])('allocations have the line that made them, %s', (_, nodeArgs) => {
  const { filebase } = recordFixture('lines.cjs', {
    args: [String(COUNT)],
    nodeArgs,
    sample: { 1: 1 },
  });
  const counts = new Map<string, number>();
  for (const { operation, frame } of eventsIn(filebase, 'lines.cjs')) {
    if (operation !== 'allocation') continue;
    const key = `${frame?.functionName}:${frame?.line}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const { line, functionName, count } of LINES) {
    const key = `${functionName}:${line}`;
    expect(counts.get(key) ?? 0, key).toBeGreaterThan(0.98 * count);
    counts.delete(key);
  }
  // What is left is a program's start, and feedback for the compilers.
  const elsewhere = [...counts].filter(([, count]) => count > 0.02 * COUNT);
  expect(elsewhere).toEqual([]);
});

/** Allocations by where they were made, and from where that was called: `innermost < caller`, both as `function:line`. */
function callsIn(filebase: string, file: string): Map<string, number> {
  const counts = new Map<string, number>();
  const recording = openRecording(filebase);
  for (const { operation, trace } of recording.log.events()) {
    if (operation !== 'allocation') continue;
    const key = (recording.metadata.traces.trace(trace) ?? [])
      .filter((frame) => frame.file.endsWith(file))
      .map(({ functionName, line }) => `${functionName}:${line}`)
      .slice(-2)
      .reverse()
      .join(' < ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  recording.close();
  return counts;
}

/** Each of `keys` has as many allocations as given, and not those of a neighbour; some versions of V8 make more than one object for each. */
function expectCounts(counts: ReadonlyMap<string, number>, keys: Readonly<Record<string, number>>) {
  for (const [key, count] of Object.entries(keys)) {
    expect(counts.get(key) ?? 0, key).toBeGreaterThanOrEqual(count);
    expect(counts.get(key) ?? 0, key).toBeLessThan(1.7 * count);
  }
}

test.each([
  ['interpreted', ['--no-opt', '--no-sparkplug', '--no-use-osr']],
  ['compiled', ['--always-sparkplug', '--no-opt']],
])(
  'calls have their own lines in the caller, also where they are the first of a line, in %s code',
  (_, nodeArgs) => {
    const { filebase } = recordFixture('interpreted-calls.cjs', { nodeArgs, sample: { 1: 1 } });
    expectCounts(callsIn(filebase, 'interpreted-calls.cjs'), {
      'keep:6 < callThrice:10': 500,
      'keep:6 < callThrice:11': 500,
      'keep:6 < callThrice:13': 500,
    });
  },
);

test('the top level of a module that was running already when recording began has lines', () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const args = ['--no-opt', '--no-sparkplug', '--no-use-osr'];
  const run = spawnSync(process.execPath, [...args, fixture('top-level.mjs'), filebase, API], {
    encoding: 'utf8',
  });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expectCounts(callsIn(filebase, 'top-level.mjs'), {
    'keep:8 < :13': 500,
    'keep:8 < :14': 500,
    ':15': 500,
  });
});
