import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  DEFAULT_SAMPLING_RATE,
  FormatError,
  HeapprofError,
  Reader,
  read,
} from '../../src/index.js';
import { exampleRecording } from '../support/example.js';
import type { WrittenRecording } from '../support/recording.js';

let written: WrittenRecording;

beforeEach(() => {
  written = exampleRecording();
});

afterEach(() => written.cleanup());

test('read() opens a recording, makes its digest, and gives a Reader with the analyses', () => {
  const reader = read(written.filebase, 1, 0);
  expect(reader).toBeInstanceOf(Reader);
  expect(reader.snapshotInterval).toBe(1);
  expect(reader.snapshots.length).toBe(4);
  expect(reader.timePlot({ cache: 'cache.js:10' }).lines[0]!.liveBytes).toEqual([
    0, 1_048_576, 2_097_152, 3_145_728,
  ]);
  expect(reader.heapSummary({ by: 'file', threshold: 0 }).rows[0]!.subject).toEqual({
    by: 'file',
    file: '/home/someone/app/src/cache.js',
  });
  expect(reader.flameGraph(reader.snapshots.at(1)!)).toEqual(reader.flameGraphAt(1.9));
  reader.close();
});

test('options can be given by name', () => {
  const reader = read(written.filebase, { timeInterval: 0.5, precision: 0 });
  expect(reader.snapshots.length).toBe(7);
  reader.close();
});

test('what every trace has at a time, with the errors of bytes and of objects', () => {
  const reader = read(written.filebase, 1, 0);
  const usage = reader.usageAt(2.5);
  const named = [...usage].map(([trace, figures]) => [reader.trace(trace)!.at(-1)!.line, figures]);
  const exact = { bytesError: 0, objectsError: 0 };
  expect(Object.fromEntries(named)).toEqual({
    5: { bytes: 6400, bytesError: 1920, objects: 100, objectsError: 30 },
    10: { bytes: 2_097_152, objects: 2, ...exact },
    300: { bytes: 262_144, objects: 1, ...exact },
  });
  expect(() => reader.usageAt(-1)).toThrow(RangeError);
  reader.close();
});

test('call trees of two times of a recording can be compared', () => {
  const reader = read(written.filebase, 1, 0);
  const { nodes, a, b } = reader.compareCallTrees(reader, { a: { at: 1 }, b: { at: 'peak' } });
  expect([a.toSeconds, b.toSeconds]).toEqual([1, 3]);
  // The root, main, and put, which has grown by 1 MiB each second.
  expect(nodes.depths[2]).toBe(2);
  expect(nodes.bytes.differences[2]).toBe(2_097_152);
  expect(nodes.bytes.areSignificant[2]).toBe(1);
  reader.close();
});

test('a flame graph can be written to a file', () => {
  const reader = read(written.filebase, 1, 0);
  const file = `${written.filebase}.txt`;
  reader.writeFlameGraph(file, 1);
  reader.close();
  const [first] = readFileSync(file, 'utf8').split('\n');
  expect(first).toBe(
    'main (/home/someone/app/src/main.js:3);put (/home/someone/app/src/cache.js:10) 1048576',
  );
});

test('errors are of the exported classes', () => {
  expect(() => read(`${written.filebase}-not`)).toThrow(HeapprofError);
  expect(new FormatError('a.hpm', 1, 'nothing')).toBeInstanceOf(HeapprofError);
  expect(DEFAULT_SAMPLING_RATE).toEqual({ 128: 1e-4, 8192: 0.1 });
});

test('makeDigest({ verbose }) makes the same digest, reports progress, and is silent where there is no terminal', async () => {
  const reader = new Reader(written.filebase);
  const write = vi.spyOn(process.stderr, 'write');
  const done: number[] = [];
  await reader.makeDigest({
    timeInterval: 1,
    verbose: true,
    onProgress: ({ doneBytes, totalBytes }) => done.push(doneBytes / totalBytes),
  });
  expect(done.at(-1)).toBe(1);
  expect(reader.snapshots.length).toBe(4);
  expect(write).not.toHaveBeenCalled();
  write.mockRestore();
  reader.close();
});

test('a profile is a call tree of a range of time', () => {
  using reader = read(written.filebase, 1, 0);
  const tree = reader.profile({ startTime: 1, period: 2, maxDepth: 1 });
  expect(tree).toMatchObject({ fromSeconds: 1, toSeconds: 3, isInstant: false });
  expect(tree.nodes.count).toBe(2);
  // 1 MiB of the cache at 1 s, 2 and 3 later: (1 · 1 + 2 · 2 + 3 · 1) / 4 on average; a buffer, and tokens.
  expect(tree.total.bytes).toBe(2 * 2 ** 20 + 262_144 * 0.75 + 0.25 * 262_144 + 6400);
  expect(() => reader.profile({ startTime: 1 })).toThrow(RangeError);
});
