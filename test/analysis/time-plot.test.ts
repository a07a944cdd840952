import { expect, test } from 'vitest';
import { timePlot } from '../../src/analysis/time-plot.js';
import { fakeProfile } from './fake-profile.js';

const PARSE = 'main:/app/main.js:3 > parse:/app/src/parser.js:120';
const READ = 'main:/app/main.js:4 > read:/app/my-parser.js:120';
const RECURSE = 'main:/app/main.js:3 > walk:/app/walk.js:7 > walk:/app/walk.js:7';

const HEAP = {
  timeMicros: 900_000,
  gcKind: 1,
  pauseMicros: 10,
  usedBeforeBytes: 9,
  usedAfterBytes: 8,
  committedBytes: 20,
  limitBytes: 100,
  externalBytes: 5,
  arrayBufferBytes: 4,
  residentSetBytes: 70,
};

test('a point has the live bytes of both kinds, together and apart, with their common error', () => {
  const profile = fakeProfile([
    {
      seconds: 2.5,
      live: [
        { trace: PARSE, bytes: 1000, error: 30 },
        { trace: READ, bytes: 500, error: 40, kind: 'arrayBuffer' },
      ],
      allocated: [
        { trace: PARSE, bytes: 3000, error: 5 },
        { trace: READ, bytes: 700, error: 12, kind: 'arrayBuffer' },
      ],
      collections: 4,
      gcPauseMicros: 2500,
    },
  ]);
  expect(timePlot(profile).points).toEqual([
    {
      timeSeconds: 2.5,
      liveBytes: 1500,
      liveBytesError: 50,
      liveBytesByKind: { heap: 1000, arrayBuffer: 500 },
      allocatedBytes: 3700,
      allocatedBytesError: 13,
      collections: 4,
      gcPauseSeconds: 0.0025,
    },
  ]);
});

test('what array buffers V8 has and no trace tells of is a figure of its own', () => {
  const heap = { ...HEAP, arrayBufferBytes: 1000, earlierArrayBufferBytes: 150 };
  const [known, unknown] = timePlot(
    fakeProfile([
      { seconds: 1, heap, attributedArrayBufferBytes: 600 },
      { seconds: 2, heap: HEAP },
    ]),
  ).points;
  expect(known).toMatchObject({ arrayBufferBytes: 1000, unattributedArrayBufferBytes: 250 });
  expect(unknown).not.toHaveProperty('unattributedArrayBufferBytes');
});

test("V8's own figures are there from the first heap record on, and absent before", () => {
  const points = [{ seconds: 0 }, { seconds: 1, heap: HEAP }];
  const [before, after] = timePlot(fakeProfile(points)).points;
  expect(before).not.toHaveProperty('heapLimitBytes');
  expect(after).toMatchObject({
    heapLimitBytes: 100,
    usedHeapBytes: 8,
    externalBytes: 5,
    arrayBufferBytes: 4,
    residentSetBytes: 70,
  });
});

test('a line has the bytes of all traces that contain it, wherever they do, and their share', () => {
  const profile = fakeProfile([
    { seconds: 0 },
    {
      seconds: 1,
      live: [
        { trace: PARSE, bytes: 100 },
        { trace: READ, bytes: 200 },
        { trace: RECURSE, bytes: 500 },
        { trace: '', bytes: 200 },
      ],
    },
  ]);
  const lines = { main: 'main.js:3', parser: 'src/parser.js:120' };
  expect(timePlot(profile, lines).lines).toEqual([
    { label: 'main', line: 'main.js:3', traceCount: 2, liveBytes: [0, 600], share: [0, 0.6] },
    {
      label: 'parser',
      line: 'src/parser.js:120',
      traceCount: 1,
      liveBytes: [0, 100],
      share: [0, 0.1],
    },
  ]);
});

test('a trace counts once for a line that it contains twice', () => {
  const profile = fakeProfile([{ seconds: 0, live: [{ trace: RECURSE, bytes: 500 }] }]);
  expect(timePlot(profile, { walk: 'walk.js:7' }).lines[0]).toMatchObject({
    liveBytes: [500],
    share: [1],
  });
});

test.each([
  ['a whole path', '/app/src/parser.js:120', 1],
  ['the end of a path', 'parser.js:120', 1],
  ['a file: URL', 'file:///app/src/parser.js:120', 1],
  ["a Windows user's way to write it", 'src\\parser.js:120', 1],
  ['a file whose name only ends alike', 'rser.js:120', 0],
  ['another line', 'parser.js:12', 0],
  ['another file', 'other.js:120', 0],
])('a line matches by %s: %s', (_, line, traceCount) => {
  const profile = fakeProfile([{ seconds: 0, live: [{ trace: PARSE, bytes: 1 }] }]);
  expect(timePlot(profile, { line }).lines[0]).toMatchObject({ traceCount });
});

test('a line matches a frame of an ES module, which is recorded as a URL', () => {
  const live = [{ trace: 'run:file:///my%20app/src/a.mjs:9', bytes: 7 }];
  const plot = timePlot(fakeProfile([{ seconds: 0, live }]), { a: '/my app/src/a.mjs:9' });
  expect(plot.lines[0]!.liveBytes).toEqual([7]);
});

test.each(['parser.js', 'parser.js:', 'parser.js:0', ':5', 'parser.js:x', ''])(
  '%j is refused as a line, with an example of a right one',
  (line) => {
    expect(() => timePlot(fakeProfile([]), { line })).toThrow(/FILE:LINE, for example/);
  },
);
