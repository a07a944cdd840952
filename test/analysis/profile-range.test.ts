import { expect, test } from 'vitest';
import { rangeOfPeriod } from '../../src/analysis/call-tree/profile-range.js';

test.each([
  [{}, [0, 60]],
  [{ period: 10 }, [50, 60]],
  [{ period: 100 }, [0, 60]],
  [{ startTime: 5, period: 10 }, [5, 15]],
  [{ endTime: 30, period: 10 }, [20, 30]],
  [{ startTime: 5, endTime: 30 }, [5, 30]],
])('%j of a recording of 60 seconds is %j', (range, [from, to]) => {
  expect(rangeOfPeriod(range, 60)).toEqual({ from, to });
});

test.each([
  { startTime: 1 },
  { endTime: 1 },
  { startTime: 1, endTime: 2, period: 1 },
  { period: -1 },
  { period: Number.NaN },
])('%j is refused', (range) => {
  expect(() => rangeOfPeriod(range, 60)).toThrow(RangeError);
});
