import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SUMMARY_BY } from '../../src/analysis/grouping.js';
import { heapSummary } from '../../src/analysis/summary.js';
import type { ProcessFacts } from '../../src/model/recording.js';
import { heapRecord } from '../support/heap-record.js';
import { FACTS, fakeProfile, type SnapshotText } from './fake-profile.js';

const CACHE = 'main:/app/main.js:1 > put:/app/cache.js:10';
const PARSE = 'main:/app/main.js:1 > parse:/app/parser.js:20';
const BUFFER = 'main:/app/main.js:1 > parse:/app/parser.js:21 > from:node:buffer:300';
const STARTUP = 'load:node:internal/modules:5';

/*
 * Two traces over four snapshots; the last one follows half a second after the third.
 *
 *   seconds     0     1     2    2.5      weights over 2.5 s: 0.5, 1, 0.75, 0.25 → 0.2, 0.4, 0.3, 0.1
 *   CACHE       0   100   200    400      average 0·0.2 + 100·0.4 + 200·0.3 + 400·0.1 = 140
 *   PARSE       0    50     0      0      average 50·0.4 = 20
 */
const SNAPSHOTS: SnapshotText[] = [
  { seconds: 0, allocated: [{ trace: STARTUP, bytes: 5 }] },
  {
    seconds: 1,
    live: [
      { trace: CACHE, bytes: 100, objects: 10, error: 10, objectsError: 1 },
      { trace: PARSE, bytes: 50, objects: 5 },
    ],
    allocated: [
      { trace: CACHE, bytes: 100, objects: 10 },
      { trace: PARSE, bytes: 950, objects: 95 },
    ],
  },
  {
    seconds: 2,
    live: [{ trace: CACHE, bytes: 200, objects: 20, error: 20, objectsError: 2 }],
    allocated: [
      { trace: CACHE, bytes: 100, objects: 10, error: 30, objectsError: 3 },
      { trace: PARSE, bytes: 40, objects: 4 },
    ],
  },
  {
    seconds: 2.5,
    live: [{ trace: CACHE, bytes: 400, objects: 40, error: 60, objectsError: 6 }],
    allocated: [{ trace: CACHE, bytes: 200, objects: 20, error: 40, objectsError: 4 }],
  },
];

describe('the example worked out by hand', () => {
  const summary = heapSummary(fakeProfile(SNAPSHOTS), { by: 'trace' });

  test('averages go by time, peaks are the highest snapshot', () => {
    expect(summary.rows[0]).toMatchObject({
      subject: { by: 'trace', trace: 2 },
      averageBytes: 140,
      averageBytesError: 10 * 0.4 + 20 * 0.3 + 60 * 0.1,
      peakBytes: 400,
      peakBytesError: 60,
      peakSeconds: 2.5,
      averageObjects: 14,
      averageObjectsError: 1 * 0.4 + 2 * 0.3 + 6 * 0.1,
      allocatedBytes: 400,
      allocatedBytesError: 50,
      allocatedObjects: 40,
      allocatedObjectsError: 5,
    });
    expect(summary.rows[1]).toMatchObject({ averageBytes: 20, peakBytes: 50, peakSeconds: 1 });
  });

  test('rows come with their frames, the largest average first, and a share of the total', () => {
    expect(summary.rows.map((row) => row.share)).toEqual([140 / 160, 20 / 160]);
    expect(summary.rows[0]!.subject).toMatchObject({
      frames: [{ functionName: 'main' }, { functionName: 'put', file: '/app/cache.js', line: 10 }],
    });
  });

  test('the total has its own peak, and what was allocated at time 0 belongs to the whole range', () => {
    expect(summary).toMatchObject({
      fromSeconds: 0,
      toSeconds: 2.5,
      snapshotCount: 4,
      total: { averageBytes: 160, peakBytes: 400, peakSeconds: 2.5, allocatedBytes: 1395 },
    });
  });

  test('a trace of which nothing was live is below the threshold, and counted', () => {
    expect(summary.unlisted).toMatchObject({ rowCount: 1, averageBytes: 0, allocatedBytes: 5 });
  });
});

