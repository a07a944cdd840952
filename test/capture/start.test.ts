import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { Session } from 'node:inspector';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { isProfiling, start, stop } from '../../src/capture/index.js';
import { openRecording } from '../../src/format/open.js';
import type { SamplingRate } from '../../src/model/sampling.js';
import { Reader, read } from '../../src/read.js';
import { ENGINES, fixture, temporaryFolder } from '../support/record.js';

afterEach(() => stop());

function filebaseIn(folder = temporaryFolder()): string {
  return path.join(folder, 'recording');
}

describe('start, stop and isProfiling', () => {
  test('a recording runs from start() to stop() and can be read then', () => {
    const filebase = filebaseIn();
    expect(isProfiling()).toBe(false);
    start(filebase, { 1: 1 });
    expect(isProfiling()).toBe(true);
    const kept = Array.from({ length: 1000 }, (_, i) => ({ i }));
    stop();
    expect(isProfiling()).toBe(false);
    const reader = read(filebase);
    expect(reader.snapshots.at(-1)?.live.heap.bytes).toBeGreaterThan(kept.length * 32);
    expect(reader.samplingRate).toEqual(new Map([[1, 1]]));
    reader.close();
  });

  test('stop() without a recording does nothing', () => {
    stop();
    expect(isProfiling()).toBe(false);
  });

  test('one recording can follow another, each with its own events', () => {
    const folder = temporaryFolder();
    for (const name of ['first', 'second']) {
      start(path.join(folder, name), { 1: 1 });
      expect(isProfiling()).toBe(true);
      stop();
    }
    const times = ['first', 'second'].map((name) => {
      using reader = read(path.join(folder, name));
      return reader.initialTime;
    });
    expect(times[1]).toBeGreaterThan(times[0]!);
  });

  test('a second start() is refused, and the first recording goes on', () => {
    const filebase = filebaseIn();
    start(filebase);
    const other = filebaseIn();
    expect(() => start(other)).toThrow(expect.objectContaining({ code: 'ERR_HEAPPROF_RUNNING' }));
    expect(isProfiling()).toBe(true);
    expect(existsSync(`${other}.hpm`)).toBe(false);
  });

  test('application name, labels and process facts are in the recording', () => {
    const filebase = filebaseIn();
    start(filebase, undefined, {
      applicationName: 'shop',
      labels: { version: '7' },
      stackDepth: 3,
    });
    stop();
    const reader = read(filebase);
    expect(reader.hpm.facts.process).toMatchObject({
      applicationName: 'shop',
      labels: { version: '7' },
      pid: process.pid,
      nodeVersion: process.versions.node,
      engine: 'observer',
      stackDepth: 3,
    });
    reader.close();
  });

  test.each([
    ['spaces, accents and other scripts', 'Käse und 記録 📼'],
    ['quotes and a line break', 'a\'b"c\n$d'],
    ['as many bytes as a file can have with the suffix', 'x'.repeat(251)],
  ])('a name of %s is a name', (_, name) => {
    const filebase = path.join(temporaryFolder(), name);
    start(filebase, { 1: 1 });
    const kept = Array.from({ length: 1000 }, (_, i) => ({ i }));
    stop();
    using reader = new Reader(filebase);
    expect([...reader.hpd.events()].length).toBeGreaterThan(kept.length);
  });

  test('a program that changes its directory is recorded where it was then', () => {
    const folder = temporaryFolder();
    const before = process.cwd();
    try {
      process.chdir(folder);
      start('recording');
      process.chdir('/');
      stop();
    } finally {
      process.chdir(before);
    }
    expect(readdirSync(folder)).toEqual(['recording.hpd', 'recording.hpm']);
  });

  test('the files have the rights that the umask leaves', () => {
    const filebase = filebaseIn();
    const before = process.umask(0o027);
    try {
      start(filebase);
    } finally {
      process.umask(before);
    }
    stop();
    const modes = ['.hpm', '.hpd'].map((suffix) => statSync(filebase + suffix).mode & 0o777);
    expect(modes).toEqual([0o640, 0o640]);
  });

  test('stop() leaves no open file and no thread behind', () => {
    const args = [fixture('leftovers.mjs'), filebaseIn()];
    const output = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
    const [before, during, after] = JSON.parse(output) as string[][];
    expect(during!.length).toBeGreaterThan(before!.length);
    expect(after).toEqual(before);
  });

  test('stacks deeper than stackDepth keep their innermost frames', () => {
    const filebase = filebaseIn();
    const recurse = (depth: number): object => (depth === 0 ? { depth } : recurse(depth - 1));
    start(filebase, { 1: 1 }, { stackDepth: 4 });
    const kept = recurse(50);
    stop();
    const reader = read(filebase, { precision: 0 });
    const traces = (reader.snapshots.at(-1)?.liveRows ?? []).map((row) =>
      reader.rawTrace(row.trace),
    );
    const deep = traces.filter((trace) => trace?.at(-1)?.functionName === 'recurse');
    expect(deep.length).toBeGreaterThan(0);
    for (const trace of deep) {
      expect(trace?.map((frame) => frame.functionName)).toEqual([
        '(truncated)',
        ...Array(4).fill('recurse'),
      ]);
    }
    reader.close();
    expect(kept).toBeDefined();
  });
});

