import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { gatherStats, isProfiling, start, stop } from '../../src/capture/index.js';
import { readStatsPage } from '../../src/capture/stats-page.js';
import type { SizeClass } from '../../src/model/allocation-statistics.js';
import { fixture, PRELOAD, temporaryFolder } from '../support/record.js';

const API = pathToFileURL(path.resolve(PRELOAD, '../../index.js')).href;

afterEach(() => stop());

const quiet = { print: false };

/** The class that a size belongs to. */
function classOf(classes: readonly SizeClass[], sizeBytes: number): SizeClass | undefined {
  return classes.findLast(({ fromBytes }) => fromBytes <= sizeBytes);
}

describe('the counts', () => {
  /** What was counted of test/fixtures/sizes.cjs, which makes so many strings of each of six sizes. */
  function countSizes(count: number) {
    const page = path.join(temporaryFolder(), 'page');
    const { stderr } = spawnSync(
      process.execPath,
      // V8 tells nobody of one allocation when it replaces a running loop by an optimised one (docs/accuracy.md).
      ['--no-use-osr', '--require', PRELOAD, fixture('sizes.cjs'), String(count)],
      { encoding: 'utf8', env: { ...process.env, HEAPPROF_STATS: page } },
    );
    expect(stderr).toBe('');
    return readStatsPage(readFileSync(page))!;
  }

  test('have every allocation with its size', () => {
    const { heap } = countSizes(30_000).sizes;
    for (const sizeBytes of [120, 128, 136]) {
      const { fromBytes, count, bytes } = classOf(heap, sizeBytes)!;
      expect(fromBytes).toBe(sizeBytes);
      expect(bytes).toBe(count * sizeBytes);
      // Node makes some too, before the program's first line and after.
      expect(count).toBeGreaterThanOrEqual(30_000);
      expect(count).toBeLessThan(30_500);
    }
    // From 2,048 bytes on, a class is an eighth of a power of two.
    expect(classOf(heap, 8184)).toMatchObject({ fromBytes: 7680, count: 30_000 });
    expect(classOf(heap, 8184)!.bytes).toBe(30_000 * 8184);
    expect(classOf(heap, 8192)).toMatchObject({ fromBytes: 8192 });
    expect(classOf(heap, 8192)!.count).toBeGreaterThanOrEqual(60_000);
    expect(classOf(heap, 8192)!.count).toBeLessThan(60_050);
  });

  test('come with what collections freed, and with a survey of stacks', () => {
    const { sizes, collections, collectedBytes, stacks, ...times } = countSizes(30_000);
    const bytes = sizes.heap.reduce((sum, one) => sum + one.bytes, 0);
    expect(collections).toBeGreaterThan(0);
    // The program keeps one string of all that it makes.
    expect(collectedBytes / bytes).toBeGreaterThan(0.9);
    // Ends of pages into which no more of its objects fit are used memory as well.
    expect(collectedBytes / bytes).toBeLessThan(1.05);
    // The distances are random with a mean of 64 KiB, a sample falls at the end of an object, so a bit later.
    const [all, quarter, sixteenth] = stacks.thinnings;
    expect(all!.samples).toBeGreaterThan(0.85 * (bytes / 65_536));
    expect(all!.samples).toBeLessThan(1.1 * (bytes / 65_536));
    expect(quarter!.samples).toBe(Math.ceil(all!.samples / 4));
    expect(sixteenth!.samples).toBe(Math.ceil(all!.samples / 16));
    // A few dozen lines make everything.
    expect(all!.newEver).toBeGreaterThan(0);
    expect(all!.newEver).toBeLessThan(all!.samples / 10);
    expect(all!.newToCache).toBeGreaterThanOrEqual(all!.newEver);
    expect(stacks.walks).toBeGreaterThan(0.9 * all!.samples);
    expect(stacks.frames).toBeGreaterThan(1);
    expect(stacks.walkMicros).toBeGreaterThan(0);
    expect(times.cpuMicros).toBeGreaterThan(0);
    expect(times.elapsedMicros).toBeGreaterThan(0);
  });

  test('have array buffers apart', () => {
    gatherStats(quiet);
    const kept = Array.from({ length: 50 }, () => new ArrayBuffer(100_000));
    const { arrayBuffer } = stop()!;
    expect(classOf(arrayBuffer.classes, 100_000)).toEqual({
      fromBytes: 98_304,
      count: kept.length,
      bytes: kept.length * 100_000,
    });
    expect(arrayBuffer.ranges.find(({ fromBytes }) => fromBytes === 65_536)).toMatchObject({
      belowBytes: 131_072,
      count: kept.length,
    });
  });
});

