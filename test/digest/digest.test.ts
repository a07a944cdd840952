import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type DigestOptions, digestSteps } from '../../src/digest/digest.js';
import { makeDigestSync } from '../../src/digest/make-digest.js';
import { openFamily } from '../../src/format/family.js';
import type { DigestFile } from '../../src/format/hpc-file.js';
import { openDigest } from '../../src/format/open-digest.js';
import { type Sampling, weightOf } from '../../src/model/sampling.js';
import type { Snapshot, UsageRow } from '../../src/model/snapshot.js';
import { digestOf } from '../support/digest.js';
import { recording, type WrittenRecording, writeFiles } from '../support/recording.js';
import { encodeEventsV1, encodeMetadataV1 } from '../support/version1.js';

const SECOND = 1_000_000;
const EXACT: DigestOptions = { timeIntervalMicros: SECOND, precision: 0 };

function written(files: WrittenRecording): string {
  onTestFinished(files.cleanup);
  return files.filebase;
}

/** Makes the digest of files that are there, and leaves it there. */
function digestFile(filebase: string, options: DigestOptions): DigestFile {
  makeDigestSync(digestSteps(openFamily(filebase), `${filebase}.hpc`, options));
  const file = openDigest(`${filebase}.hpc`);
  onTestFinished(() => file.close());
  return file;
}

/** `trace[ type][ kind]: bytes ±error, objects ±error`. */
function text(rows: readonly UsageRow[]): string[] {
  return rows.map(({ trace, type, kind, bytes, objects, bytesError, objectsError }) => {
    const what = [trace, type, kind === 'heap' ? '' : kind].filter((part) => part !== '');
    return `${what.join(' ')}: ${bytes} ±${bytesError}, ${objects} ±${objectsError}`;
  });
}

function times(snapshots: readonly Snapshot[]): number[] {
  return snapshots.map((snapshot) => snapshot.timeMicros / SECOND);
}

test('a dozen events worked out on paper', () => {
  // Below 100 bytes an event stands for two; its variance is size² × 2 × 1, of its number of objects 2 × 1.
  const sampling: Sampling = { by: 'bands', bands: [{ belowBytes: 100, probability: 0.5 }] };
  const builder = recording({ sampling })
    .alloc('main', 1000) // trace 1, at the very start
    .alloc('main > b', 50, { at: 0.5 * SECOND }) // trace 2: 100 bytes, error √5000 = 70.7
    .alloc('main > c', 60, { at: 1 * SECOND }) // trace 3: 120 bytes, error √7200 = 84.9; on the border
    .flush()
    .alloc('main > d', 50, { at: 1 * SECOND + 1, type: 'Map' }) // trace 4, just after it
    .free('main > b', 50, { at: 1.5 * SECOND })
    .alloc('main > b', 50, { at: 1.7 * SECOND, times: 2 }) // 200 bytes, error √10000 = 100
    .free('main', 1000, { at: 2 * SECOND }) // on the border
    .alloc('main > d', 300, { at: 2.4 * SECOND, kind: 'arrayBuffer' })
    .alloc('main > e', 30, { at: 2.4 * SECOND }) // trace 5: 60 bytes, error √1800 = 42.4
    .alloc('main > f', 30, { at: 2.4 * SECOND }) // trace 6: the same
    .at(2.5 * SECOND)
    .stop();
  const { snapshots } = digestOf(builder, { timeIntervalMicros: SECOND, precision: 0.1 });

  expect(times(snapshots)).toEqual([0, 1, 2, 2.5]);
  expect(snapshots.map((snapshot) => text(snapshot.liveRows))).toEqual([
    ['1: 1000 ±0, 1 ±0'],
    // A tenth of 1,220 bytes is 122: room for trace 2 with 100, not for trace 3 with 120 more.
    ['0: 100 ±71, 2 ±1', '1: 1000 ±0, 1 ±0', '3: 120 ±85, 2 ±1'],
    // A tenth of 420 bytes is 42: room for none.
    ['2: 200 ±100, 4 ±2', '3: 120 ±85, 2 ±1', '4 Map: 100 ±71, 2 ±1'],
    // A tenth of 840 bytes is 84: room for one of the two with 60, and that is the higher.
    [
      '0: 60 ±42, 2 ±1',
      '2: 200 ±100, 4 ±2',
      '3: 120 ±85, 2 ±1',
      '4 arrayBuffer: 300 ±0, 1 ±0',
      '4 Map: 100 ±71, 2 ±1',
      '5: 60 ±42, 2 ±1',
    ],
  ]);
  expect(snapshots.map((snapshot) => text(snapshot.allocatedRows))).toEqual([
    ['1: 1000 ±0, 1 ±0'],
    ['2: 100 ±71, 2 ±1', '3: 120 ±85, 2 ±1'],
    ['2: 200 ±100, 4 ±2', '4 Map: 100 ±71, 2 ±1'],
    ['4 arrayBuffer: 300 ±0, 1 ±0', '5: 60 ±42, 2 ±1', '6: 60 ±42, 2 ±1'],
  ]);
  expect(snapshots.map((snapshot) => snapshot.live)).toEqual([
    total([1000, 1, 0, 0]),
    total([1220, 5, 111, 1]), // √(71² + 85²) = 110.8; √(1² + 1²) = 1.4
    total([420, 8, 149, 2]), // √(100² + 85² + 71²) = 149.2; √(2² + 1² + 1²) = 2.4
    total([540, 12, 161, 3], [300, 1, 0, 0]), // √(100² + 85² + 71² + 42² + 42²) = 160.6; √(2² + 4 × 1²) = 2.8
  ]);
});

