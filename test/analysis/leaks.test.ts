import { cpSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LeakOptions, LeakReport } from '../../src/analysis/leaks.js';
import { read } from '../../src/read.js';
import { temporaryFolder } from '../support/record.js';
import { member, type RecordingBuilder, recording, writeFamily } from '../support/recording.js';
import { exponential, type SimulatedLine, simulate } from '../support/simulated.js';

const KEEP = 'main:/app/main.js:1 > keep:/app/keep.js:10';
const TEMPORARY = 'main:/app/main.js:1 > parse:/app/parse.js:20';

const SECOND = 1e6;

function leaksOf(builder: RecordingBuilder, options?: LeakOptions): LeakReport {
  const { filebase, cleanup } = builder.write();
  try {
    using reader = read(filebase, { timeInterval: 1 });
    return reader.findLeaks(options);
  } finally {
    cleanup();
  }
}

/** The lines of the candidates. */
const linesOf = ({ candidates }: LeakReport) =>
  candidates.map(({ subject }) => subject.by === 'line' && subject.frame?.line);

/** Whatever is allocated at `KEEP` stays, five objects of 100 bytes a second; a full collection at each second from 1 to `last`. */
function growing(last: number): RecordingBuilder {
  const builder = recording();
  for (let second = 1; second <= last; second++) {
    for (let k = 0; k < 5; k++) {
      builder.alloc(KEEP, 100, { at: (second - 1) * SECOND + 100_000 * (k + 1) });
    }
    builder.alloc(TEMPORARY, 5000);
    builder.free(TEMPORARY, 5000, { at: second * SECOND, age: 500_000 });
    builder.heap({ gcKind: 4 });
  }
  return builder.stop();
}

describe('a leak worked out by hand', () => {
  const report = leaksOf(growing(8));

  test('is the one candidate', () => {
    expect(linesOf(report)).toEqual([10]);
    expect(report.threads).toEqual([{ member: 0, label: 'main', fullCollections: 8, groups: 2 }]);
  });

  test('grows by what is kept in a minute, counted from the second collection on', () => {
    // What is allocated before collection 1 (at 1 s) is counted from collection 2 (at 2 s) on: 500 bytes, then 500 more a second.
    const [candidate] = report.candidates;
    expect(candidate!.points).toEqual(
      [2, 3, 4, 5, 6, 7, 8].map((timeSeconds, k) => ({ timeSeconds, bytes: 500 * (k + 1) })),
    );
    expect(candidate).toMatchObject({
      member: 0,
      startBytes: 500,
      endBytes: 3500,
      // Every allocation was logged, and the points are on a line.
      startBytesError: 0,
      endBytesError: 0,
      bytesPerMinuteError: 0,
    });
    expect(candidate!.bytesPerMinute).toBeCloseTo(30_000, 6);
    // Seven values in rising order.
    expect(candidate!.pValue).toBeCloseTo(1 / 5040, 12);
  });

  test('has its evidence: all of it survives, two seconds of it in each third', () => {
    expect(report.candidates[0]).toMatchObject({
      allocatedBytes: 3000,
      survivingShare: 1,
      survivingShareError: 0,
      survivingByThird: [1000, 1000, 1000],
    });
  });

  test('is known by its trace, file, type or thread as well', () => {
    expect(leaksOf(growing(8), { by: 'trace' }).candidates[0]!.subject).toMatchObject({
      by: 'trace',
      frames: [{ functionName: 'main' }, { functionName: 'keep' }],
    });
    expect(leaksOf(growing(8), { by: 'file' }).candidates[0]!.subject).toEqual({
      by: 'file',
      file: '/app/keep.js',
    });
  });
});

test('a leak of a program that does more and more work is one', () => {
  const builder = recording();
  const last = 12;
  for (let second = 1; second <= last; second++) {
    // 1, 4, 9, … requests, of which each keeps an object and drops another.
    const requests = second ** 2;
    builder.alloc(KEEP, 100, { at: (second - 0.5) * SECOND, times: 2 * requests });
    builder.free(KEEP, 100, { at: second * SECOND, age: 500_000, times: requests });
    builder.heap({ gcKind: 4 });
  }
  const { candidates } = leaksOf(builder.stop());
  expect(candidates).toHaveLength(1);
  // The thirds end after 4 1/3 and 7 2/3 seconds. Of the first, less is left than half of a third of all.
  const [first, second, third] = candidates[0]!.survivingByThird;
  expect(first).toBeLessThan((first + second + third) / 6);
});

test('with fewer than six full collections nothing is said', () => {
  expect(leaksOf(growing(5))).toMatchObject({
    candidates: [],
    threads: [{ fullCollections: 5, groups: 0 }],
  });
  expect(leaksOf(growing(8), { from: 3.5 })).toMatchObject({
    candidates: [],
    threads: [{ fullCollections: 5, groups: 0 }],
  });
  expect(linesOf(leaksOf(growing(8), { from: 3 }))).toEqual([10]);
  expect(leaksOf(growing(8), { to: 4 }).threads[0]!.fullCollections).toBe(4);
});

test.each([
  [{ from: -1 }, RangeError],
  [{ from: 3, to: 2 }, RangeError],
  [{ by: 'colour' as 'line' }, RangeError],
])('there are no leaks of %j', (options, error) => {
  expect(() => leaksOf(growing(8), options)).toThrow(error);
});

