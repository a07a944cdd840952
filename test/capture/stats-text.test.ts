import { expect, test } from 'vitest';
import type { StatsReport } from '../../src/capture/stats-report.js';
import { statsText } from '../../src/capture/stats-text.js';

const report: StatsReport = {
  elapsedSeconds: 65,
  cpuSeconds: 12.5,
  heap: {
    count: 1_234_600,
    bytes: 42_000_000,
    ranges: [
      { fromBytes: 16, belowBytes: 32, count: 1_234_567, bytes: 31_500_000, share: 0.75 },
      { fromBytes: 262_144, belowBytes: 524_288, count: 33, bytes: 10_500_000, share: 0.25 },
    ],
    classes: [],
  },
  arrayBuffer: { count: 0, bytes: 0, ranges: [], classes: [] },
  overhead: 0.05,
  advice: {
    bands: {
      sampling: {
        by: 'bands',
        bands: [
          { belowBytes: 64, probability: 0.00002 },
          { belowBytes: 8192, probability: 0.05 },
        ],
      },
      overhead: 0.0487,
      eventsPerSecond: 1249.6,
      fileBytesPerHour: 64_000_000,
      error1MB: 0.357,
      error10MB: 0.113,
    },
    interval: undefined,
  },
};

test('a report has the sizes of both kinds, and the advice with what to expect of it', () => {
  expect(statsText(report)).toBe(`-------------------------------------------
HEAP USAGE SUMMARY
JavaScript objects: 1,234,600, 40.1 MiB
             Size      Count       Bytes   Share
          16 - 31  1,234,567  31,500,000  75.0 %
  262144 - 524287         33  10,500,000  25.0 %

Array buffers: none

Counted in 1m 05s, 12.50 s of CPU time.

To record for up to 5.0 % of the program's own CPU time, sample with one of these:
  (1) --sample '{"64": 0.00002, "8192": 0.05}'
       Overhead  Events/s  Files/hour  Error of 1 MB  of 10 MB
  (1)     4.9 %     1,250    61.0 MiB        ±35.7 %   ±11.3 %
`);
});

test('a report says so where no recording fits the budget', () => {
  const none = { ...report, overhead: 0.001, advice: { bands: undefined, interval: undefined } };
  expect(statsText(none)).toContain(
    "\nNo recording costs as little as 0.1 % of the program's own CPU time; try a larger overhead.\n",
  );
});