type Figures = readonly [bytes: number, objects: number, bytesError: number, objectsError: number];

function total(heap: Figures, arrayBuffer: Figures = [0, 0, 0, 0]) {
  const [ofHeap, ofBuffers] = [heap, arrayBuffer].map(
    ([bytes, objects, bytesError, objectsError]) => ({ bytes, objects, bytesError, objectsError }),
  );
  return { heap: ofHeap, arrayBuffer: ofBuffers };
}

test('all types and kinds of a folded trace keep their rows, and join those of the log without a trace', () => {
  const builder = recording()
    .alloc('', 10, { type: 'Map' })
    .alloc('small', 1, { type: 'Map' })
    .alloc('small', 2, { type: 'Set' })
    .alloc('small', 3, { kind: 'arrayBuffer' })
    .alloc('large', 984);
  const { snapshots } = digestOf(builder, { timeIntervalMicros: SECOND, precision: 0.006 });
  expect(text(snapshots[0]!.liveRows)).toEqual([
    '0 arrayBuffer: 3 ±0, 1 ±0',
    '0 Map: 11 ±0, 2 ±0',
    '0 Set: 2 ±0, 1 ±0',
    '2: 984 ±0, 1 ±0',
  ]);
});

test('a precision of 0 folds nothing, not even objects of no bytes; any other folds those first', () => {
  const digest = (precision: number) =>
    digestOf(recording().alloc('empty', 0).alloc('full', 8), { ...EXACT, precision });
  expect(text(digest(0).snapshots[0]!.liveRows)).toEqual(['1: 0 ±0, 1 ±0', '2: 8 ±0, 1 ±0']);
  expect(text(digest(0.001).snapshots[0]!.liveRows)).toEqual(['0: 0 ±0, 1 ±0', '2: 8 ±0, 1 ±0']);
});

test('where V8 sampled the objects of the heap by bytes, the rarer of the two ways weighs them; array buffers go by their band', () => {
  const sampling: Sampling = {
    by: 'bands',
    bands: [
      { belowBytes: 100, probability: 0.001 },
      { belowBytes: 1000, probability: 0.25 },
    ],
    heapIntervalBytes: 1000 / Math.LN2,
  };
  const builder = recording({ sampling })
    .alloc('a', 50) // 1 − 2^(−50 / 1000) = 0.03 is above 0.001: weight 1,000; errors √(1000 × 999) = 999.5 objects of 50 bytes: 49,975
    .alloc('b', 1000) // 1 − 2^−1 is below 1: weight 2; errors √(2 × 1) = 1.4 objects of 1,000 bytes: 1,414
    .alloc('c', 2000) // 1 − 2^−2: weight 4/3; errors √(4/3 × 1/3) = 0.7 objects of 2,000 bytes: 1,333
    .alloc('d', 500, { kind: 'arrayBuffer' }) // 0.25: weight 4; errors √(4 × 3) = 3.5 objects of 500 bytes: 1,732
    .alloc('e', 1000, { kind: 'arrayBuffer' }); // 1
  expect(text(digestOf(builder, EXACT).snapshots[0]!.liveRows)).toEqual([
    '1: 50000 ±49975, 1000 ±999',
    '2: 2000 ±1414, 2 ±1',
    '3: 2667 ±1333, 1 ±1',
    '4 arrayBuffer: 2000 ±1732, 4 ±3',
    '5 arrayBuffer: 1000 ±0, 1 ±0',
  ]);
});

