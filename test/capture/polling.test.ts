import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLog, readMetadata } from '../../src/format/open.js';
import type { RecordingEnd } from '../../src/model/recording.js';
import { probabilityOf, type Sampling } from '../../src/model/sampling.js';
import { read } from '../../src/read.js';
import { eventsIn, fixture, PRELOAD, recordFixture, temporaryFolder } from '../support/record.js';

const POLLING = { engine: 'polling' } as const;

function samplingOf(filebase: string): Sampling {
  return readMetadata(`${filebase}.hpm`).facts.sampling;
}

describe('an object that is kept is logged with exactly the probability that the recording says', () => {
  const SIZES = [120, 128, 136, 1016, 1024, 1032];
  const COUNT = 20_000;
  const SEEDS = [1, 2, 3, 4];

  test.each<Parameters<typeof recordFixture>[1]>([
    // Above both bands V8's sampler is the limit, below them it is thinned.
    { sample: { 128: 1e-3, 1024: 1.5e-3 } },
    { sample: { 128: 0, 1024: 0.9 } },
    { sample: { 1: 1 } },
    { intervalBytes: 512 },
    { intervalBytes: 16_384.5 },
  ])('with %j', (how) => {
    const counts = SIZES.map(() => 0);
    let sampling: Sampling | undefined;
    for (const seed of SEEDS) {
      const run = recordFixture('keep-sizes.cjs', {
        ...POLLING,
        ...how,
        seed,
        nodeArgs: [`--random-seed=${seed}`],
        args: [COUNT, ...SIZES].map(String),
      });
      expect(run.stderr).toBe('');
      sampling = samplingOf(run.filebase);
      for (const { operation, sizeBytes, frame } of eventsIn(run.filebase, 'keep-sizes.cjs')) {
        const size = SIZES.indexOf(sizeBytes);
        if (operation === 'allocation' && frame?.functionName === 'keepSize' && size >= 0) {
          counts[size]! += 1;
        }
      }
    }
    const objects = COUNT * SEEDS.length;
    SIZES.forEach((sizeBytes, i) => {
      const p = probabilityOf(sampling!, sizeBytes);
      expect(
        Math.abs(counts[i]! - objects * p),
        `${counts[i]} of ${objects} objects of ${sizeBytes} bytes, p = ${p}`,
      ).toBeLessThanOrEqual(4 * Math.sqrt(objects * p * (1 - p)));
    });
  });
});

test('the recording says what size bands came to', () => {
  const { filebase } = recordFixture('ends.cjs', { ...POLLING, args: ['return'] });
  const { sampling, process: facts } = readMetadata(`${filebase}.hpm`).facts;
  expect(sampling).toEqual({
    by: 'bands',
    bands: [
      { belowBytes: 128, probability: 1e-4 },
      { belowBytes: 8192, probability: 0.1 },
    ],
    heapIntervalBytes: 65_536,
  });
  expect(facts).toMatchObject({
    engine: 'polling',
    engineReason: 'it was asked for',
    types: false,
    lines: 'function',
  });
});

test('rarer bands need fewer of the samples that cost V8 so much', () => {
  const { filebase } = recordFixture('ends.cjs', {
    ...POLLING,
    args: ['return'],
    sample: { 1000: 0, 4000000: 1e-3 },
  });
  // 1 − exp(−1000 / 999,500) = 1e-3, and 4,000,000 / 21 is less.
  expect(samplingOf(filebase)).toMatchObject({ heapIntervalBytes: 190_476 });
});

test('frames are functions, and their lines those where these begin', () => {
  const { filebase } = recordFixture('keep-sizes.cjs', {
    ...POLLING,
    intervalBytes: 1024,
    args: ['2000', '1024'],
  });
  const { traces } = readMetadata(`${filebase}.hpm`);
  const [event] = eventsIn(filebase, 'keep-sizes.cjs').filter(
    ({ sizeBytes, frame }) => sizeBytes === 1024 && frame?.functionName === 'keepSize',
  );
  const own = traces.trace(event!.trace)!.filter(({ file }) => file.endsWith('/keep-sizes.cjs'));
  expect(own.map(({ functionName, line }) => ({ functionName, line }))).toEqual([
    { functionName: '', line: 1 },
    { functionName: 'keepSize', line: 6 },
  ]);
});

test('array buffers have exact lines and rates all the same', () => {
  const folder = temporaryFolder();
  const filebase = path.join(folder, 'recording');
  const script =
    'globalThis.kept = [];\nfor (let i = 0; i < 500; i++)\nkept.push(new ArrayBuffer(10_000));';
  const run = spawnSync(process.execPath, ['--require', PRELOAD, '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, HEAPPROF_OUTPUT: filebase, HEAPPROF_ENGINE: 'polling' },
  });
  expect(run.stderr).toBe('');
  using reader = read(filebase, { precision: 0 });
  const rows = reader.snapshots.at(-1)!.liveRows.filter(({ kind, trace }) => {
    return kind === 'arrayBuffer' && reader.rawTrace(trace)?.some(({ line }) => line === 3);
  });
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  expect({ bytes, error: Math.max(...rows.map(({ bytesError }) => bytesError)) }).toEqual({
    bytes: 5_000_000,
    error: 0,
  });
});

