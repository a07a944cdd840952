import { describe, expect, test } from 'vitest';
import { RecordingForecaster } from '../../src/model/recording-forecast.js';
import type { Sampling } from '../../src/model/sampling.js';
import { objects, statisticsOf } from '../support/statistics.js';

const byInterval = (intervalBytes: number): Sampling => ({ by: 'interval', intervalBytes });
const oneIn100: Sampling = { by: 'bands', bands: [{ belowBytes: 1024, probability: 0.01 }] };
const everything: Sampling = { by: 'bands', bands: [] };

describe('the error of a site', () => {
  test('follows from the sizes and their probabilities', () => {
    // 10,000 objects of 100 bytes, one in 100 logged: 100 ± √99 of them.
    const one = new RecordingForecaster(statisticsOf([objects(100, 70)])).of(oneIn100);
    expect(one.error1MB).toBeCloseTo(Math.sqrt(99) / 100, 12);
    expect(one.error10MB).toBeCloseTo(Math.sqrt(99 * 10) / 1000, 12);
  });

  test('is that of a mixture like the program', () => {
    // Half of the bytes are logged in full, and so is half of the site.
    const half = statisticsOf([objects(100, 2048), objects(2048, 100)]);
    expect(new RecordingForecaster(half).of(oneIn100).error1MB).toBeCloseTo(
      Math.sqrt(99 / 2) / 100,
      12,
    );
  });

  test('is none where everything is logged, and infinite where something never is', () => {
    const forecaster = new RecordingForecaster(statisticsOf([objects(100, 70)]));
    expect(forecaster.of(everything).error1MB).toBe(0);
    const never: Sampling = { by: 'bands', bands: [{ belowBytes: 1024, probability: 0 }] };
    expect(forecaster.of(never).error1MB).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('events', () => {
  test('are allocations of both kinds, and the frees of those that die', () => {
    const statistics = statisticsOf([objects(64, 10_000)], {
      sizes: { heap: [objects(64, 10_000)], arrayBuffer: [objects(512, 6000)] },
      collectedBytes: 160_000,
      elapsedMicros: 1e9,
    });
    // 160 samples, and of a quarter of them the frees, in 1,000 seconds less the few milliseconds of counting.
    expect(new RecordingForecaster(statistics).of(oneIn100).eventsPerSecond).toBeCloseTo(0.2, 5);
  });

  test('by interval there is about one allocation for each interval of bytes', () => {
    const statistics = statisticsOf([objects(64, 1_000_000)], { elapsedMicros: 1e9 });
    const { eventsPerSecond } = new RecordingForecaster(statistics).of(byInterval(65_536));
    expect(eventsPerSecond).toBeCloseTo(64e6 / 65_536 / 1000, 2);
  });
});

describe('the overhead', () => {
  const statistics = statisticsOf([objects(64, 1_000_000)]);
  const overhead = (sampling: Sampling, rest = {}) =>
    new RecordingForecaster({ ...statistics, ...rest }).overhead(sampling);

  test('is a share of the CPU time of the program without the counting', () => {
    const anyway = overhead(byInterval(1e12));
    const usual = overhead(oneIn100) - anyway;
    const longer = overhead(oneIn100, { cpuMicros: 2e6 }) - anyway;
    // The counting took the same part of both.
    expect(longer).toBeLessThan(usual / 2);
    expect(longer).toBeGreaterThan(usual / 2.5);
  });

  test('of hardly any samples is small even if the program does nothing', () => {
    const idle = { cpuMicros: 1000, elapsedMicros: 1e8, sizes: { heap: [], arrayBuffer: [] } };
    expect(overhead(oneIn100, idle)).toBeLessThan(0.02);
  });

  test('grows with the samples', () => {
    expect(overhead(byInterval(8192))).toBeGreaterThan(2 * overhead(byInterval(65_536)));
  });

  test('is more where stacks are deep, always new, or the machine is slow', () => {
    const { stacks } = statistics;
    const allNew = stacks.thinnings.map(({ samples }) => ({
      samples,
      newToCache: samples,
      newEver: samples,
    }));
    const usual = overhead(byInterval(8192));
    const of = (change: object) => overhead(byInterval(8192), { stacks: { ...stacks, ...change } });
    expect(of({ frames: 100, walkMicros: 5.75 })).toBeGreaterThan(usual);
    expect(of({ thinnings: allNew })).toBeGreaterThan(usual);
    expect(of({ walkMicros: 2.7 })).toBeGreaterThan(usual);
  });

  test('of a program whose stacks were never seen is a number', () => {
    const none = { walks: 0, walkMicros: 0, frames: 0, thinnings: [] };
    expect(overhead(byInterval(8192), { stacks: none })).toBeGreaterThan(0);
  });
});

describe('the files', () => {
  test('grow with time, and their traces slower than their events', () => {
    const forecaster = new RecordingForecaster(statisticsOf([objects(64, 1_000_000)]));
    const second = forecaster.fileBytes(oneIn100, 1);
    const hour = forecaster.fileBytes(oneIn100, 3600);
    expect(hour).toBeGreaterThan(second * 1000);
    expect(hour).toBeLessThan(second * 3600);
    expect(forecaster.of(oneIn100).fileBytesPerHour).toBe(hour);
  });
});