describe('a range of time', () => {
  const summary = (from?: number, to?: number) =>
    heapSummary(fakeProfile(SNAPSHOTS), {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      threshold: 0,
    });

  test('counts allocations after its first snapshot, up to its last', () => {
    expect(summary(1, 2).total.allocatedBytes).toBe(140);
  });

  test('is rounded down to snapshots at both ends', () => {
    expect(summary(1.9, 2.4)).toMatchObject({ fromSeconds: 1, toSeconds: 2, snapshotCount: 2 });
  });

  test('of one instant is the snapshot at that time', () => {
    expect(summary(2, 2)).toMatchObject({
      snapshotCount: 1,
      total: { averageBytes: 200, averageBytesError: 20, peakBytes: 200, allocatedBytes: 0 },
    });
  });

  test('finds every snapshot by its own time, however that rounds', () => {
    const times = Array.from({ length: 1000 }, (_, k) => ({ seconds: (k * 1001) / 1e6 }));
    const profile = fakeProfile(times);
    for (const { seconds } of times) {
      expect(heapSummary(profile, { from: seconds, to: seconds }).fromSeconds).toBe(seconds);
    }
  });

  test.each([
    [2, 1, /starts at 2 s, after its end at 1 s/],
    [-1, 1, /from 0 on/],
    [Number.NaN, 1, /from 0 on/],
  ])('from %d to %d is refused', (from, to, message) => {
    expect(() => summary(from, to)).toThrow(message);
  });
});

describe('by line', () => {
  const rows = (live: SnapshotText['live']) =>
    heapSummary(fakeProfile([{ seconds: 0, live: live! }]), { by: 'line', threshold: 0 }).rows.map(
      ({ subject, averageBytes }) => {
        if (subject.by !== 'line') throw new Error(`a row by ${subject.by}`);
        const callers = subject.callers.map(({ frame, share }) => [frame.functionName, share]);
        return [
          subject.frame && `${subject.frame.file}:${subject.frame.line}`,
          averageBytes,
          callers,
        ];
      },
    );
  const put = (...callers: string[]) => [...callers, 'put:/app/cache.js:10'].join(' > ');

  test('traces that end at one line are one row, with the callers of most of its bytes', () => {
    const main = 'main:/app/main.js:1';
    const live = [
      { trace: put(main, 'load:/app/load.js:2', 'each:/app/each.js:3'), bytes: 40 },
      { trace: put(main, 'save:/app/save.js:2', 'each:/app/each.js:3'), bytes: 30 },
      { trace: put(main, 'test:/app/test.js:2'), bytes: 30 },
      { trace: PARSE, bytes: 7 },
    ];
    expect(rows(live)).toEqual([
      // Not main with 1.0: it is asked who called load, not who is on any way.
      [
        '/app/cache.js:10',
        100,
        [
          ['each', 0.7],
          ['load', 0.4],
          ['main', 0.4],
        ],
      ],
      ['/app/parser.js:20', 7, [['main', 1]]],
    ]);
  });

  test('a way of less than a tenth of the bytes is not told', () => {
    const live = Array.from({ length: 11 }, (_, k) => ({
      trace: put(`caller${k}:/app/main.js:${k + 1}`, 'put:/app/put.js:1'),
      bytes: 10,
    }));
    expect(rows(live)).toEqual([['/app/cache.js:10', 110, [['put', 1]]]]);
  });

  test("a call into the runtime is the caller's line, and the runtime calls nobody", () => {
    const live = [
      { trace: `${STARTUP} > ${BUFFER}`, bytes: 5 },
      { trace: '', bytes: 4 },
      { trace: STARTUP, bytes: 3 },
    ];
    expect(rows(live)).toEqual([
      ['/app/parser.js:21', 5, [['main', 1]]],
      [undefined, 4, []],
      ['node:internal/modules:5', 3, []],
    ]);
  });

  test('a line that allocates much and keeps nothing has no callers to tell', () => {
    const allocated = [{ trace: PARSE, bytes: 9 }];
    const { rows } = heapSummary(fakeProfile([{ seconds: 0, allocated }]), {
      by: 'line',
      threshold: 0,
    });
    expect(rows).toMatchObject([{ allocatedBytes: 9, subject: { callers: [] } }]);
  });
});