test('each object is freed once, after it was born, and no event is before another that was written earlier', () => {
  const { filebase } = recordFixture('retain.mjs', {
    ...POLLING,
    args: ['20000', 'drop'],
    nodeArgs: ['--expose-gc'],
    intervalBytes: 8192,
  });
  const live = new Map<string, number>();
  let last = 0;
  let frees = 0;
  const log = openLog(`${filebase}.hpd`);
  for (const { timeMicros, operation, trace, sizeBytes, ageMicros } of log.events()) {
    expect(timeMicros).toBeGreaterThanOrEqual(last);
    last = timeMicros;
    const site = `${trace} ${sizeBytes}`;
    const count = (live.get(site) ?? 0) + (operation === 'allocation' ? 1 : -1);
    expect(count).toBeGreaterThanOrEqual(0);
    live.set(site, count);
    if (operation !== 'free') continue;
    frees += 1;
    expect(ageMicros).toBeLessThanOrEqual(timeMicros);
  }
  log.close();
  expect(frees).toBeGreaterThan(1000);
});

describe('frees', () => {
  /** Frees of strings that are dropped after a while without collections, when `end` is run. */
  function frees(end: string) {
    const filebase = path.join(temporaryFolder(), 'recording');
    const keep = `
      const text = Buffer.alloc(100_000, 'x');
      globalThis.kept = [];
      const keep = () => { for (let i = 0; i < 200; i++) kept.push(text.latin1Slice(0, 60_000)); };
      keep();`;
    const run = spawnSync(
      process.execPath,
      // A poll without a collection comes within a second.
      ['--expose-gc', '--require', PRELOAD, '-e', `${keep} setTimeout(() => { ${end} }, 2000);`],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          HEAPPROF_OUTPUT: filebase,
          HEAPPROF_ENGINE: 'polling',
          HEAPPROF_INTERVAL: '8192',
        },
      },
    );
    expect(run.stderr).toBe('');
    const log = openLog(`${filebase}.hpd`);
    const collections: number[] = [];
    for (const item of log.items()) {
      if (item.item !== 'heap') continue;
      for (const { gcKind, timeMicros, pauseMicros } of item.records) {
        if (gcKind === 4) collections.push(timeMicros - pauseMicros);
      }
    }
    const found = [...log.events()].filter(
      ({ operation, sizeBytes }) => operation === 'free' && sizeBytes === 60_016,
    );
    log.close();
    return { found, collections };
  }

  test('that one collection must have caused have the time of its begin', () => {
    const { found, collections } = frees('kept.length = 0; gc();');
    expect(found.length).toBeGreaterThan(190);
    expect(
      new Set(found.map(({ timeMicros, noticedLate }) => `${timeMicros} ${noticedLate}`)),
    ).toEqual(new Set([`${collections.at(-1)} undefined`]));
  });

  test('that one of several collections has caused are marked as noticed late', () => {
    const { found, collections } = frees('kept.length = 0; gc(); gc();');
    expect(found.length).toBeGreaterThan(190);
    for (const { timeMicros, noticedLate } of found) {
      expect(noticedLate).toBe(true);
      expect(timeMicros).toBeGreaterThan(collections.at(-1)!);
    }
  });
});

test('what died unseen is counted', () => {
  // Objects of 16 MB in all die in one scavenge after the other, and the time for polls is short, even where the machine is busy:
  // the time that passes is what it is a part of.
  const { filebase } = recordFixture('sizes.cjs', {
    ...POLLING,
    args: ['20000'],
    intervalBytes: 64,
  });
  let end: RecordingEnd | undefined;
  const log = openLog(`${filebase}.hpd`);
  for (const item of log.items()) if (item.item === 'end') end = item.end;
  const logged = [...log.events()].filter(
    ({ operation, kind }) => operation === 'allocation' && kind === 'heap',
  ).length;
  log.close();
  expect(end!.unseenSamples).toBeGreaterThan(0);
  // By interval every sample that was seen is logged; those of the polls themselves are not.
  expect(end!.steps! - end!.unseenSamples!).toBeGreaterThanOrEqual(logged);
  expect(end!.steps! - end!.unseenSamples!).toBeLessThanOrEqual(logged * 1.01 + 100);
});

describe('in a build of Node.js without a symbol table', () => {
  // The official builds have V8's symbols among the dynamic ones up to Node.js 22, and in the symbol table only from 24 on.
  const hasObserver = Number.parseInt(process.versions.node, 10) < 24;

  function strippedNode(): string {
    const copy = path.join(temporaryFolder(), 'node');
    copyFileSync(process.execPath, copy);
    execFileSync('strip', [copy]);
    return copy;
  }

  function record(node: string, filebase: string, engine: string) {
    return spawnSync(node, ['--require', PRELOAD, fixture('ends.cjs'), 'return'], {
      encoding: 'utf8',
      env: {
        ...process.env,
        HEAPPROF_OUTPUT: filebase,
        HEAPPROF_ENGINE: engine,
        NODE_DEBUG: 'heapprof',
      },
    });
  }

  test('polling takes over where the observer cannot run, and says why', () => {
    const node = strippedNode();
    const filebase = path.join(temporaryFolder(), 'recording');
    const run = record(node, filebase, 'auto');
    expect(run.status).toBe(0);
    const facts = readMetadata(`${filebase}.hpm`).facts.process;
    const missing =
      "this build of Node.js does not have the symbols of V8's sampling heap profiler";
    if (hasObserver) {
      expect(facts?.engine).toBe('observer');
      expect(run.stderr).toBe('');
    } else {
      expect(facts).toMatchObject({
        engine: 'polling',
        engineReason: `the observer cannot run: ${missing}`,
      });
      expect(run.stderr).toContain(missing);
    }

    const insisting = record(node, filebase, 'observer');
    expect(insisting.status).toBe(hasObserver ? 0 : 1);
    if (!hasObserver) expect(insisting.stderr).toContain('record with the engine polling');
  });
});