test('a recording of version 1 says why there can be none', () => {
  const filebase = path.join(temporaryFolder(), 'mixed');
  for (const suffix of ['.hpm', '.hpd']) {
    cpSync(new URL(`../data/heapprof-v1/mixed${suffix}`, import.meta.url), filebase + suffix);
  }
  using reader = read(filebase, { timeInterval: 0.1 });
  const error = { code: 'ERR_HEAPPROF_NO_AGES' };
  expect(() => reader.findLeaks()).toThrow(expect.objectContaining(error));
  expect(() => reader.lifetimes()).toThrow(expect.objectContaining(error));
});

test('a leak of a worker is found in the worker, with its index in the traces of all', () => {
  const worker = member(2, { afterRootMicros: 500_000, description: { threadId: 3 } });
  for (let second = 1; second <= 8; second++) {
    worker.alloc(KEEP, 100, { at: (second - 1) * SECOND + 1, times: 5 });
    worker.at(second * SECOND).heap({ gcKind: 4 });
  }
  const root = member(1)
    .alloc(TEMPORARY, 10)
    .at(9 * SECOND)
    .stop();
  const { filebase, cleanup } = writeFamily({ '': root, '.w3': worker.stop() });
  onTestFinished(cleanup);
  using reader = read(filebase, { timeInterval: 1 });
  const { candidates, threads } = reader.findLeaks({ by: 'trace' });
  expect(threads.map(({ label, groups }) => [label, groups])).toEqual([
    ['main', 0],
    ['worker 3', 1],
  ]);
  expect(candidates).toHaveLength(1);
  const { subject, member: number, points } = candidates[0]!;
  expect(number).toBe(1);
  expect(points[0]!.timeSeconds).toBeCloseTo(2.5, 9);
  expect(reader.rawTrace(subject.by === 'trace' ? subject.trace : 0)!.at(-1)!.line).toBe(10);
});

/** Nothing of a line is freed. */
const forever = () => Number.POSITIVE_INFINITY;

const line = (
  number: number,
  lifetime: SimulatedLine['lifetime'],
  rest: Partial<SimulatedLine> = {},
): SimulatedLine => ({
  trace: `main:/app/main.js:1 > make:/app/lines.js:${number}`,
  sizeBytes: 100,
  perSecond: 20,
  lifetime,
  ...rest,
});

const SAMPLED = { by: 'bands', bands: [{ belowBytes: 128, probability: 0.01 }] } as const;

describe('programs at random', () => {
  const seeds = Array.from({ length: 40 }, (_, k) => k + 1);
  const program = (lines: SimulatedLine[], seed: number) =>
    leaksOf(simulate(lines, { seconds: 60, collectEverySeconds: 2, seed, sampling: SAMPLED }));

  test('of 800 steady lines, of which objects live for up to a quarter of the time, at most 2 are candidates', () => {
    const found = seeds.flatMap((seed) => {
      const lines = Array.from({ length: 20 }, (_, k) =>
        line(k + 1, exponential(0.01 + (15 * k) / 20)),
      );
      return linesOf(program(lines, seed)).map((number) => ({ seed, number }));
    });
    expect(found.length, JSON.stringify(found)).toBeLessThanOrEqual(2);
  });

  test('what a program makes at its start and keeps, and a cache that fills in half of the time, are none', () => {
    for (const seed of seeds.slice(0, 10)) {
      const startup = line(1, (_, born) => (born < 10 ? Number.POSITIVE_INFINITY : 0.1));
      const cache = line(2, (_, born) => (born < 30 ? Number.POSITIVE_INFINITY : 0));
      const timeout = line(3, () => 25);
      expect([seed, linesOf(program([startup, cache, timeout], seed))]).toEqual([seed, []]);
    }
  });

  test('a leak is found among objects that die, though it is a twentieth of its line', () => {
    for (const seed of seeds) {
      const leak = line(7, (random) => (random() < 0.05 ? Number.POSITIVE_INFINITY : 0.2), {
        perSecond: 40,
      });
      const lines = [line(1, exponential(0.5)), leak, line(2, exponential(3))];
      const { candidates } = program(lines, seed);
      expect([seed, candidates.length]).toEqual([seed, 1]);
      const [{ subject, survivingShare, survivingShareError }] = candidates as [
        (typeof candidates)[0],
      ];
      expect(subject).toMatchObject({ frame: { line: 7 } });
      expect(Math.abs(survivingShare - 0.05)).toBeLessThan(4 * survivingShareError);
    }
  });

  test('a leak of which only two dozen objects were sampled is found in most programs', () => {
    const found = seeds.filter((seed) => {
      const lines = [line(1, forever, { perSecond: 24 / 60 }), line(2, exponential(0.5))];
      return linesOf(program(lines, seed)).includes(1);
    });
    // 92 of 100 in a longer trial.
    expect(found.length).toBeGreaterThanOrEqual(30);
  });

  test('two of three slopes are within a standard error of the truth, with what a sample stands for', () => {
    let within = 0;
    for (const seed of seeds) {
      const [candidate] = program([line(1, forever)], seed).candidates;
      // 20 samples a second, each of which stands for 100 objects of 100 bytes.
      const { bytesPerMinute, bytesPerMinuteError } = candidate!;
      if (Math.abs(bytesPerMinute - 12e6) <= bytesPerMinuteError) within += 1;
      expect(Math.abs(bytesPerMinute - 12e6)).toBeLessThan(5 * bytesPerMinuteError);
    }
    expect(within).toBeGreaterThan(20);
    expect(within).toBeLessThan(37);
  });
});