describe('by file', () => {
  const rows = (live: SnapshotText['live']) =>
    heapSummary(fakeProfile([{ seconds: 0, live: live! }]), { by: 'file', threshold: 0 }).rows.map(
      ({ subject, averageBytes }) => [subject.by === 'file' && subject.file, averageBytes],
    );

  test("memory that Node allocated for the program is the program's", () => {
    const live = [
      { trace: CACHE, bytes: 1 },
      { trace: PARSE, bytes: 20 },
      { trace: BUFFER, bytes: 300 },
    ];
    expect(rows(live)).toEqual([
      ['/app/parser.js', 320],
      ['/app/cache.js', 1],
    ]);
  });

  test('what has no frame of the program is (node), and trace 0 is (other)', () => {
    const live = [
      { trace: STARTUP, bytes: 3 },
      { trace: 'GC', bytes: 4 },
      { trace: '', bytes: 5 },
    ];
    expect(rows(live)).toEqual([
      ['(node)', 7],
      ['(other)', 5],
    ]);
  });

  test('a file that is recorded as a path and as a URL is one', () => {
    const live = [
      { trace: 'a:/app/x.mjs:1', bytes: 1 },
      { trace: 'b:file:///app/x.mjs:2', bytes: 2 },
    ];
    expect(rows(live)).toEqual([['/app/x.mjs', 3]]);
  });

  test('errors of independent traces add up as squares', () => {
    const live = [
      { trace: PARSE, bytes: 20, error: 3, objectsError: 5 },
      { trace: BUFFER, bytes: 300, error: 4, objectsError: 12 },
    ];
    const summary = heapSummary(fakeProfile([{ seconds: 0, live }]), { by: 'file' });
    expect(summary.rows[0]).toMatchObject({ averageBytesError: 5, averageObjectsError: 13 });
  });
});

test('an average over traces that take turns is surer than its snapshots are', () => {
  // Each has half of its error on average; had the same objects been live throughout, it would be 4 or more.
  const summary = heapSummary(
    fakeProfile([
      { seconds: 0, live: [{ trace: PARSE, bytes: 20, error: 6 }] },
      { seconds: 1, live: [{ trace: BUFFER, bytes: 20, error: 8 }] },
    ]),
    { by: 'file' },
  );
  expect(summary.total).toMatchObject({ averageBytes: 20, averageBytesError: 5 });
});

describe('by type', () => {
  const live = [
    { trace: CACHE, bytes: 700, type: 'Map' },
    { trace: PARSE, bytes: 200, type: 'Map' },
    { trace: PARSE, bytes: 60, type: '' },
    { trace: BUFFER, bytes: 30, type: 'Map', kind: 'arrayBuffer' as const },
    { trace: '', bytes: 10, type: '(internal)' },
  ];

  test('rows have the objects of one constructor, whatever their lines; array buffers apart', () => {
    const { rows } = heapSummary(fakeProfile([{ seconds: 0, live }]), { by: 'type' });
    expect(rows.map(({ subject, averageBytes }) => [subject, averageBytes])).toEqual([
      [{ by: 'type', type: 'Map', kind: 'heap' }, 900],
      [{ by: 'type', type: 'Map', kind: 'arrayBuffer' }, 30],
      [{ by: 'type', type: '', kind: 'heap' }, 60],
      [{ by: 'type', type: '(internal)', kind: 'heap' }, 10],
    ]);
  });

  test('what is of no type comes after the types, and is left out only if it is small itself', () => {
    const profile = fakeProfile([{ seconds: 0, live }]);
    const { rows, unlisted, total } = heapSummary(profile, { by: 'type', limit: 2 });
    expect(rows.map(({ averageBytes, untyped }) => [averageBytes, untyped])).toEqual([
      [900, false],
      [60, true],
    ]);
    expect(unlisted).toMatchObject({ rowCount: 2, averageBytes: 40 });
    expect(total.averageBytes).toBe(1000);
  });
});

describe('by thread', () => {
  const facts = (process: ProcessFacts) => ({ ...FACTS, process });
  const argv = ['node', '/app/src/child.js'];
  const members = [
    { suffix: '', facts: facts({ threadId: 0, argv: ['node', '/app/main.js'] }) },
    { suffix: '.w3', facts: facts({ threadId: 3, threadName: 'pool' }) },
    { suffix: '.w4', facts: facts({ threadId: 4 }) },
    { suffix: '.p4711', facts: facts({ pid: 4711, threadId: 0, argv }) },
    { suffix: '.p4711-2.w2', facts: facts({ pid: 4711, threadId: 2, argv }) },
    { suffix: '.p5', facts: FACTS },
  ];
  const labelsOf = (ofMembers: typeof members) => {
    const live = ofMembers.map((_, member) => ({ trace: CACHE, bytes: 10 - member, member }));
    const profile = fakeProfile([{ seconds: 0, live }], ofMembers);
    return heapSummary(profile, { by: 'thread' }).rows.map(({ subject, averageBytes }) => [
      subject.by === 'thread' && `${subject.member} ${subject.label}`,
      averageBytes,
    ]);
  };

  test('rows are the recordings of a family, by a name that a person knows them by', () => {
    expect(labelsOf(members)).toEqual([
      ['0 main', 10],
      ['1 worker 3 "pool"', 9],
      ['2 worker 4', 8],
      ['3 process 4711 (child.js)', 7],
      ['4 process 4711-2 worker 2', 6],
      ['5 process 5', 5],
    ]);
  });

  test("a worker's recording that is opened by itself is that worker", () => {
    const alone = { suffix: '', facts: facts({ threadId: 3, threadName: 'pool' }) };
    expect(labelsOf([alone])).toEqual([['0 worker 3 "pool"', 10]]);
  });
});

