import { AssertionError } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isProfiling } from '../../src/capture/index.js';
import { limitLeaks, limitMemory } from '../../src/limits.js';
import { temporaryFolder } from '../support/record.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MB = 1e6;

/** What a function rejects with. */
async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail('nothing was thrown'),
    (error) => error,
  );
}

describe('limitMemory', () => {
  test('gives what a function took, within its limits', async () => {
    const use = await limitMemory(
      async () => {
        await null;
        return Buffer.alloc(4 * MB).length;
      },
      { peakLive: '6MB', allocated: 6 * MB },
    );
    expect(use.peakLive.value).toBeGreaterThan(4 * MB);
    expect(use.peakLive.value).toBeLessThan(5 * MB);
    // Both are sums of whole bytes, rounded in different places.
    expect(use.allocated.value).toBeGreaterThan(use.peakLive.value - 10);
    expect(use.allocated.error).toBeGreaterThan(0);
  });

  test.each([
    ['peakLive', 'The peak of live memory is 4.', { peakLive: '3MB' }],
    ['allocated', 'Allocated memory is 4.', { allocated: 3 * MB }],
  ])('fails beyond %s, and names the line', async (_, beginning, limits) => {
    const error = await failure(limitMemory(() => Buffer.alloc(4.5 * MB), limits));
    expect(error).toBeInstanceOf(AssertionError);
    expect(error.message.startsWith(beginning)).toBe(true);
    expect(error.message).toMatch(
      /MiB ± 0%, more than the 2\.9 MiB that are allowed\.\nMost of it is from\n {2}4\.3 MiB ± 0% {2}.*limits\.test\.ts:\d+/,
    );
    expect(error).toMatchObject({ operator: 'limitMemory', expected: 3 * MB });
  });

  test('what the function throws comes through, and nothing is recorded or left behind', async () => {
    const folder = temporaryFolder();
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const thrown = new Error('mine');
    const fails = () => {
      throw thrown;
    };
    expect(await failure(limitMemory(fails, { peakLive: 1 }))).toBe(thrown);
    expect(await failure(limitLeaks(fails))).toBe(thrown);
    expect(isProfiling()).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([[{}], [{ peakLive: 'much' }], [{ peakLive: -1 }], [{ allocated: Number.NaN }]])(
    'limits that there cannot be are a TypeError: %o',
    async (limits) => {
      const error = await failure(limitMemory(() => expect.fail('was called'), limits));
      expect(error).toBeInstanceOf(TypeError);
    },
  );
});

describe('limitLeaks', () => {
  const kept: unknown[] = [];

  test('fails where memory grows with every call, and names the line', async () => {
    const error = await failure(limitLeaks(() => kept.push(new Float64Array(10_000))));
    expect(error).toBeInstanceOf(AssertionError);
    expect(error.message).toMatch(/^The growth of live memory with each call is [78]\d\.\d KiB/);
    expect(error.message).toMatch(/from\n {2}[78]\d\.\d KiB ± ?\d+% {2}.*limits\.test\.ts:\d+/);
    kept.length = 0;
  });

  test('takes a growth that is allowed, and counts it', async () => {
    const grow = () => kept.push(new Float64Array(10_000));
    const { growthPerCall } = await limitLeaks(grow, { growthPerCall: '100KB', calls: 8 });
    expect(growthPerCall.value).toBeGreaterThan(75_000);
    expect(growthPerCall.value).toBeLessThan(100_000);
    expect(kept).toHaveLength(14);
    kept.length = 0;
  });

  test('a cache that is filled once, and garbage, are no leaks', async () => {
    const cache = new Map<string, Float64Array>();
    let calls = 0;
    const work = async () => {
      calls++;
      await null;
      if (calls === 12) cache.set('late', new Float64Array(50_000));
      return JSON.parse(JSON.stringify(Array.from({ length: 1000 }, (_, n) => ({ n }))));
    };
    await limitLeaks(work);
    expect(calls).toBe(26);
  });

  test.each([4, 7.5, Number.NaN])('%d calls are too few or none: RangeError', async (calls) => {
    expect(await failure(limitLeaks(() => {}, { calls }))).toBeInstanceOf(RangeError);
  });
});

/** What a runner says of test/fixtures/limits, without colours. */
function runner(...args: string[]): string {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, VITEST: ___, ...env } = process.env;
  const run = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 50_000,
    env: { ...env, NO_COLOR: '1' },
  });
  expect(run.status).toBe(1);
  return run.stdout + run.stderr;
}

describe('in a test suite', () => {
  const folder = path.join('test', 'fixtures', 'limits');

  test('of node:test', () => {
    const text = runner('--test-reporter=tap', path.join(folder, 'node-test.mjs'));
    const results = [...text.matchAll(/^(not ok|ok) \d+ - (.*)$/gm)].map(([, ok, name]) => [
      ok,
      name,
    ]);
    expect(results).toEqual([
      ['ok', 'memory within its limit'],
      ['not ok', 'memory beyond its limit'],
      ['ok', 'nothing leaks'],
      ['not ok', 'something leaks'],
    ]);
    expect(text).toMatch(/The peak of live memory is \d+\.\d KiB/);
    const [, peak] = /([\d.]+) KiB ± ?\d+% {2}forget \(.*keeper\.mjs:12\)/.exec(text) ?? [];
    // All of the array's memory, and what is sampled of its few small objects: 4 KiB in one run of twenty.
    expect(Number(peak)).toBeGreaterThanOrEqual(78.1);
    expect(Number(peak)).toBeLessThan(99);
    expect(text).toMatch(/KiB ± ?\d+% {2}leak \(.*keeper\.mjs:7\)/);
  });

  test('of vitest', () => {
    const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
    const file = path.join(folder, 'vitest.mjs');
    const config = path.join(folder, 'vitest.config.mjs');
    const text = runner(vitest, 'run', '--config', config, '--reporter=tap-flat', file);
    const results = [...text.matchAll(/^(not ok|ok) \d+ - .*? > ([\w ]+)/gm)].map(
      ([, ok, name]) => [ok, name!.trim()],
    );
    expect(results).toEqual([
      ['ok', 'memory within its limit'],
      ['not ok', 'memory beyond its limit'],
      ['ok', 'nothing leaks'],
      ['not ok', 'something leaks'],
    ]);
    expect(text).toMatch(/The growth of live memory with each call is [78]\d\.\d KiB/);
  });
});