describe('what start() refuses leaves nothing half-started', () => {
  test.each<[string, unknown, unknown, ErrorConstructor]>([
    ['a rate that is no mapping', 0.1, {}, TypeError],
    ['a rate that is text', '{"128": 0.1}', {}, TypeError],
    ['a rate of something else than numbers', { 128: 'often' }, {}, TypeError],
    ['a negative size', { '-1': 0.1 }, {}, RangeError],
    ['a size that is not whole', { 1.5: 0.1 }, {}, RangeError],
    ['a probability above 1', { 128: 1.1 }, {}, RangeError],
    ['a probability that is not a number', { 128: Number.NaN }, {}, RangeError],
    [
      'a size given twice',
      [
        [128, 0.1],
        [128, 0.2],
      ],
      {},
      RangeError,
    ],
    ['a rate together with an interval', { 128: 0.1 }, { samplingInterval: 1024 }, TypeError],
    ['an interval of 0', undefined, { samplingInterval: 0 }, RangeError],
    ['an interval that is text', undefined, { samplingInterval: '64k' }, TypeError],
    ['a stack depth of 0', undefined, { stackDepth: 0 }, RangeError],
    ['an unknown option', undefined, { stackdepth: 10 }, TypeError],
    ['an unknown engine', undefined, { engine: 'steam' }, TypeError],
    ['labels that are not texts', undefined, { labels: { version: 7 } }, TypeError],
  ])('%s', (_, rate, options, errorClass) => {
    const folder = temporaryFolder();
    expect(() => start(filebaseIn(folder), rate as SamplingRate, options as object)).toThrow(
      errorClass,
    );
    expect(isProfiling()).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a path in a folder that does not exist', () => {
    expectNoOutput(
      path.join(temporaryFolder(), 'missing', 'recording'),
      'No such file or directory',
    );
  });

  test('a path in a folder that may not be written to', () => {
    // Not even by the superuser, and in some containers it is mounted so.
    expectNoOutput('/sys/recording', 'Permission denied|Read-only file system');
  });

  test('a name longer than files can have', () => {
    const folder = temporaryFolder();
    expectNoOutput(path.join(folder, 'x'.repeat(252)), 'File name too long');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a path where one of the two files cannot be made', () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'recording.hpm'));
    expect(() => start(filebaseIn(folder))).toThrow(
      expect.objectContaining({ code: 'ERR_HEAPPROF_OUTPUT' }),
    );
    expect(readdirSync(folder)).toEqual(['recording.hpm']);
  });

  test.each(ENGINES)("while something else uses V8's heap sampler, engine %s", (engine) => {
    const session = new Session();
    session.connect();
    session.post('HeapProfiler.startSampling');
    const folder = temporaryFolder();
    try {
      expect(() => start(filebaseIn(folder), undefined, { engine })).toThrow(
        expect.objectContaining({ code: 'ERR_HEAPPROF_BUSY' }),
      );
      expect(isProfiling()).toBe(false);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      session.post('HeapProfiler.stopSampling');
      session.disconnect();
    }
    start(filebaseIn(folder), undefined, { engine });
    expect(isProfiling()).toBe(true);
  });
});

/** That a recording cannot be written there, and why. */
function expectNoOutput(filebase: string, reason: string): void {
  expect(() => start(filebase)).toThrow(
    expect.objectContaining({
      code: 'ERR_HEAPPROF_OUTPUT',
      message: expect.stringMatching(`${filebase}\\.hpd: (${reason})`),
    }),
  );
  expect(isProfiling()).toBe(false);
}
describe.each(ENGINES)("where something else stops V8's heap sampler, engine %s", (engine) => {
  test.each([
    ['and leaves it at that', () => {}],
    [
      'and starts its own',
      (session: Session) => {
        session.post('HeapProfiler.startSampling', { samplingInterval: 64 });
      },
    ],
  ])('%s, the recording ends with a note', async (_, then) => {
    const filebase = filebaseIn();
    start(filebase, undefined, { engine, samplingInterval: 64 });
    const kept: unknown[] = [];
    // Long enough for the recording to have begun in earnest; every turn allocates.
    for (const end = Date.now() + 1000; Date.now() < end; await sleep(10)) kept.push([kept.length]);
    const session = new Session();
    session.connect();
    session.post('HeapProfiler.stopSampling');
    then(session);
    while (isProfiling()) {
      kept.push([kept.length]);
      await sleep(10);
    }
    const { log, close } = openRecording(filebase);
    const ends = [...log.items()].flatMap((item) => (item.item === 'end' ? [item.end] : []));
    close();
    expect(ends).toEqual([
      expect.objectContaining({
        reason: 'error',
        message: expect.stringContaining('stopped by something else'),
      }),
    ]);
    session.post('HeapProfiler.stopSampling');
    session.disconnect();
  });
});