describe('kinds', () => {
  const live = [
    { trace: CACHE, bytes: 700, error: 3 },
    { trace: BUFFER, bytes: 200, kind: 'arrayBuffer' as const, error: 4 },
    { trace: BUFFER, bytes: 100 },
  ];
  const profile = fakeProfile([
    { seconds: 0, live, allocated: live },
    { seconds: 1, live, allocated: [] },
  ]);

  test('are told apart in the total and in each row', () => {
    const { total, totalByKind, rows } = heapSummary(profile, { by: 'line' });
    expect(total).toMatchObject({ averageBytes: 1000, averageArrayBufferBytes: 200 });
    expect(totalByKind.heap).toMatchObject({ averageBytes: 800, allocatedBytes: 800 });
    expect(totalByKind.arrayBuffer).toMatchObject({
      averageBytes: 200,
      averageBytesError: 4,
      peakBytes: 200,
      averageArrayBufferBytes: 200,
    });
    expect(rows.map((row) => [row.averageBytes, row.averageArrayBufferBytes])).toEqual([
      [700, 0],
      [300, 200],
    ]);
  });

  test('can be asked for alone: rows, total and shares are then of that kind', () => {
    const { kind, total, totalByKind, rows } = heapSummary(profile, {
      by: 'line',
      kind: 'arrayBuffer',
    });
    expect(kind).toBe('arrayBuffer');
    expect(total).toMatchObject({ averageBytes: 200, allocatedBytes: 200 });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ averageBytes: 200, share: 1 });
    expect(totalByKind.heap.averageBytes).toBe(800);
    const heap = heapSummary(profile, { by: 'line', kind: 'heap' });
    expect(heap.rows.map((row) => row.averageBytes)).toEqual([700, 100]);
  });

  test('and the array buffers that V8 counts have their account, from the end of the range', () => {
    const heap = heapRecord({
      timeMicros: 900_000,
      arrayBufferBytes: 500,
      earlierArrayBufferBytes: 36,
    });
    const texts = [{ seconds: 0 }, { seconds: 1, live, heap, attributedArrayBufferBytes: 400 }];
    expect(heapSummary(fakeProfile(texts)).arrayBuffers).toEqual({
      timeSeconds: 0.9,
      countedBytes: 500,
      attributedBytes: 400,
      attributedBytesError: 4,
      earlierBytes: 36,
      unattributedBytes: 64,
    });
    expect(heapSummary(fakeProfile(texts), { to: 0 })).not.toHaveProperty('arrayBuffers');
  });
});

describe('rows that are not listed', () => {
  const live = [
    { trace: 'a', bytes: 994, objects: 1 },
    { trace: 'b', bytes: 5, objects: 2, error: 3, objectsError: 8 },
    { trace: 'c', bytes: 1, objects: 3, error: 4, objectsError: 15 },
  ];
  const profile = fakeProfile([{ seconds: 0, live, allocated: live }]);

  test('are those below the threshold; one at the threshold is listed', () => {
    const summary = heapSummary(profile, { by: 'line', threshold: 0.005 });
    expect(summary.rows.map((row) => row.averageBytes)).toEqual([994, 5]);
    expect(summary.unlisted).toMatchObject({ rowCount: 1, averageBytes: 1, share: 0.001 });
  });

  test('are those beyond the limit too', () => {
    const summary = heapSummary(profile, { by: 'line', threshold: 0, limit: 1 });
    expect(summary.rows).toHaveLength(1);
    expect(summary.unlisted).toMatchObject({
      rowCount: 2,
      averageBytes: 6,
      averageBytesError: 5,
      averageObjects: 5,
      averageObjectsError: 17,
      allocatedObjectsError: 17,
    });
  });

  test('and those that are make up the total, whatever the threshold, limit and grouping', () => {
    const row = fc.record({
      trace: fc.constantFrom(CACHE, PARSE, BUFFER, STARTUP, ''),
      bytes: fc.nat(1_000_000),
      objects: fc.nat(1000),
    });
    const rows = fc.uniqueArray(row, { selector: ({ trace }) => trace });
    const snapshots = fc
      .array(fc.record({ live: rows, allocated: rows, gap: fc.integer({ min: 1, max: 9 }) }), {
        minLength: 1,
      })
      .map((list) => {
        let seconds = 0;
        return list.map(({ live, allocated, gap }) => {
          seconds += gap;
          return { seconds, live, allocated };
        });
      });
    fc.assert(
      fc.property(
        snapshots,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(4),
        fc.constantFrom(...SUMMARY_BY),
        (texts, threshold, limit, by) => {
          const { rows, unlisted, total } = heapSummary(fakeProfile(texts), {
            threshold,
            limit,
            by,
          });
          const parts = [...rows, unlisted];
          for (const figure of ['averageBytes', 'averageObjects', 'allocatedBytes'] as const) {
            const sum = parts.reduce((result, part) => result + part[figure], 0);
            expect(sum).toBeCloseTo(total[figure], 3);
          }
        },
      ),
    );
  });
});

