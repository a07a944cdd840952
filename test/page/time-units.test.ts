import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimePlotPoint } from '../../src/analysis/time-plot.js';
import {
  mergedPoints,
  nearestPoint,
  seriesHeights,
  usualSeries,
} from '../../src/page/time-line/series.js';
import { marksAndSpans } from '../../src/page/time-line/spans.js';
import { timeText } from '../../src/page/time-line/time-axis.js';
import {
  isWhole,
  leastSpan,
  moved,
  withinWhole,
  zoomed,
} from '../../src/page/time-line/time-view.js';

const point = (timeSeconds: number, others: Partial<TimePlotPoint> = {}): TimePlotPoint => ({
  timeSeconds,
  liveBytes: 0,
  liveBytesError: 0,
  liveBytesByKind: { heap: 0, arrayBuffer: 0 },
  allocatedBytes: 0,
  allocatedBytesError: 0,
  collections: 0,
  gcPauseSeconds: 0,
  ...others,
});

test.each([
  [0, 1, '0'],
  [12, 1, '12s'],
  [72, 2, '1m 12s'],
  [120, 5, '2m 00s'],
  [120, 60, '2m'],
  [11_220, 60, '3h 07m'],
  [11_232, 1, '3h 07m 12s'],
  [7200, 3600, '2h'],
  [90_000, 3600, '1d 01h'],
  [86_400, 86_400, '1d'],
  [12.346, 0.01, '12.35s'],
  [61.5, 0.5, '1m 01.5s'],
  [0.25, 0.05, '0.25s'],
  [59.99, 0.1, '1m 00.0s'],
])('%d seconds to a step of %d are %s', (seconds, step, text) => {
  expect(timeText(seconds, step)).toBe(text);
});

const whole = { from: 0, to: 86_400 };
const seconds = fc.double({ min: -1e6, max: 1e6, noNaN: true });

test('whatever is asked for, what is seen lies within the recording and is a second long at least', () => {
  fc.assert(
    fc.property(
      seconds,
      seconds,
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      (a, b, factor) => {
        const start = withinWhole({ from: Math.min(a, b), to: Math.max(a, b) }, whole);
        for (const view of [start, zoomed(start, a, factor, whole), moved(start, b, whole)]) {
          expect(view.from).toBeGreaterThanOrEqual(0);
          expect(view.to).toBeLessThanOrEqual(86_400 + 1e-6);
          expect(view.to - view.from).toBeGreaterThanOrEqual(1 - 1e-6);
        }
      },
    ),
  );
});

test('a zoom leaves the time that it is about where it is', () => {
  const view = { from: 1000, to: 2000 };
  expect(zoomed(view, 1250, 0.5, whole)).toEqual({ from: 1125, to: 1625 });
  expect(zoomed(view, 1250, 2, whole)).toEqual({ from: 750, to: 2750 });
  expect(isWhole(zoomed(view, 1250, 1000, whole), whole)).toBe(true);
});

test('of a short recording a hundredth can be seen, and of an empty one all', () => {
  expect(leastSpan({ from: 0, to: 5 })).toBe(0.05);
  expect(withinWhole({ from: 3, to: 9 }, { from: 0, to: 0 })).toEqual({ from: 0, to: 0 });
});

test('the nearest point is found, the earlier of two', () => {
  const points = [point(0), point(10), point(20)];
  expect([-5, 4, 5, 6, 14, 99].map((at) => nearestPoint(points, at))).toEqual([0, 0, 0, 1, 1, 2]);
});

test('finer points take the place of those that they cover', () => {
  const report = [0, 10, 20, 30].map((at) => point(at));
  const finer = [10, 12, 14, 19].map((at) => point(at));
  expect(mergedPoints(report, finer).map(({ timeSeconds }) => timeSeconds)).toEqual([
    0, 10, 12, 14, 19, 20, 30,
  ]);
  expect(mergedPoints(report, [])).toBe(report);
});

test('a capacity that is far above all else is not shown at first, nor what nothing is known of', () => {
  const used = { usedHeapBytes: 100, liveBytesByKind: { heap: 90, arrayBuffer: 0 } };
  expect(usualSeries([point(0, { ...used, heapLimitBytes: 400 })])).toEqual([
    'heap',
    'used',
    'capacity',
  ]);
  expect(usualSeries([point(0, { ...used, heapLimitBytes: 401 })])).toEqual(['heap', 'used']);
});

test('spans are paired by recording, number and name, and lie in rows that do not overlap', () => {
  const mark = (
    timeSeconds: number,
    operation: 'mark' | 'begin' | 'end',
    name: string,
    spanId = 0,
    member = 0,
  ) => ({ timeSeconds, operation, name, spanId, member });
  const { marks, spans } = marksAndSpans(
    [
      mark(0, 'end', 'of before', 9),
      mark(1, 'begin', 'request', 1),
      mark(2, 'begin', 'request', 2),
      mark(3, 'mark', 'now'),
      mark(4, 'end', 'request', 1),
      mark(5, 'begin', 'request', 1, 1),
      mark(6, 'end', 'request', 2),
    ],
    10,
  );
  expect(marks).toEqual([{ name: 'now', at: 3 }]);
  expect(spans).toEqual([
    { name: 'request', from: 1, to: 4, row: 0 },
    { name: 'request', from: 2, to: 6, row: 1 },
    { name: 'request', from: 5, to: 10, row: 0 },
  ]);
});

test('array buffers stand upon the objects where those are shown; what is not known is left out', () => {
  const points = [
    point(0, { liveBytesByKind: { heap: 70, arrayBuffer: 30 } }),
    point(5, { liveBytesByKind: { heap: 60, arrayBuffer: 10 }, usedHeapBytes: 65 }),
  ];
  const [times, buffers, heap, used] = seriesHeights(points, new Set(['heap', 'buffers']));
  expect({ times, buffers, heap, used }).toEqual({
    times: [0, 5],
    buffers: [100, 70],
    heap: [70, 60],
    used: [null, 65],
  });
  expect(seriesHeights(points, new Set(['buffers']))[1]).toEqual([30, 10]);
});
