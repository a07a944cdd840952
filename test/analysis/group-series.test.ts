import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SUMMARY_BY } from '../../src/analysis/grouping.js';
import { timePlot } from '../../src/analysis/time-plot.js';
import { fakeProfile } from './fake-profile.js';

test('the seven largest on average have a series each, and the rest is one', () => {
  const live = Array.from({ length: 9 }, (_, k) => ({
    trace: 'a',
    bytes: 2 ** (9 - k),
    type: `T${k}`,
  }));
  const profile = fakeProfile([
    { seconds: 0, live: [{ trace: 'a', bytes: 400, type: 'T8' }] },
    { seconds: 9, live },
    { seconds: 10, live: live.slice(1) },
  ]);
  const { by, series } = timePlot(profile, {}, 'type').groups!;
  expect(by).toBe('type');
  // T8 had 400 bytes at the first snapshot, which stands for 4.5 of 10 seconds: more than T1 with 256 for 5.5.
  expect(series.map(({ subject }) => subject?.by === 'type' && subject.type)).toEqual([
    'T0',
    'T8',
    'T1',
    'T2',
    'T3',
    'T4',
    'T5',
    false,
  ]);
  expect(series[0]!.liveBytes).toEqual([0, 512, 0]);
  expect(series[1]!.liveBytes).toEqual([400, 2, 2]);
  expect(series.at(-1)!.liveBytes).toEqual([0, 8 + 4, 8 + 4]);
});

test('without a grouping there are none, and where all have a series there is no rest', () => {
  const profile = fakeProfile([{ seconds: 0, live: [{ trace: 'a', bytes: 1 }] }]);
  expect(timePlot(profile)).not.toHaveProperty('groups');
  expect(timePlot(profile, {}, 'kind').groups).toEqual({
    by: 'kind',
    series: [{ subject: { by: 'kind', kind: 'heap' }, liveBytes: [1] }],
  });
  expect(() => timePlot(profile, {}, 'colour' as 'kind')).toThrow(RangeError);
});

test('the series add up to the total at each point, whatever they are by', () => {
  const row = fc.record({
    trace: fc.constantFrom('', ...Array.from({ length: 12 }, (_, k) => `f${k}:/app/${k}.js:1`)),
    bytes: fc.nat(1000),
    kind: fc.constantFrom('heap' as const, 'arrayBuffer' as const),
  });
  const snapshots = fc.array(fc.array(row), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(snapshots, fc.constantFrom(...SUMMARY_BY), (list, by) => {
      const plot = timePlot(fakeProfile(list.map((live, seconds) => ({ seconds, live }))), {}, by);
      plot.points.forEach(({ liveBytes }, index) => {
        const sum = plot.groups!.series.reduce((total, one) => total + one.liveBytes[index]!, 0);
        expect(sum).toBe(liveBytes);
      });
    }),
  );
});