test.each([
  [{ threshold: 1.5 }, /threshold must be a fraction/],
  [{ threshold: Number.NaN }, /threshold must be a fraction/],
  [{ limit: -1 }, /limit must be 0 rows or more/],
  [{ kind: 'stack' as 'heap' }, /kind must be heap or arrayBuffer, but is 'stack'/],
  [
    { by: 'toString' as 'trace' },
    /by type, line, trace, function, file, package, kind or thread, but was asked for by 'toString'/,
  ],
])('%j is refused in a sentence', (options, message) => {
  expect(() => heapSummary(fakeProfile(SNAPSHOTS), options)).toThrow(message);
});

describe('by function and by package', () => {
  const live = [
    { trace: 'main:/app/main.js:1 > parse:/app/parser.js:20', bytes: 1 },
    { trace: 'main:/app/main.js:1 > parse:/app/parser.js:25', bytes: 20 },
    { trace: 'main:/app/main.js:1 > :/app/parser.js:30', bytes: 300 },
    { trace: 'main:/app/main.js:1 > map:/app/node_modules/lodash/map.js:3', bytes: 4000 },
    {
      trace: 'go:/app/node_modules/.pnpm/a@1/node_modules/@b/c/node_modules/@d/e/x/y.js:3',
      bytes: 50_000,
    },
    { trace: STARTUP, bytes: 600_000 },
    { trace: '', bytes: 7_000_000 },
  ];
  const subjects = (by: 'function' | 'package') =>
    heapSummary(fakeProfile([{ seconds: 0, live }]), { by, threshold: 0 }).rows.map(
      ({ subject, averageBytes }) => [subject, averageBytes],
    );

  test('lines of one function are one row', () => {
    expect(subjects('function').slice(-3)).toEqual([
      [{ by: 'function', functionName: 'map', file: '/app/node_modules/lodash/map.js' }, 4000],
      [{ by: 'function', functionName: '', file: '/app/parser.js' }, 300],
      [{ by: 'function', functionName: 'parse', file: '/app/parser.js' }, 21],
    ]);
  });

  test('a package is the innermost folder of node_modules, with its scope', () => {
    expect(subjects('package')).toEqual([
      [{ by: 'package', package: '(other)' }, 7_000_000],
      [{ by: 'package', package: '(node)' }, 600_000],
      [{ by: 'package', package: '@d/e' }, 50_000],
      [{ by: 'package', package: 'lodash' }, 4000],
      [{ by: 'package', package: '(own code)' }, 321],
    ]);
  });
});