test('figures are rounded row by row before rows are folded', () => {
  // Each event stands for 4/3 objects of one byte: a row says 1, and three of them 3, not 4.
  const sampling: Sampling = { by: 'bands', bands: [{ belowBytes: 2, probability: 0.75 }] };
  const builder = recording({ sampling }).alloc('a', 1).alloc('b', 1).alloc('c', 1).alloc('d', 997);
  const { snapshots } = digestOf(builder, { ...EXACT, precision: 0.1 });
  // Standard error of each, in bytes and in objects: √(4/3 × 1/3) = 0.67, so 1; together √3 = 1.7.
  expect(text(snapshots[0]!.liveRows)).toEqual(['0: 3 ±2, 3 ±2', '4: 997 ±0, 1 ±0']);
  expect(snapshots[0]!.live.heap).toEqual({
    bytes: 1000,
    objects: 4,
    bytesError: 2,
    objectsError: 2,
  });
});

test('what is freed leaves exactly nothing, whatever the weights', () => {
  const samplings = fc.constantFrom<Sampling>(
    { by: 'interval', intervalBytes: 524_288 },
    { by: 'interval', intervalBytes: 1000 / 3 },
    { by: 'bands', bands: [{ belowBytes: 1e6, probability: 0.3 }] },
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(samplings, sizes, fc.infiniteStream(fc.nat()), (sampling, sizes, random) => {
      const builder = recording({ sampling });
      for (const size of sizes) builder.alloc('main', size);
      builder.flush().at(SECOND + 1);
      const live = [...sizes];
      while (live.length > 0) {
        const [size] = live.splice(random.next().value % live.length, 1);
        builder.free('main', size!);
      }
      const { snapshots } = digestOf(builder, EXACT);
      const weighted = sizes.reduce((sum, size) => sum + size * weightOf(sampling, size), 0);
      const { bytes } = snapshots[0]!.live.heap;
      expect(Math.abs(bytes - weighted)).toBeLessThanOrEqual(0.5 + weighted * 1e-12);
      expect(snapshots.at(-1)!.liveRows).toEqual([]);
      expect(snapshots.at(-1)!.live).toEqual(total([0, 0, 0, 0]));
    }),
    { numRuns: 50 },
  );
});

test('what was freed leaves no standard error behind for what comes later', () => {
  const bands = [{ belowBytes: 1e10, probability: 0.3 }];
  const builder = recording({ sampling: { by: 'bands', bands } });
  const sizes = [9_999_999_999, 3_333_333_331, 1_000_000_003, 7];
  for (const size of sizes) builder.alloc('main', size);
  builder.flush().at(SECOND);
  for (const size of sizes) builder.free('main', size);
  const { snapshots } = digestOf(builder.alloc('main', 1e10, { at: 1.5 * SECOND }), EXACT);
  expect(text(snapshots.at(-1)!.liveRows)).toEqual(['1: 10000000000 ±0, 1 ±0']);
});

test('the weight of a sampling interval is 1 / (1 − exp(−size / interval))', () => {
  const sampling: Sampling = { by: 'interval', intervalBytes: 1000 };
  const { snapshots } = digestOf(recording({ sampling }).alloc('main', 100, { times: 10 }), EXACT);
  // p = 1 − e^−0.1 = 0.0951626, so w = 10.50833; bytes 10 × 100 × w = 10508.3,
  // and the errors are √(10 × w × (w − 1)) = √(10 × 99.9167) = 31.6 objects, of 100 bytes: 3160.96.
  expect(text(snapshots[0]!.liveRows)).toEqual(['1: 10508 ±3161, 105 ±32']);
});

test('a weight that is given counts for every event, and is noted', () => {
  const sampling: Sampling = {
    by: 'bands',
    bands: [
      { belowBytes: 64, probability: 0 },
      { belowBytes: 8192, probability: 0.1 },
    ],
  };
  const digest = (weight?: number) => {
    const options = weight === undefined ? EXACT : { ...EXACT, weight };
    return digestOf(recording({ sampling }).alloc('a', 10).alloc('b', 100), options);
  };
  expect(text(digest().snapshots[0]!.liveRows)).toEqual(['2: 1000 ±949, 10 ±9']);
  expect(digest().facts.weight).toBeUndefined();
  expect(text(digest(1).snapshots[0]!.liveRows)).toEqual(['1: 10 ±0, 1 ±0', '2: 100 ±0, 1 ±0']);
  expect(digest(1).facts.weight).toBe(1);
});

