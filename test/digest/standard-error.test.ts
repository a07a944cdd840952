import { expect, test } from 'vitest';
import { type Sampling, weightOf } from '../../src/model/sampling.js';
import { digestOf } from '../support/digest.js';
import { randomNumbers } from '../support/mutations.js';
import { recording } from '../support/recording.js';

const TRACES = 400;
/** Of each trace: so many objects of so many bytes are allocated, and every other one is freed. */
const OBJECTS = [
  { sizeBytes: 40, count: 800 },
  { sizeBytes: 100, count: 400 },
  { sizeBytes: 2000, count: 60 },
];
const KEPT = 1 / 2;

const SAMPLINGS: Sampling[] = [
  {
    by: 'bands',
    bands: [
      { belowBytes: 64, probability: 0.5 },
      { belowBytes: 1024, probability: 0.25 },
    ],
  },
  { by: 'interval', intervalBytes: 1000 },
];

test.each(SAMPLINGS)(
  'the standard errors that are reported are those of the sampling: $by',
  (sampling) => {
    const random = randomNumbers(20);
    const builder = recording({ sampling });
    for (let trace = 0; trace < TRACES; trace++) {
      for (const { sizeBytes, count } of OBJECTS) {
        const probability = 1 / weightOf(sampling, sizeBytes, 'heap');
        for (let k = 0; k < count; k++) {
          if (random(2 ** 30) >= probability * 2 ** 30) continue;
          builder.alloc(`f${trace}`, sizeBytes);
          if (k % 2 === 0) builder.free(`f${trace}`, sizeBytes);
        }
      }
    }
    const [snapshot] = digestOf(builder, { timeIntervalMicros: 1e6, precision: 0 }).snapshots;
    const sum = (valueIn: (objects: (typeof OBJECTS)[0]) => number) =>
      OBJECTS.reduce((total, objects) => total + valueIn(objects), 0);
    const bytes = sum(({ sizeBytes, count }) => sizeBytes * count);
    const objects = sum(({ count }) => count);
    for (const [rows, share] of [
      [snapshot!.allocatedRows, 1],
      [snapshot!.liveRows, KEPT],
    ] as const) {
      expect(rows.length).toBe(TRACES);
      expectErrors(rows.map((row) => (row.bytes - share * bytes) / row.bytesError));
      expectErrors(rows.map((row) => (row.objects - share * objects) / row.objectsError));
    }
  },
);

/** @param deviations of estimates from the truth, in their standard errors */
function expectErrors(deviations: readonly number[]): void {
  const square = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0) / TRACES;
  // The mean of 400 squares is itself off by root(2 / 400) = 0.07.
  expect(Math.abs(square - 1), String(square)).toBeLessThan(0.25);
  const within = deviations.filter((deviation) => Math.abs(deviation) <= 2).length / TRACES;
  // 95.4 % of a normal distribution, give or take root(0.954 × 0.046 / 400) = 1 %.
  expect(Math.abs(within - 0.954), String(within)).toBeLessThan(0.035);
}