describe('the capacity', () => {
  const heap = (usedAfterBytes: number) => heapRecord({ usedAfterBytes, limitBytes: 10_000 });
  const live = (a: number, b: number) => [
    { trace: 'a', bytes: a, type: 'A', error: 30 },
    { trace: 'b', bytes: b, type: 'B' },
  ];
  // Weights of the snapshots: 0.5, 1, 0.5 of 2 s.
  const profile = fakeProfile([
    { seconds: 0, live: live(100, 40), heap: heap(1000) },
    { seconds: 1, live: live(200, 40), heap: heap(3000) },
    { seconds: 2, live: live(300, 40), heap: heap(2000) },
  ]);

  test('is the heap limit, and what was used of it is on average and at its peak', () => {
    expect(heapSummary(profile).capacity).toEqual({
      capacityBytes: 10_000,
      averageUsedBytes: 2250,
      peakUsedBytes: 3000,
      averageUsedShare: 0.225,
      peakUsedShare: 0.3,
    });
    expect(heapSummary(fakeProfile(SNAPSHOTS))).not.toHaveProperty('capacity');
  });

  test('is what the threshold is a share of: 0.5 % of 10,000 bytes are 50', () => {
    const { rows, unlisted } = heapSummary(profile);
    expect(rows).toMatchObject([
      { averageBytes: 200, averageCapacityShare: 0.02, peakCapacityShare: 0.03, incomplete: false },
    ]);
    expect(unlisted).toMatchObject({ rowCount: 1, averageBytes: 40 });
  });

  test('a row that is under the threshold at some snapshots is incomplete', () => {
    const { rows } = heapSummary(profile, { threshold: 0.011 });
    expect(rows).toMatchObject([{ averageBytes: 200, incomplete: true }]);
    const late = fakeProfile([{ seconds: 0 }, { seconds: 1, live: live(9, 1) }]);
    expect(heapSummary(late, { threshold: 0.1 }).rows[0]!.incomplete).toBe(true);
    expect(heapSummary(late, { threshold: 0 }).rows[0]!.incomplete).toBe(false);
  });

  test('rows have their course and the trend of it, with the errors of both ends', () => {
    const { courseSeconds, rows, total } = heapSummary(profile);
    expect(courseSeconds).toEqual([0, 1, 2]);
    expect(rows[0]!.course).toEqual([100, 200, 300]);
    expect(rows[0]!.bytesPerMinute).toBeCloseTo(6000, 9);
    // The points are on a line; 30 bytes at either end, over a thirtieth of a minute.
    expect(rows[0]!.bytesPerMinuteError).toBeCloseTo(Math.hypot(30, 30) * 30, 9);
    expect(total.course).toEqual([140, 240, 340]);
  });

  test('a course has at most 40 points, the first and the last among them', () => {
    const many = fakeProfile(
      Array.from({ length: 1001 }, (_, seconds) => ({ seconds, live: live(seconds, 1) })),
    );
    const { courseSeconds, rows } = heapSummary(many);
    expect(courseSeconds).toHaveLength(40);
    expect([courseSeconds[0], courseSeconds.at(-1)]).toEqual([0, 1000]);
    expect(rows[0]!.course).toEqual(courseSeconds);
  });
});

describe('my code', () => {
  const live = [
    { trace: 'a:/home/x/app/src/deep/a.js:1', bytes: 1 },
    { trace: 'b:file:///home/x/app/lib/b.js:1', bytes: 20 },
    { trace: 'c:/home/x/app/node_modules/lodash/src/c.js:1', bytes: 300 },
    { trace: 'd:/home/x/app/node_modules/@our/core/d.js:1', bytes: 4000 },
    { trace: STARTUP, bytes: 50_000 },
    { trace: '', bytes: 600_000 },
  ];
  const bytesOf = (myCode: string[]) => {
    const { bytesByOrigin } = heapSummary(fakeProfile([{ seconds: 0, live }]), { myCode });
    return [bytesByOrigin!.mine, bytesByOrigin!.dependencies];
  };

  test('is what is not in node_modules, unless it is told', () => {
    expect(heapSummary(fakeProfile([{ seconds: 0, live }]), { myCode: [] }).bytesByOrigin).toEqual({
      mine: 21,
      dependencies: 4300,
      node: 50_000,
      other: 600_000,
    });
  });

  test.each([
    [['/home/x/app/src/**'], 1],
    [['app/src/**'], 1],
    [['app/*/b.js'], 20],
    [['app/*/a.js'], 0],
    [['**/?.js'], 4321],
    [['lodash'], 300],
    [['@our/core', 'lib/**'], 4020],
    [['(.*', 'a.js'], 0],
  ])('%j is told by globs and names of packages', (patterns, mine) => {
    expect(bytesOf(patterns)).toEqual([mine, 4321 - mine]);
  });

  test('each row says whose it is', () => {
    const { rows } = heapSummary(fakeProfile([{ seconds: 0, live }]), {
      by: 'line',
      threshold: 0,
      myCode: [],
    });
    expect(rows[2]!.bytesByOrigin).toEqual({ mine: 0, dependencies: 4000, node: 0, other: 0 });
    expect(heapSummary(fakeProfile(SNAPSHOTS)).rows[0]).not.toHaveProperty('bytesByOrigin');
  });
});
