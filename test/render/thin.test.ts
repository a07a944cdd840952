import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimePlot } from '../../src/analysis/time-plot.js';
import { thin } from '../../src/render/time-plot/thin.js';

/** A plot whose points have these live bytes; each allocates its index, and a line has half of the bytes. */
function plot(liveBytes: readonly number[]): TimePlot {
  return {
    points: liveBytes.map((bytes, index) => ({
      timeSeconds: index,
      liveBytes: bytes,
      liveBytesError: 0,
      liveBytesByKind: { heap: bytes, arrayBuffer: 0 },
      allocatedBytes: index,
      allocatedBytesError: index,
      collections: 1,
      gcPauseSeconds: 2,
    })),
    lines: [
      {
        label: 'half',
        line: 'a.js:1',
        traceCount: 1,
        liveBytes: liveBytes.map((bytes) => bytes / 2),
        share: liveBytes.map(() => 0.5),
      },
    ],
  };
}

test('a plot with few points stays as it is', () => {
  const few = plot([1, 2, 3, 4]);
  expect(thin(few, 4)).toBe(few);
});

test('first, last, highest and lowest points stay, and sums remain', () => {
  const manyBytes = fc.array(fc.nat(1000), { minLength: 11, maxLength: 300 });
  fc.assert(
    fc.property(manyBytes, (bytes) => {
      const thinned = thin(plot(bytes), 10);
      const { points, lines } = thinned;
      const live = points.map((point) => point.liveBytes);
      expect(points.length).toBeLessThanOrEqual(10);
      expect(points[0]!.timeSeconds).toBe(0);
      expect(points.at(-1)!.timeSeconds).toBe(bytes.length - 1);
      expect(Math.max(...live)).toBe(Math.max(...bytes));
      expect(Math.min(...live)).toBe(Math.min(...bytes));
      const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
      expect(sum(points.map((point) => point.allocatedBytes))).toBe(sum([...bytes.keys()]));
      expect(sum(points.map((point) => point.allocatedBytesError ** 2))).toBeCloseTo(
        sum(Array.from(bytes.keys(), (error) => error ** 2)),
      );
      expect(sum(points.map((point) => point.collections))).toBe(bytes.length);
      expect(sum(points.map((point) => point.gcPauseSeconds))).toBe(bytes.length * 2);
      expect(lines[0]!.liveBytes).toEqual(live.map((value) => value / 2));
    }),
  );
});
