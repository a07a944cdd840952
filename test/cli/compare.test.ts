import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { heapprof } from '../support/command-line.js';
import { exampleRecording } from '../support/example.js';
import { expectGolden } from '../support/golden.js';
import { pprofSamples } from '../support/pprof-samples.js';
import { recording, type WrittenRecording } from '../support/recording.js';

const MiB = 2 ** 20;

let a: WrittenRecording;
let b: WrittenRecording;

beforeAll(() => {
  a = exampleRecording();
  b = laterRecording();
  for (const { filebase } of [a, b]) {
    heapprof(['digest', filebase, '--interval', '0.5', '--precision', '0']);
  }
  return () => {
    a.cleanup();
    b.cleanup();
  };
});

/** The program of `exampleRecording` in another folder, with a cache that takes twice as much, and other tokens by chance. */
function laterRecording(): WrittenRecording {
  const sampling = { by: 'bands', bands: [{ belowBytes: 128, probability: 0.1 }] } as const;
  const main = 'main:/builds/2/src/main.js:3';
  return recording({ sampling, description: { cwd: '/builds/2' } })
    .alloc(`${main} > :/builds/2/src/tokens.js:5:9`, 64, { times: 12, type: 'Token' })
    .alloc(`${main} > put:/builds/2/src/cache.js:14`, 2 * MiB, { at: 500_000, type: 'Array' })
    .alloc(`${main} > put:/builds/2/src/cache.js:14`, 2 * MiB, { at: 1_500_000, type: 'Array' })
    .alloc(`${main} > put:/builds/2/src/cache.js:14`, 2 * MiB, { at: 2_500_000, type: 'Array' })
    .at(3_000_000)
    .stop({ reason: 'exit' })
    .write();
}

function run(...args: string[]) {
  const outcome = heapprof(['compare', ...args]);
  return { ...outcome, lines: outcome.stdout.split('\n') };
}

describe('compare', () => {
  test('two recordings', () => {
    const { status, stdout, stderr } = run(a.filebase, b.filebase);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expectGolden('cli/compare.txt', stdout);
  });

  test('two ranges of one recording', () => {
    const { status, stdout } = run(a.filebase, '--a', '..1', '--b', '2..', '--by', 'line');
    expect(status).toBe(0);
    expectGolden('cli/compare-ranges.txt', stdout);
  });

  test('as JSON, with the limits', () => {
    const args = ['--json', '--by', 'type', '--metric', 'objects', '--fail-on', 'objects > 50%'];
    const { status, stdout, stderr } = run(a.filebase, b.filebase, ...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      by: 'type',
      metric: 'objects',
      scale: 1,
      rows: [{ labels: ['ArrayBuffer (array buffers)'], b: 0, isSignificant: true }, {}, {}],
      limits: [{ limit: 'objects > 50%', isExceeded: false }],
    });
  });

  test('normalised, it says so', () => {
    const { lines } = run(a.filebase, b.filebase, '--normalize');
    expect(lines[3]).toMatch(/^B is scaled by 0\.\d+ below, to the total of A$/);
    expect(lines[5]).toMatch(/^ +A +B, scaled +Difference {2}Function$/);
  });
});

