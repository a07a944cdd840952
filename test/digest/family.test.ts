import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { HeapRecord } from '../../src/model/event.js';
import type { Snapshot, UsageRow } from '../../src/model/snapshot.js';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import { samplings, steps, writeSteps } from '../support/random-log.js';
import { member, type RecordingBuilder, writeFamily } from '../support/recording.js';
import { type MemberLog, replayFamily } from '../support/replay.js';

const SECOND = 1_000_000;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** Opens a family with a digest; `{ '': root, '.w1': worker }`. */
function digest(
  members: Readonly<Record<string, RecordingBuilder>>,
  { timeInterval = 1, precision = 0 } = {},
): ProfileReader {
  const { filebase, cleanup } = writeFamily(members);
  const reader = new ProfileReader(filebase);
  cleanups.push(() => reader.close(), cleanup);
  reader.makeDigestSync({ timeInterval, precision });
  return reader;
}

/** `member/functions[ type][ kind]: bytes`. */
function text(reader: ProfileReader, rows: readonly UsageRow[]): string[] {
  return rows.map(({ member, trace, type, kind, bytes }) => {
    const { suffix } = reader.members[member]!;
    const frames = reader.rawTrace(trace)?.map((frame) => frame.functionName) ?? ['(other)'];
    const what = [type, kind === 'heap' ? '' : kind].filter(Boolean).join(' ');
    return `${suffix}/${frames.join(' > ')}${what && ` ${what}`}: ${bytes}`;
  });
}

function heapAt(snapshot: Snapshot): Partial<HeapRecord> {
  const { timeMicros, usedAfterBytes, residentSetBytes } = snapshot.heap!;
  return { timeMicros, usedAfterBytes, residentSetBytes };
}

test('a family worked out on paper: members begin, end, are killed, and are added up', () => {
  const root = member(1)
    .alloc('main', 1000, { type: 'Map' })
    .alloc('main > load', 50, { at: 2 * SECOND })
    .at(6.5 * SECOND)
    .stop();
  // From 0.5 s to 2.5 s, with an end block.
  const worker = member(2, { afterRootMicros: 0.5 * SECOND })
    .alloc('run', 200, { type: 'Set' })
    .alloc('main', 300, { at: 1 * SECOND, type: 'Map' })
    .free('run', 200, { at: 1.5 * SECOND, type: 'Set' })
    .at(2 * SECOND)
    .stop();
  // Begins at 1 s, is silent after 2 s: it was killed, and has gone by 4 s.
  const child = member(3, { afterRootMicros: 1 * SECOND })
    .alloc('main', 7, { at: 0.5 * SECOND })
    .heap({ timeMicros: 1 * SECOND, usedAfterBytes: 7 });
  const reader = digest({ '': root, '.w1': worker, '.p99': child });
  expect(reader.members.map(({ suffix, startMicros }) => [suffix, startMicros])).toEqual([
    ['', 0],
    ['.w1', 0.5 * SECOND],
    ['.p99', 1 * SECOND],
  ]);
  const snapshots = [...reader.snapshots];
  expect(snapshots.map(({ timeMicros }) => timeMicros / SECOND)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 6.5,
  ]);
  const rootAt2 = ['/main Map: 1000', '/main > load: 50'];
  expect(snapshots.map(({ liveRows }) => text(reader, liveRows))).toEqual([
    ['/main Map: 1000'],
    ['/main Map: 1000', '.w1/run Set: 200'],
    [...rootAt2, '.w1/main Map: 300', '.p99/main: 7'],
    [...rootAt2, '.p99/main: 7'],
    [...rootAt2, '.p99/main: 7'],
    rootAt2,
    rootAt2,
    rootAt2,
  ]);
  expect(snapshots.map(({ allocatedRows }) => text(reader, allocatedRows)).slice(0, 4)).toEqual([
    ['/main Map: 1000'],
    ['.w1/run Set: 200'],
    ['/main > load: 50', '.w1/main Map: 300', '.p99/main: 7'],
    [],
  ]);
  expect(snapshots[2]!.live.heap).toEqual({
    bytes: 1357,
    objects: 4,
    bytesError: 0,
    objectsError: 0,
  });
  expect(snapshots.map(({ heap }) => heap?.usedAfterBytes)).toEqual([
    undefined,
    undefined,
    7,
    7,
    7,
    undefined,
    undefined,
    undefined,
  ]);
});