test('a log without events has the snapshot of time 0', () => {
  const { facts, snapshots } = digestOf(recording(), EXACT);
  expect(times(snapshots)).toEqual([0]);
  expect(snapshots[0]!.liveRows).toEqual([]);
  expect(facts).toMatchObject({ complete: true, elapsedMicros: 0, damagedBytes: 0 });
});

test.each([
  ['an event', recording().alloc('main', 8, { at: 2.5 * SECOND }), [0, 1, 2, 2.5]],
  [
    'a heap record',
    recording()
      .alloc('main', 8)
      .heap({ timeMicros: 1.5 * SECOND }),
    [0, 1, 1.5],
  ],
  [
    'a mark',
    recording()
      .alloc('main', 8)
      .at(1.25 * SECOND)
      .mark('here'),
    [0, 1, 1.25],
  ],
  [
    'the end block',
    recording()
      .alloc('main', 8)
      .at(1.75 * SECOND)
      .stop(),
    [0, 1, 1.75],
  ],
  ['an event on a multiple', recording().alloc('main', 8, { at: 2 * SECOND }), [0, 1, 2]],
  [
    'an end on a multiple',
    recording()
      .alloc('main', 8)
      .at(1 * SECOND)
      .stop(),
    [0, 1],
  ],
])('the last snapshot is that of the end of the log: %s', (_, builder, expected) => {
  const { facts, snapshots } = digestOf(builder, EXACT);
  expect(times(snapshots)).toEqual(expected);
  expect(facts.elapsedMicros).toBe(expected.at(-1)! * SECOND);
  expect(snapshots.at(-1)!.live.heap.bytes).toBe(8);
});

test('a long stretch without events has all its snapshots', () => {
  const hour = 3600 * SECOND;
  const builder = recording().alloc('main', 8).flush().free('main', 8, { at: hour });
  const { snapshots } = digestOf(builder, EXACT);
  expect(snapshots.length).toBe(3601);
  expect(snapshots.every((snapshot, k) => snapshot.timeMicros === k * SECOND)).toBe(true);
  expect(snapshots.slice(0, 3600).every((snapshot) => snapshot.live.heap.bytes === 8)).toBe(true);
  expect(snapshots[3600]!.live.heap.bytes).toBe(0);
});

test('heap records are counted by the interval that they are in', () => {
  const { snapshots } = digestOf(
    recording()
      .heap({ timeMicros: 0, gcKind: 1, pauseMicros: 5 })
      .heap({ timeMicros: SECOND, gcKind: 4, pauseMicros: 70, usedAfterBytes: 1 })
      .heap({ timeMicros: SECOND + 1, gcKind: 1, pauseMicros: 600, usedAfterBytes: 2 })
      .heap({ timeMicros: SECOND + 2, gcKind: 1, pauseMicros: 1, usedAfterBytes: 3 })
      .heap({ timeMicros: SECOND + 3, gcKind: 0, usedAfterBytes: 4 })
      .alloc('main', 8, { at: 3.5 * SECOND }),
    EXACT,
  );
  expect(
    snapshots.map(({ collections, gcPauseMicros, heap }) => [
      collections,
      gcPauseMicros,
      heap?.usedAfterBytes,
    ]),
  ).toEqual([
    [1, 5, 0],
    [1, 70, 1],
    [2, 601, 4],
    [0, 0, 4],
    [0, 0, 4],
  ]);
});

test('too many snapshots for any disk are refused, and nothing is left behind', () => {
  const builder = recording()
    .alloc('main', 8)
    .flush()
    .alloc('main', 8, { at: 3600 * SECOND });
  const filebase = written(builder.write());
  const files = readdirSync(path.dirname(filebase));
  const log = readFileSync(`${filebase}.hpd`);
  expect(() => digestFile(filebase, { timeIntervalMicros: 10, precision: 0 })).toThrow(
    'A snapshot every 10 µs over 1h 00m makes more than 1000000 of them; ' +
      'give a time interval of at least 0.0036 seconds.',
  );
  expect(readdirSync(path.dirname(filebase))).toEqual(files);
  expect(readFileSync(`${filebase}.hpd`).equals(log)).toBe(true);
  // The interval of the message is enough.
  const digest = digestFile(filebase, { timeIntervalMicros: 36_000, precision: 0 });
  expect(digest.index.length).toBe(100_001);
});

