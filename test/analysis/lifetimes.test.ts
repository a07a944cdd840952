import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LifetimeOptions, Lifetimes } from '../../src/analysis/lifetimes.js';
import { Survival } from '../../src/analysis/survival.js';
import { decodeAge, encodeAge } from '../../src/format/age-code.js';
import { read } from '../../src/read.js';
import { type RecordingBuilder, recording } from '../support/recording.js';
import { exponential, simulate } from '../support/simulated.js';

const SECOND = 1e6;
const MAKE = 'main:/app/main.js:1 > make:/app/make.js:10';
const KEEP = 'main:/app/main.js:1 > keep:/app/keep.js:20';

function lifetimesOf(builder: RecordingBuilder, options?: LifetimeOptions): Lifetimes {
  const { filebase, cleanup } = builder.write();
  try {
    using reader = read(filebase, { timeInterval: 1 });
    return reader.lifetimes(options);
  } finally {
    cleanup();
  }
}

describe('the example worked out by hand', () => {
  // Ten objects at 0 s: collections at 1, 2 and 4 s free six, two and none of them. One more comes after the last collection.
  const builder = recording()
    .alloc(MAKE, 100, { times: 10 })
    .free(MAKE, 100, { at: SECOND, times: 6, age: SECOND, survived: 0 })
    .heap({ gcKind: 1 })
    .free(MAKE, 100, { at: 2 * SECOND, times: 2, age: 2 * SECOND, survived: 1 })
    .heap({ gcKind: 4 })
    .at(4 * SECOND)
    .heap({ gcKind: 4 })
    .alloc(MAKE, 100, { at: 5 * SECOND })
    .alloc(KEEP, 7)
    .at(6 * SECOND)
    .stop();
  const { rows } = lifetimesOf(builder);

  test('the line that allocates most is the first', () => {
    expect(rows.map(({ allocatedBytes }) => allocatedBytes)).toEqual([1100, 7]);
    expect(rows[0]!.subject).toMatchObject({ by: 'line', frame: { line: 10 } });
  });

  test('of ten objects that met a collection six died in their first', () => {
    expect(rows[0]).toMatchObject({
      allocatedObjects: 11,
      firstCollectionShare: 0.6,
      firstCollectionShareError: Math.sqrt((0.6 * 0.4) / 10),
    });
  });

  test('half of them lived for a second: the late one, which lived as long and was not collected, counts until then', () => {
    const { seconds, lowSeconds, highSeconds } = rows[0]!.halfLife!;
    // A second is in a class of ages from 0.92 to 1.05 s, and two seconds, which may be as well, in one from 1.84 s.
    expect(seconds).toBeGreaterThan(0.917);
    expect(seconds).toBeLessThan(1.049);
    expect(lowSeconds).toBeLessThanOrEqual(seconds);
    expect(highSeconds).toBeGreaterThan(1.835);
  });

  test('three of them are live at the end', () => {
    expect(rows[0]).toMatchObject({
      survivorObjects: 3,
      survivorBytes: 300,
      survivorBytesError: 0,
    });
  });

  test('what is all there has no half-life, and what no collection came after no share', () => {
    expect(rows[1]).not.toHaveProperty('halfLife');
    expect(rows[1]).not.toHaveProperty('firstCollectionShare');
  });
});

test('samples stand for many, and say how uncertain that is', () => {
  const sampling = { by: 'bands', bands: [{ belowBytes: 128, probability: 0.01 }] } as const;
  const [row] = lifetimesOf(recording({ sampling }).alloc(MAKE, 100, { times: 4 })).rows;
  expect(row).toMatchObject({
    allocatedObjects: 400,
    allocatedBytes: 40_000,
    survivorBytes: 40_000,
    // Four samples of 100 bytes and the weight 100: the root of 4 × 100² × 100 × 99.
    survivorBytesError: Math.sqrt(4 * 100 ** 2 * 100 * 99),
  });
});

test('types are told apart', () => {
  const builder = recording().alloc(MAKE, 100, { type: 'Map' }).alloc(MAKE, 50, { type: 'Set' });
  expect(lifetimesOf(builder, { by: 'type' }).rows.map(({ subject }) => subject)).toEqual([
    { by: 'type', type: 'Map', kind: 'heap' },
    { by: 'type', type: 'Set', kind: 'heap' },
  ]);
});

test('half-lives of objects that die at random are right, though many of them outlive the recording', () => {
  let within = 0;
  const seeds = Array.from({ length: 30 }, (_, k) => k + 1);
  for (const seed of seeds) {
    const mean = 20;
    const line = { trace: MAKE, sizeBytes: 100, perSecond: 20, lifetime: exponential(mean) };
    const [row] = lifetimesOf(
      simulate([line], { seconds: 30, collectEverySeconds: 0.1, seed }),
    ).rows;
    const { seconds, lowSeconds, highSeconds } = row!.halfLife!;
    const truth = mean * Math.LN2;
    if (lowSeconds <= truth && truth <= highSeconds!) within += 1;
    expect(Math.abs(seconds / truth - 1), `seed ${seed}`).toBeLessThan(0.4);
  }
  // Two of three, give or take; the median of those that died, 7 s, would never be.
  expect(within).toBeGreaterThanOrEqual(14);
  expect(within).toBeLessThanOrEqual(27);
});

test('the estimate is that of Kaplan and Meier, worked out object by object', () => {
  const object = fc.record({
    watched: fc.integer({ min: 0, max: 4000 }),
    dies: fc.boolean(),
    age: fc.nat(4000),
  });
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 40 }), (objects) => {
      const survival = new Survival();
      const times = objects.map(({ watched, dies, age }) => {
        const dead = dies && age <= watched;
        survival.allocated(watched, 3);
        if (dead) survival.died(encodeAge(age), watched, 3);
        return { dead, start: classStart(dead ? age : watched) };
      });
      let share = 1;
      let crossing: number | undefined;
      for (const start of [...new Set(times.map((time) => time.start))].sort((a, b) => a - b)) {
        const atRisk = times.filter((time) => time.start >= start).length;
        share *= 1 - times.filter((time) => time.dead && time.start === start).length / atRisk;
        if (share <= 0.5 + 1e-12 && crossing === undefined) crossing = start;
      }
      const halfLife = survival.halfLife();
      if (crossing === undefined) expect(halfLife).toBeUndefined();
      else expect(classStart(halfLife!.seconds * 1e6 * (1 - 1e-9))).toBeLessThanOrEqual(crossing);
      if (crossing !== undefined) expect(halfLife!.seconds * 1e6).toBeGreaterThanOrEqual(crossing);
    }),
  );
});

/** Least age of the class of two codes that an age is in. */
function classStart(micros: number): number {
  return decodeAge(encodeAge(micros) & ~1);
}