test('heap figures are sums over the members that are there; the resident set is that of each process once', () => {
  const root = member(1)
    .heap({ timeMicros: 0.1 * SECOND, usedAfterBytes: 100, residentSetBytes: 1000 })
    .heap({
      timeMicros: 3 * SECOND,
      gcKind: 1,
      pauseMicros: 5,
      usedAfterBytes: 400,
      residentSetBytes: 1300,
    })
    .stop();
  const worker = member(2)
    .heap({
      timeMicros: 0.2 * SECOND,
      gcKind: 4,
      pauseMicros: 7,
      usedAfterBytes: 20,
      residentSetBytes: 1100,
    })
    .at(1.5 * SECOND)
    .stop();
  const child = member(3)
    .heap({
      timeMicros: 0.3 * SECOND,
      gcKind: 1,
      pauseMicros: 9,
      usedAfterBytes: 3,
      residentSetBytes: 70,
    })
    .at(2.5 * SECOND)
    .stop();
  const { snapshots } = digest({ '': root, '.w1': worker, '.p9': child });
  expect(heapAt(snapshots.at(1)!)).toEqual({
    timeMicros: 0.3 * SECOND,
    usedAfterBytes: 123,
    residentSetBytes: 1170,
  });
  expect(heapAt(snapshots.at(2)!)).toMatchObject({ usedAfterBytes: 103, residentSetBytes: 1070 });
  expect(heapAt(snapshots.at(3)!)).toEqual({
    timeMicros: 3 * SECOND,
    usedAfterBytes: 400,
    residentSetBytes: 1300,
  });
  const collections = [...snapshots].map((s) => [s.collections, s.gcPauseMicros]);
  expect(collections).toEqual([
    [0, 0],
    [2, 16],
    [0, 0],
    [1, 5],
  ]);
});

test('what is folded stays with its member, as do its type and its kind', () => {
  const root = member(1).alloc('big', 1000).alloc('small', 1, { type: 'Map' });
  const worker = member(2)
    .alloc('', 5, { type: 'Map' })
    .alloc('small', 2, { type: 'Set' })
    .alloc('small', 3, { type: 'Map', kind: 'arrayBuffer' })
    .alloc('big', 900);
  const reader = digest({ '': root, '.w1': worker }, { precision: 0.01 });
  expect(text(reader, reader.snapshotAt(0).liveRows)).toEqual([
    '/(other) Map: 1',
    '/big: 1000',
    '.w1/(other) Map: 5',
    '.w1/(other) Map arrayBuffer: 3',
    '.w1/(other) Set: 2',
    '.w1/big: 900',
  ]);
  expect(reader.snapshotAt(0).liveRows.filter(({ trace }) => trace === 0).length).toBe(4);
});

test('array buffers are held against a heap record at its own time, not at that of the snapshot', () => {
  const builder = member(1)
    .alloc('main', 500, { kind: 'arrayBuffer', times: 3 })
    .heap({ timeMicros: 0.2 * SECOND, arrayBufferBytes: 99, earlierArrayBufferBytes: 9 })
    .alloc('main', 40, { at: 0.3 * SECOND, kind: 'arrayBuffer' })
    .flush()
    .heap({ timeMicros: 0.4 * SECOND, arrayBufferBytes: 2000, earlierArrayBufferBytes: 60 })
    .free('main', 500, { at: 0.4 * SECOND + 1, kind: 'arrayBuffer', times: 2 })
    .at(1.5 * SECOND)
    .stop();
  const { totals } = digest({ '': builder });
  expect(
    totals.map(({ heap, attributedArrayBufferBytes, live }) => [
      heap?.earlierArrayBufferBytes,
      attributedArrayBufferBytes,
      live.arrayBuffer.bytes,
    ]),
  ).toEqual([
    [undefined, undefined, 1500],
    [60, 1540, 540],
    [60, 1540, 540],
  ]);
});

test('the last heap record of a stretch is held against all that came before it', () => {
  const builder = member(1)
    .heap({ timeMicros: 1, earlierArrayBufferBytes: 0 })
    .alloc('main', 500, { at: 2, kind: 'arrayBuffer' })
    .flush()
    .heap({ timeMicros: 3, earlierArrayBufferBytes: 0 });
  const { totals } = digest({ '': builder });
  expect(totals.map((snapshot) => snapshot.attributedArrayBufferBytes)).toEqual([undefined, 500]);
});

test('a type has its name whichever member it is of', () => {
  const root = member(1).alloc('main', 1, { type: 'Map' }).alloc('main', 1, { type: 'Set' });
  const worker = member(2).alloc('main', 1, { type: 'Set' }).alloc('main', 1, { type: 'Map' });
  const reader = digest({ '': root, '.w1': worker });
  expect(text(reader, reader.snapshotAt(0).liveRows)).toEqual([
    '/main Map: 1',
    '/main Set: 1',
    '.w1/main Set: 1',
    '.w1/main Map: 1',
  ]);
});

interface RandomMember {
  readonly steps: Parameters<typeof writeSteps>[1];
  readonly sampling: Parameters<typeof writeSteps>[2];
  readonly afterRootMicros: number;
  readonly hasEnd: boolean;
}

const randomMember: fc.Arbitrary<RandomMember> = fc.record({
  steps: steps(100_000, 30),
  sampling: samplings,
  afterRootMicros: fc.oneof(
    fc.constant(0),
    fc.nat(30).map((n) => n * 100_000),
    fc.nat(6 * SECOND),
  ),
  hasEnd: fc.boolean(),
});