test('a damaged block costs its own events, and its bytes are counted', () => {
  const builder = recording()
    .alloc('main', 1)
    .flush()
    .alloc('main', 20, { at: SECOND })
    .flush()
    .alloc('main', 300, { at: 1.5 * SECOND })
    .flush();
  const { hpd } = builder.pieces();
  const damaged = hpd.map((piece) => Buffer.from(piece));
  damaged[2]![30]! ^= 1;
  const filebase = written(writeFiles({ ...builder.files(), hpd: Buffer.concat(damaged) }));
  const { facts, index } = digestFile(filebase, EXACT);
  expect(facts).toMatchObject({ complete: true, damagedBytes: damaged[2]!.length });
  expect(index.map((entry) => entry.totals.live.heap.bytes)).toEqual([1, 1, 301]);
});

test('frees whose allocations were lost do not count below nothing', () => {
  const { snapshots } = digestOf(
    recording().free('main', 100, { times: 3 }).alloc('other', 5),
    EXACT,
  );
  expect(text(snapshots[0]!.liveRows)).toEqual(['2: 5 ±0, 1 ±0']);
});

test('damaged sizes of version 1 give the largest figures that a digest can hold', () => {
  const largest = { deltaMicros: 0, trace: 1, sizeBytes: Number.MAX_SAFE_INTEGER, isFree: false };
  const filebase = written(
    writeFiles({
      hpm: encodeMetadataV1({
        startSeconds: 1_767_323_045,
        startNanos: 0,
        bands: [],
        traces: [[['a.py', 1]]],
      }),
      hpd: encodeEventsV1([largest, largest, largest]),
    }),
  );
  const [entry] = digestFile(filebase, { ...EXACT, weight: 10, precision: 0.5 }).index;
  expect(entry!.totals.live.heap).toEqual({
    bytes: Number.MAX_SAFE_INTEGER,
    objects: 30,
    bytesError: Number.MAX_SAFE_INTEGER,
    objectsError: 16, // √(3 × 10 × 9) = 16.4
  });
});

test('stopped after any step, a digest has the snapshots up to there', () => {
  const builder = recording();
  for (let k = 0; k < 40; k++) {
    builder.at(k * 300_000).alloc(`main > part${k % 5}`, 100 + k);
    builder.heap({ gcKind: 1, pauseMicros: k });
    if (k % 7 === 0) builder.flush();
  }
  const filebase = written(builder.write());
  const whole = digestFile(filebase, EXACT);
  const family = openFamily(filebase);
  const path = `${filebase}-stopped.hpc`;
  const lengths = new Set<number>();
  for (let stopAfter = 1; ; stopAfter++) {
    const steps = digestSteps(family, path, EXACT);
    let done: boolean | undefined = false;
    for (let k = 0; k < stopAfter && !done; k++) done = steps.next().done;
    if (done) break;
    steps.return(undefined);
    const stopped = openDigest(path);
    lengths.add(stopped.index.length);
    expect(stopped.facts).toEqual({
      ...whole.facts,
      complete: stopped.index.length === whole.index.length,
      elapsedMicros: stopped.index.at(-1)!.totals.timeMicros,
    });
    expect(stopped.index.map((entry) => entry.totals)).toEqual(
      whole.index.slice(0, stopped.index.length).map((entry) => entry.totals),
    );
    stopped.close();
  }
  expect(Math.min(...lengths)).toBe(1);
  expect(lengths.size).toBe(whole.index.length);
});

test('progress rises from step to step up to the whole log', () => {
  const builder = recording();
  for (let k = 0; k < 10; k++) builder.alloc('main', 8, { at: k * SECOND }).flush();
  const filebase = written(builder.write());
  const family = openFamily(filebase);
  const steps = [...digestSteps(family, `${filebase}.hpc`, EXACT)];
  const sizeBytes = readFileSync(`${filebase}.hpd`).length;
  expect(steps.every((step) => step.totalBytes === sizeBytes)).toBe(true);
  for (const key of ['doneBytes', 'elapsedMicros'] as const) {
    const values = steps.map((step) => step[key]);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  }
  expect(steps.at(-1)).toMatchObject({ doneBytes: sizeBytes, elapsedMicros: 9 * SECOND });
});

test('where the progress cannot be told, the digest is given up', () => {
  const filebase = written(recording().alloc('main', 8).write());
  writeFileSync(`${filebase}.hpc`, 'an older one');
  const family = openFamily(filebase);
  // So slow a clock that there is always something to tell.
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
  onTestFinished(() => clock.mockRestore());
  const fail = () => {
    throw new Error('the terminal is gone');
  };
  expect(() => makeDigestSync(digestSteps(family, `${filebase}.hpc`, EXACT), fail)).toThrow(
    'the terminal is gone',
  );
  expect(readFileSync(`${filebase}.hpc`, 'utf8')).toBe('an older one');
  expect(readdirSync(path.dirname(filebase)).length).toBe(3);
});