describe('gatherStats', () => {
  test('runs to stop(), which returns the report', () => {
    gatherStats({ overhead: 0.2, print: false });
    expect(isProfiling()).toBe(true);
    const kept = Array.from({ length: 10_000 }, (_, i) => ({ i }));
    const report = stop()!;
    expect(isProfiling()).toBe(false);
    expect(report.overhead).toBe(0.2);
    expect(report.heap.count).toBeGreaterThan(kept.length);
    for (const key of ['count', 'bytes'] as const) {
      const sum = (items: readonly Record<typeof key, number>[]) =>
        items.reduce((total, item) => total + item[key], 0);
      expect(sum(report.heap.ranges)).toBe(report.heap[key]);
      expect(sum(report.heap.classes)).toBe(report.heap[key]);
    }
    expect(report.heap.ranges.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(stop()).toBeUndefined();
  });

  test('counts anew each time', () => {
    gatherStats(quiet);
    const kept = Array.from({ length: 20_000 }, (_, i) => ({ i }));
    stop();
    gatherStats(quiet);
    expect(stop()!.heap.count).toBeLessThan(kept.length);
  });

  test('and a recording refuse each other, and go on', () => {
    const running = expect.objectContaining({ code: 'ERR_HEAPPROF_RUNNING' });
    const filebase = path.join(temporaryFolder(), 'recording');
    gatherStats(quiet);
    expect(() => start(filebase)).toThrow(running);
    expect(() => gatherStats(quiet)).toThrow(running);
    expect(existsSync(`${filebase}.hpm`)).toBe(false);
    expect(stop()).toBeDefined();
    start(filebase);
    expect(() => gatherStats(quiet)).toThrow(running);
    expect(isProfiling()).toBe(true);
    expect(stop()).toBeUndefined();
  });

  test("refuses where something else uses V8's heap sampler, and leaves nothing behind", () => {
    const session = new Session();
    session.connect();
    session.post('HeapProfiler.startSampling');
    try {
      expect(() => gatherStats(quiet)).toThrow(
        expect.objectContaining({ code: 'ERR_HEAPPROF_BUSY' }),
      );
      expect(isProfiling()).toBe(false);
    } finally {
      session.post('HeapProfiler.stopSampling');
      session.disconnect();
    }
    gatherStats(quiet);
    expect(stop()).toBeDefined();
  });

  test.each<[string, unknown, ErrorConstructor]>([
    ['an overhead of 0', { overhead: 0 }, RangeError],
    ['an overhead that is no number', { overhead: Number.NaN }, RangeError],
    ['an overhead that is text', { overhead: '5%' }, TypeError],
    ['print that is text', { print: 'no' }, TypeError],
    ['an unknown option', { budget: 0.05 }, TypeError],
    ['no object', 0.05, TypeError],
  ])('refuses %s', (_, options, errorClass) => {
    expect(() => gatherStats(options as object)).toThrow(errorClass);
    expect(isProfiling()).toBe(false);
  });
});

describe('at the end of the program', () => {
  function run(options: string, code: string) {
    const program = `import { gatherStats, stop } from '${API}'; gatherStats(${options}); ${code}`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { encoding: 'utf8' },
    );
    return { status, stdout, tables: stderr.split('HEAP USAGE SUMMARY').length - 1 };
  }

  test.each([
    ['it ends', '', 0],
    ['it calls process.exit()', 'process.exit(3);', 3],
    ['it throws', 'throw new Error("on purpose");', 1],
    ['it has called stop() before', 'stop();', 0],
  ])('the report is on stderr, once, when %s', (_, code, status) => {
    expect(run('', code)).toEqual({ status, stdout: '', tables: 1 });
  });

  test('nothing is printed if that is not wanted', () => {
    const code = 'console.log(stop().heap.count > 0)';
    expect(run('{ print: false }', code)).toEqual({ status: 0, stdout: 'true\n', tables: 0 });
  });
});