const SUFFIXES = ['', '.w1', '.w12', '.p7', '.p7.w1', '.p7-2'];
const families = fc.array(randomMember, { minLength: 1, maxLength: SUFFIXES.length });

/** The members' builders by suffix, and what they hold; the root starts at 0. */
function write(family: readonly RandomMember[], suffixes: readonly string[]) {
  const builders: Record<string, RecordingBuilder> = {};
  const logs = family.map((random, k): Omit<MemberLog, 'traceCount'> => {
    const { sampling, hasEnd } = random;
    const startMicros = k === 0 ? 0 : random.afterRootMicros;
    const suffix = suffixes[k]!;
    const builder = member(k + 1, { sampling, afterRootMicros: startMicros });
    const log = writeSteps(builder, random.steps, sampling);
    const nowMicros = random.steps.reduce((sum, { afterMicros }) => sum + afterMicros, 0);
    builders[suffix] = hasEnd ? builder.stop() : builder;
    const endMicros = hasEnd ? nowMicros : log.endMicros;
    return { ...log, suffix, startMicros, hasEnd, endMicros };
  });
  return { builders, logs };
}

test('the digest of a family is what a replay of its logs gives, member by member', () => {
  const intervals = fc.constantFrom(50_000, 100_000, 333_333, SECOND, 1e9);
  fc.assert(
    fc.property(families, intervals, (family, timeIntervalMicros) => {
      const { builders, logs } = write(family, SUFFIXES);
      using reader = digest(builders, { timeInterval: timeIntervalMicros / 1e6 });
      const members = reader.members.map(({ suffix, traces }): MemberLog => {
        const log = logs.find((log) => log.suffix === suffix)!;
        return { ...log, traceCount: traces.traceCount };
      });
      expect(members.length).toBe(logs.length);
      expect([...reader.snapshots]).toEqual(replayFamily(members, timeIntervalMicros));
    }),
    { numRuns: 150 },
  );
});

/** All snapshots, with recording ids and frames in place of numbers. */
function readable(reader: ProfileReader) {
  const rows = (rows: readonly UsageRow[]) =>
    rows
      .map(({ member, trace, ...row }) => {
        const frames = reader.rawTrace(trace)?.map((frame) => frame.functionName);
        return JSON.stringify([reader.members[member]!.facts.recordingId, frames, row]);
      })
      .sort();
  return [...reader.snapshots].map(({ liveRows, allocatedRows, heap, ...totals }) => ({
    ...totals,
    // Of records of one time any may be the latest: only sums have to be the same.
    usedAfterBytes: heap?.usedAfterBytes,
    liveRows: rows(liveRows),
    allocatedRows: rows(allocatedRows),
  }));
}

test('the order of the members makes no difference', () => {
  const others = SUFFIXES.slice(1).filter((suffix) => !suffix.includes('.p7'));
  const names = [...others, '.w3', '.w4'];
  fc.assert(
    fc.property(
      fc.array(randomMember, { minLength: 2, maxLength: names.length + 1 }),
      fc.shuffledSubarray(names, { minLength: names.length }),
      (family, shuffled) => {
        const [first, second] = [names, shuffled].map((suffixes) => {
          using reader = digest(write(family, ['', ...suffixes]).builders);
          return readable(reader);
        });
        expect(second).toEqual(first);
      },
    ),
    { numRuns: 50 },
  );
});

test('a damaged member changes its own rows only', () => {
  fc.assert(
    fc.property(
      fc.tuple(randomMember, randomMember, randomMember),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.boolean(),
      ([root, second, third], flips, inLog) => {
        // The others last as long as the one, so that the family does too.
        const last = { ...third, afterRootMicros: 30 * SECOND };
        const { builders } = write([root, second, last], SUFFIXES);
        const { filebase, cleanup } = writeFamily(builders);
        const files = builders['.w1']!.files();
        const bytes = Buffer.from(inLog ? files.hpd : files.hpm);
        for (const [at, flip] of flips) bytes[at % bytes.length]! ^= flip;
        const rowsOfOthers = () => {
          using reader = new ProfileReader(filebase);
          reader.makeDigestSync({ timeInterval: 1, precision: 0 });
          return [...reader.snapshots].map(({ liveRows, allocatedRows }) =>
            [liveRows, allocatedRows].map((rows) =>
              rows
                .filter((row) => reader.members[row.member]!.suffix !== '.w1')
                .map(({ trace, member, ...row }) => ({
                  ...row,
                  suffix: reader.members[member]!.suffix,
                  frames: reader.rawTrace(trace),
                })),
            ),
          );
        };
        const whole = rowsOfOthers();
        writeFileSync(`${filebase}.w1.${inLog ? 'hpd' : 'hpm'}`, bytes);
        expect(rowsOfOthers()).toEqual(whole);
        cleanup();
      },
    ),
    { numRuns: 100 },
  );
});
