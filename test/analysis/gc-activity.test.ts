import { expect, test } from 'vitest';
import { type GcActivity, gcActivity } from '../../src/analysis/gc-activity.js';
import { gcTable, pauseClass } from '../../src/analysis/gc-table.js';
import { read } from '../../src/read.js';
import { recording } from '../support/recording.js';

const SECOND = 1_000_000;

/** Two scavenges in the first second, one that ends with it, a mark-compact in the third; a record between collections counts for none. */
function activityOf(options: { from?: number; to?: number; at?: number }): GcActivity {
  const { filebase, cleanup } = recording()
    .alloc('main:app.js:1', 100)
    .heap({
      timeMicros: 200_000,
      gcKind: 1,
      pauseMicros: 1000,
      usedBeforeBytes: 900,
      usedAfterBytes: 300,
    })
    .heap({ timeMicros: 300_000, gcKind: 0, usedAfterBytes: 400 })
    .heap({
      timeMicros: SECOND,
      gcKind: 1,
      pauseMicros: 3000,
      usedBeforeBytes: 1100,
      usedAfterBytes: 500,
    })
    .heap({
      timeMicros: 2.5 * SECOND,
      gcKind: 4,
      pauseMicros: 50_000,
      usedBeforeBytes: 800,
      usedAfterBytes: 200,
    })
    .at(4 * SECOND)
    .stop()
    .write();
  try {
    using reader = read(filebase, { timeInterval: 1 });
    return gcActivity(reader.totals, gcTable(reader), options, [
      { startSeconds: 0, elapsedSeconds: 4 },
    ]);
  } finally {
    cleanup();
  }
}

test('collections are added up by kind, those with the longest pauses first', () => {
  expect(activityOf({ from: 0 })).toMatchObject({
    fromSeconds: 0,
    toSeconds: 4,
    total: { collections: 3, pauseSeconds: 0.054, pauseShare: 0.0135 },
    kinds: [
      {
        gcKind: 4,
        collections: 1,
        pauseSeconds: 0.05,
        meanUsedBeforeBytes: 800,
        meanUsedAfterBytes: 200,
      },
      {
        gcKind: 1,
        collections: 2,
        pauseSeconds: 0.004,
        meanUsedBeforeBytes: 1000,
        meanUsedAfterBytes: 400,
      },
    ],
    threads: [{ member: 0, collections: 3 }],
    longest: [{ pauseMicros: 50_000 }, { pauseMicros: 3000 }, { pauseMicros: 1000 }],
  });
});

test('a range has the collections after its start, up to its end', () => {
  const { total, longest } = activityOf({ from: 1, to: 3 });
  expect(total).toMatchObject({ collections: 1, pauseShare: 0.025 });
  expect(longest).toMatchObject([{ timeSeconds: 2.5, gcKind: 4 }]);
});

test('collections after the last snapshot of a digest that ends earlier count for none', () => {
  const builder = recording().alloc('main:app.js:1', 100);
  for (const timeMicros of [0.5 * SECOND, 1.5 * SECOND, 2.5 * SECOND]) {
    builder.heap({ timeMicros, gcKind: 1, pauseMicros: 1000 });
  }
  const { filebase, cleanup } = builder
    .at(4 * SECOND)
    .stop()
    .write();
  try {
    using reader = read(filebase, { timeInterval: 1 });
    using part = reader.withPrivateDigest({ fromMicros: 0, toMicros: 2 * SECOND });
    part.makeDigestSync({ timeInterval: 1 });
    const { stretches } = gcTable(part);
    expect(part.totals.map(({ collections }) => collections)).toEqual([0, 1, 1]);
    expect(stretches.map(({ sums }) => sums[0]?.collections ?? 0)).toEqual([0, 1, 1]);
  } finally {
    cleanup();
  }
});

test('an instant has all collections up to it', () => {
  expect(activityOf({ at: 1 }).total).toMatchObject({ collections: 2, pauseSeconds: 0.004 });
});

test('a range without any has zeros', () => {
  expect(activityOf({ from: 3, to: 4 })).toMatchObject({
    total: {
      collections: 0,
      pauseSeconds: 0,
      pauseShare: 0,
      meanUsedBeforeBytes: 0,
      pauseClasses: [],
    },
    kinds: [],
    longest: [],
  });
});

test('pauses are told apart by powers of two', () => {
  // 1,000 is from 2^9 on, 3,000 from 2^11, 50,000 from 2^15.
  const { pauseClasses } = activityOf({ from: 0 }).total;
  expect(pauseClasses.flatMap((count, k) => (count > 0 ? [[k, count]] : []))).toEqual([
    [9, 1],
    [11, 1],
    [15, 1],
  ]);
  expect([0, 1, 2, 3, 4, 1023, 1024].map(pauseClass)).toEqual([0, 0, 1, 1, 2, 9, 10]);
});
