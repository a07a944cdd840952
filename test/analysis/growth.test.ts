import { expect, test } from 'vitest';
import { growthOver } from '../../src/analysis/growth.js';
import { topLines } from '../../src/analysis/top-lines.js';
import type { MemoryEvent } from '../../src/model/event.js';
import { fakeProfile } from './fake-profile.js';

const EVERYTHING = { by: 'bands', bands: [] } as const;
const ONE_IN_TEN = { by: 'bands', bands: [{ belowBytes: 1000, probability: 0.1 }] } as const;

function event(
  timeMicros: number,
  operation: MemoryEvent['operation'],
  sizeBytes: number,
  more: Partial<MemoryEvent> = {},
): MemoryEvent {
  return { timeMicros, operation, trace: 1, sizeBytes, kind: 'heap', type: '', ...more };
}

test('growth a step is what the steps allocated and is live at the end', () => {
  const events = [
    event(5, 'allocation', 1000), // before the first step
    event(10, 'allocation', 100), // at its beginning: likewise
    event(11, 'allocation', 200),
    event(15, 'free', 1000, { ageMicros: 10 }),
    event(20, 'allocation', 100, { trace: 2 }),
    event(30, 'allocation', 400),
    event(35, 'allocation', 5000), // after the last step: may yet be freed
    event(40, 'free', 100, { trace: 2, ageMicros: 20 }),
    event(41, 'free', 400, { ageMicros: 11 }), // after the end
  ];
  const growth = growthOver(events, EVERYTHING, [10, 20, 30, 40]);
  // Steps of 200 and 400 bytes: their deviation is 100 * sqrt(2), and that of their mean 100.
  expect(growth.perStep.value).toBe(300);
  expect(growth.perStep.error).toBeCloseTo(100, 12);
  expect([...growth.byTrace]).toEqual([
    [1, { value: 600, error: 0 }],
    [2, { value: 0, error: 0 }],
  ]);
});

test('events count with their weights; what comes and goes leaves no error', () => {
  const events = [
    event(12, 'allocation', 100),
    event(13, 'allocation', 100),
    event(19, 'free', 100, { ageMicros: 6 }),
    event(25, 'allocation', 100),
  ];
  const { perStep, byTrace } = growthOver(events, ONE_IN_TEN, [10, 20, 30, 40]);
  expect(perStep).toEqual({ value: 1000, error: 0 });
  // Two objects of 100 bytes that stand for ten each: 2 * 100² * 10 * 9.
  expect(byTrace.get(1)).toEqual({ value: 2000, error: Math.sqrt(1_800_000) });
});

test('one step that leaves much is no growth, however much it is', () => {
  const times = Array.from({ length: 22 }, (_, k) => k * 10);
  const once = growthOver([event(55, 'allocation', 1e9)], EVERYTHING, times).perStep;
  expect(once.value / once.error).toBeCloseTo(1, 6);
  const steady = times.slice(1).map((time) => event(time - 5, 'allocation', 100));
  expect(growthOver(steady, EVERYTHING, times).perStep).toEqual({ value: 100, error: 0 });
});

test('the largest lines are told, and none that sampling alone can explain', () => {
  const traces = ['main:/app/m.js:1 > a:/app/a.js:1', 'a:/app/a.js:1', 'b', 'c', 'd'];
  const profile = fakeProfile([{ seconds: 0, live: traces.map((trace) => ({ trace, bytes: 1 })) }]);
  const bytes = [
    [1, { value: 10, error: 3 }],
    [2, { value: 20, error: 4 }],
    [3, { value: 100, error: 60 }],
    [4, { value: 5, error: 0 }],
    [5, { value: 4, error: 0 }],
  ] as const;
  expect(topLines(bytes, profile, 2)).toEqual([
    { label: 'a (/app/a.js:1)', value: 30, error: 5 },
    { label: 'c', value: 5, error: 0 },
  ]);
});