describe('written to a file, whose ending says what it is', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'heapprof-compare-'));
    return () => rmSync(folder, { recursive: true });
  });

  function written(ending: string, ...args: string[]): Buffer {
    const file = path.join(folder, `out${ending}`);
    const { status, stdout, stderr } = run(...args, '-o', file);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    return readFileSync(file);
  }

  test('a flame graph in the colours of the difference, as wide as A and B together', () => {
    const svg = written('.svg', a.filebase, b.filebase).toString();
    expectGolden('cli/compare.svg.txt', svg);
    expect(written('.html', a.filebase, b.filebase).toString()).toContain(svg);
    expect(written('.png', a.filebase, b.filebase).subarray(1, 4).toString()).toBe('PNG');
  });

  test('a flame graph of two ranges, and one that is normalised, by objects', () => {
    const ranges = written('.svg', a.filebase, '--a', '..1', '--b', '2..').toString();
    expect(ranges).toContain('A: recording: Live memory from 0 s to 1.00 s, on average');
    expect(ranges).toMatch(/put \(src\/cache\.js:10\)\nA: 768\.0 KiB ± 0%\nB: 2\.8 MiB ± 0%\n/);
    const shares = ['--normalize', '--metric', 'objects'];
    const scaled = written('.svg', a.filebase, b.filebase, ...shares).toString();
    expect(scaled).toMatch(/boxes have B scaled by 0\.\d+, to the total of A/);
    expect(scaled).toContain('by number of objects');
  });

  test('text and JSON, as without a file', () => {
    const args = [a.filebase, b.filebase, '--fail-on', 'live>500%'];
    const json = written('.json', ...args).toString();
    expect(json).toBe(run(...args, '--json').stdout);
    expect(written('.txt', ...args).toString()).toMatch(/^A: .*\nkept: live>500%: .*\n$/s);
  });

  test('a profile for pprof with the samples of A negative, as those of a base', () => {
    const diff = (...args: string[]) =>
      pprofSamples(written('.pb.gz', a.filebase, b.filebase, ...args)).sort();
    expect(diff('--a', '2..2', '--b', '2..2')).toEqual([
      'alloc node:buffer:300 < read io.js:30 < main main.js:3: 0 0 -1 -262144; kind=arrayBuffer type=ArrayBuffer thread=main pprof::base=true',
      'put cache.js:10 < main main.js:3: 0 0 -2 -2097152; kind=heap type=Array thread=main pprof::base=true',
      'put cache.js:14 < main main.js:3: 0 0 2 4194304; kind=heap type=Array thread=main',
      'src/tokens.js:5 tokens.js:5 < main main.js:3: 0 0 -100 -6400; kind=heap type=Token thread=main pprof::base=true',
      'src/tokens.js:5 tokens.js:5 < main main.js:3: 0 0 120 7680; kind=heap type=Token thread=main',
    ]);
  });

  test('a normalised profile for pprof has as much of B as of A, by each sample type', () => {
    const sums = [0, 0, 0, 0];
    let most = 0;
    for (const sample of pprofSamples(written('.pb.gz', a.filebase, b.filebase, '--normalize'))) {
      const values = /: (-?\d+ -?\d+ -?\d+ -?\d+);/.exec(sample)![1]!.split(' ').map(Number);
      values.forEach((value, k) => {
        sums[k]! += value;
      });
      most = Math.max(most, ...values);
    }
    expect(most).toBeGreaterThan(2 ** 20);
    // Each sample is rounded.
    for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(6);
  });

  test('a limit that is exceeded fails after the file has been written', () => {
    const file = path.join(folder, 'failed.svg');
    const { status, stderr } = run(a.filebase, b.filebase, '--fail-on', 'live>5%', '-o', file);
    expect(status).toBe(3);
    expect(stderr).toMatch(/limit exceeded: live>5%/);
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg /);
  });

  test('an ending that says nothing is wrong usage', () => {
    const { status, stderr } = run(a.filebase, b.filebase, '-o', 'out.pdf');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^heapprof: out\.pdf must end in one of \.svg, \.html, .*\n$/);
  });
});

describe('limits', () => {
  test('one that is exceeded is told on stderr, with exit code 3; the table comes all the same', () => {
    const args = ['--fail-on', 'live>5%', '--fail-on', 'live of put > 2MiB', '--max-live', '5MiB'];
    const { status, stdout, stderr } = run(a.filebase, b.filebase, ...args);
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /^heapprof: limit exceeded: live>5%: 2\.0 MiB ± 0% in A, 3\.5 MiB ± 0% in B, .* more than that allows; --max-live 5MiB: recording has 6\.0 MiB ± 0% at its peak\n$/,
    );
    expect(stdout).toMatch(
      /kept: live of put > 2MiB: 1\.8 MiB ± 0% in A, 3\.5 MiB ± 0% in B, within it\n$/,
    );
  });

  test('what sampling alone can explain does not fail', () => {
    const { status, stdout } = run(
      a.filebase,
      b.filebase,
      '--fail-on',
      'objects of tokens.js:5 > 1%',
    );
    expect(status).toBe(0);
    expect(stdout).toContain(
      '100 ±30% in A, 120 ±28% in B, beyond it by less than 2 standard errors',
    );
  });

  test('the peak of one recording needs no other', () => {
    expect(run(b.filebase, '--max-live', '6.1 MiB')).toMatchObject({ status: 0, stderr: '' });
    const { status, stdout } = run(b.filebase, '--max-live', '6000KB', '--json');
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ limits: [{ isExceeded: true }] });
  });

  test.each([
    ['nothing to compare with', [], /Give a second recording/],
    ['a limit that is none', ['--fail-on', 'life>5%'], /Write what may not grow/],
    ['a size that is none', ['--max-live', 'much'], /Write a size/],
    ['a range that is none', ['--a', '1', '--b', '2..3'], /Write FROM\.\.TO/],
    ['a range that ends before it begins', ['--a', '3..1', '--b', '2..3'], /--a begins at 3 s/],
  ])('wrong usage: %s', (_, args, message) => {
    const { status, stderr } = run(a.filebase, ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a recording that is not there is told by its name', () => {
    const missing = path.join(path.dirname(a.filebase), 'missing');
    const { status, stderr } = run(a.filebase, missing);
    expect(status).toBe(1);
    expect(stderr).toContain(`${missing}.hpm`);
  });
});
