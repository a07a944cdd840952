import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FormatError, HeapprofError } from '../../src/base/errors.js';
import type { Snapshot } from '../../src/model/snapshot.js';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import { liveBytes } from '../support/digest.js';
import { whileFailing } from '../support/failing-disk.js';
import { type RecordingBuilder, recording } from '../support/recording.js';

const SECOND = 1_000_000;

let folder: string;
let filebase: string;
let cleanup: () => void;
const readers: ProfileReader[] = [];

/** Ten seconds: 100 bytes more each second, and 7 bytes of a buffer throughout. */
function tenSeconds(): RecordingBuilder {
  const builder = recording({ startWallMicros: 1_767_323_045_500_000 });
  builder.alloc('main > read', 7, { kind: 'arrayBuffer', type: 'ArrayBuffer' });
  for (let second = 1; second <= 10; second++) {
    builder.alloc('main > load', 100, { at: second * SECOND, type: 'Map' }).flush();
  }
  return builder.at(10.5 * SECOND).stop();
}

beforeEach(() => {
  ({ filebase, cleanup } = tenSeconds().write());
  folder = path.dirname(filebase);
});

afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
  vi.restoreAllMocks();
  cleanup();
});

function open(): ProfileReader {
  const reader = new ProfileReader(filebase);
  readers.push(reader);
  return reader;
}

function openWithDigest(timeInterval = 1): ProfileReader {
  const reader = open();
  reader.makeDigestSync({ timeInterval, precision: 0 });
  return reader;
}

function appendToLog(): void {
  const { hpd } = recording()
    .alloc('later', 8, { at: 20 * SECOND })
    .pieces();
  fs.appendFileSync(`${filebase}.hpd`, hpd[1]!);
}

/** Every step of a digest seems to take a second, so that the event loop runs after each. */
function slowClock(): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
}

test('a profile knows the times of its recording and how it was sampled', () => {
  const reader = openWithDigest(2);
  expect(reader.initialTime).toBe(1_767_323_045.5);
  expect(reader.finalTime).toBe(1_767_323_056);
  expect(reader.elapsedTime).toBe(10.5);
  expect(reader.snapshotInterval).toBe(2);
  expect(reader.samplingRate).toEqual(new Map());
  expect(reader.samplingInterval).toBeUndefined();
});

test('a sampling rate is a map of bands, a sampling interval a number of bytes', () => {
  const bands = [
    { belowBytes: 128, probability: 1e-4 },
    { belowBytes: 8192, probability: 0.1 },
  ];
  const byBands = recording({ sampling: { by: 'bands', bands } }).write();
  const byInterval = recording({ sampling: { by: 'interval', intervalBytes: 524_288 } }).write();
  const [rate, interval] = [byBands, byInterval].map(({ filebase, cleanup }) => {
    using reader = new ProfileReader(filebase);
    cleanup();
    return [reader.samplingRate, reader.samplingInterval];
  });
  expect(rate).toEqual([
    new Map([
      [128, 1e-4],
      [8192, 0.1],
    ]),
    undefined,
  ]);
  expect(interval).toEqual([undefined, 524_288]);
});

test('snapshots can be counted, picked and gone through, and totals agree with them', () => {
  const reader = openWithDigest();
  const { snapshots, totals } = reader;
  expect(snapshots.length).toBe(12);
  expect(snapshots.at(3)).toMatchObject({ index: 3, timeMicros: 3 * SECOND });
  expect(snapshots.at(-1)).toMatchObject({ index: 11, timeMicros: 10.5 * SECOND });
  expect(snapshots.at(12)).toBeUndefined();
  expect([...snapshots].map((snapshot) => snapshot.index)).toEqual([...Array(12).keys()]);
  expect(totals.length).toBe(12);
  for (const snapshot of snapshots) {
    const { liveRows, allocatedRows, ...figures } = snapshot;
    expect(totals[snapshot.index]).toEqual(figures);
    const bytes = liveRows.filter((row) => row.kind === 'heap').map((row) => row.bytes);
    expect(bytes.reduce((a, b) => a + b, 0)).toBe(figures.live.heap.bytes);
    expect(allocatedRows.length).toBe(snapshot.index === 11 ? 0 : 1);
  }
});

test('rows name their trace, type and kind', () => {
  const reader = openWithDigest();
  const snapshot = reader.snapshotAt(2);
  expect(liveBytes(reader, snapshot)).toEqual({ 'main > load': 200, 'main > read': 7 });
  const row = { member: 0, bytesError: 0, objectsError: 0 };
  expect(snapshot.liveRows).toEqual([
    { ...row, trace: 2, type: 'ArrayBuffer', kind: 'arrayBuffer', bytes: 7, objects: 1 },
    { ...row, trace: 3, type: 'Map', kind: 'heap', bytes: 200, objects: 2 },
  ]);
});

test.each([
  [0, 0],
  [0.999_999, 0],
  [1, 1],
  [9.999_999, 9],
  [10.2, 10],
  [10.5, 11],
  [1e9, 11],
  [Number.POSITIVE_INFINITY, 11],
])('the snapshot at %f s is number %i', (time, index) => {
  expect(openWithDigest().snapshotAt(time).index).toBe(index);
});

test('every snapshot is found by its own time, whatever the interval', () => {
  for (const interval of [0.1, 0.3, 0.7, 1 / 3]) {
    const reader = openWithDigest(interval);
    for (const { index, timeMicros } of reader.totals) {
      expect(reader.snapshotAt(timeMicros / 1e6).index).toBe(index);
    }
  }
});

test.each([-1, -0.000_001, Number.NaN])('there is no snapshot at %f s', (time) => {
  expect(() => openWithDigest().snapshotAt(time)).toThrow(
    new RangeError(
      `The time of a snapshot must be in seconds since the start, 0 or more, but is ${time}.`,
    ),
  );
});

test('a damaged snapshot fails by itself, the others are read', () => {
  openWithDigest().close();
  const bytes = fs.readFileSync(`${filebase}.hpc`);
  // '!' is the type of a snapshot's block.
  const second = bytes.indexOf('hpb!', bytes.indexOf('hpb!') + 1);
  bytes[second + 30]! ^= 1;
  fs.writeFileSync(`${filebase}.hpc`, bytes);
  const reader = open();
  expect(reader.hasDigest()).toBe(true);
  expect(reader.snapshots.at(0)!.index).toBe(0);
  expect(reader.snapshots.at(2)!.index).toBe(2);
  expect(() => reader.snapshots.at(1)).toThrow(FormatError);
});

test('without a digest, what needs one says so', () => {
  const reader = open();
  expect(reader.hasDigest()).toBe(false);
  const needing: (() => unknown)[] = [
    () => reader.elapsedTime,
    () => reader.finalTime,
    () => reader.snapshotInterval,
    () => reader.snapshots,
    () => reader.totals,
    () => reader.hpc,
    () => reader.snapshotAt(0),
  ];
  for (const call of needing) {
    expect(call).toThrow(HeapprofError);
    expect(call).toThrow(/^There is no digest of .*; make it with makeDigest\(\), or open it with/);
  }
  expect(reader.initialTime).toBe(1_767_323_045.5);
  expect(reader.rawTrace(1)).toEqual([{ functionName: 'main', file: '', line: 0, column: 0 }]);
});

test('a digest that was made is there for this reader and for the next', async () => {
  const reader = open();
  await reader.makeDigest({ timeInterval: 5 });
  expect(reader.hasDigest()).toBe(true);
  expect(reader.totals.map((totals) => totals.timeMicros / SECOND)).toEqual([0, 5, 10, 10.5]);
  expect(open().hpc).toEqual(reader.hpc);
  expect(reader.hpc).toEqual({
    file: `${filebase}.hpc`,
    timeIntervalMicros: 5 * SECOND,
    precision: 0.01,
    sourceVersion: 2,
    sourceBytes: fs.statSync(`${filebase}.hpd`).size,
    complete: true,
    damagedBytes: 0,
    elapsedMicros: 10.5 * SECOND,
  });
  expect(fs.readdirSync(folder).sort()).toEqual(
    ['recording.hpc', 'recording.hpd', 'recording.hpm'].sort(),
  );
});

test('by default there is a snapshot every 60 seconds, with a precision of a hundredth', () => {
  const reader = open();
  reader.makeDigestSync();
  expect(reader.hpc).toMatchObject({ timeIntervalMicros: 60 * SECOND, precision: 0.01 });
});

test('a digest of less of the log than there is now does not count', () => {
  openWithDigest();
  appendToLog();
  const reader = open();
  expect(reader.hasDigest()).toBe(false);
  reader.makeDigestSync();
  expect(reader.elapsedTime).toBe(20);
});

test('a digest of another recording does not count, even of one as long', () => {
  openWithDigest();
  const digest = fs.readFileSync(`${filebase}.hpc`);
  digest[8]! ^= 1;
  fs.writeFileSync(`${filebase}.hpc`, digest);
  expect(open().hasDigest()).toBe(false);
});

test('a damaged digest does not count; the error tells why', () => {
  fs.writeFileSync(`${filebase}.hpc`, 'damaged');
  const reader = open();
  expect(reader.hasDigest()).toBe(false);
  try {
    reader.snapshots.at(0);
    expect.unreachable();
  } catch (error) {
    expect((error as Error).cause).toBeInstanceOf(FormatError);
  }
});

test('aborted, it keeps the snapshots up to there', async () => {
  slowClock();
  const reader = open();
  const abort = new AbortController();
  await reader.makeDigest({
    timeInterval: 1,
    precision: 0,
    signal: abort.signal,
    onProgress: ({ elapsedMicros }) => {
      if (elapsedMicros >= 5 * SECOND) abort.abort();
    },
  });
  expect(reader.hpc).toMatchObject({ complete: false, elapsedMicros: 4 * SECOND });
  const interrupted: Snapshot[] = [...reader.snapshots];
  expect(interrupted).toEqual([...openWithDigest().snapshots].slice(0, 5));
  expect(fs.readdirSync(folder).length).toBe(3);
});

test('aborted from the start, nothing is changed', async () => {
  const reader = openWithDigest();
  const signal = AbortSignal.abort(new Error('not now'));
  await expect(reader.makeDigest({ timeInterval: 5, signal })).rejects.toThrow('not now');
  expect(reader.snapshotInterval).toBe(1);
});

test('the event loop runs while a digest is being made', async () => {
  slowClock();
  const reader = open();
  const events: string[] = [];
  const made = reader.makeDigest().then(() => events.push('made'));
  for (let k = 0; k < 3; k++) await new Promise((resolve) => setImmediate(resolve));
  events.push('looked');
  await made;
  expect(events).toEqual(['looked', 'made']);
});

test('an error of the making leaves an old digest in place and in use', async () => {
  const reader = openWithDigest();
  slowClock();
  const onProgress = () => {
    throw new Error('no terminal');
  };
  await expect(reader.makeDigest({ timeInterval: 5, onProgress })).rejects.toThrow('no terminal');
  expect(reader.snapshotInterval).toBe(1);
  const error = whileFailing('renameSync', 'EIO', () => reader.makeDigestSync());
  expect(error).toMatchObject({ code: 'ERR_HEAPPROF_WRITE' });
  expect(reader.snapshotInterval).toBe(1);
  expect(fs.readdirSync(folder).length).toBe(3);
});

test('where the folder may not be written to, the digest is a temporary file', () => {
  const reader = open();
  const temporary = () =>
    fs.readdirSync(tmpdir()).filter((name) => name.startsWith('heapprof-digest-'));
  const before = temporary();
  const make = () => reader.makeDigestSync({ timeInterval: 1, precision: 0 });
  expect(whileFailing('accessSync', 'EROFS', make)).toBeUndefined();
  expect(reader.hpc.file).toBeUndefined();
  expect(reader.snapshotAt(3).live.heap.bytes).toBe(300);
  expect(temporary()).toEqual(before);
  expect(fs.readdirSync(folder).length).toBe(2);
  reader.close();
  expect(open().hasDigest()).toBe(false);
});

test('the raw records are at hand', () => {
  const reader = open();
  expect(reader.hpm.facts.process?.pid).toBe(4711);
  expect([...reader.hpd.events()].length).toBe(11);
  expect(reader.hpd).toBe(reader.hpd);
});

const onLinux = test.skipIf(process.platform !== 'linux');
/** Files of the recording that this process has open. */
function openFiles(): string[] {
  return fs
    .readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return fs.readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    })
    .filter((target) => target.startsWith(folder))
    .map((target) => path.basename(target))
    .sort();
}

onLinux('only the digest is kept open, and nothing after close', async () => {
  const reader = openWithDigest();
  expect(openFiles()).toEqual(['recording.hpc']);
  expect([...reader.hpd.events()].length).toBe(11);
  expect(openFiles()).toEqual(['recording.hpc', 'recording.hpd']);
  await reader.makeDigest();
  reader.close();
  expect(openFiles()).toEqual([]);
});

onLinux('closed while a digest is being made, it leaves no file open', async () => {
  slowClock();
  const reader = open();
  const made = reader.makeDigest();
  reader.close();
  await made;
  expect(openFiles()).toEqual([]);
  expect(open().hasDigest()).toBe(true);
});

test('after close, everything says so', async () => {
  const reader = openWithDigest();
  reader[Symbol.dispose]();
  reader.close();
  const uses: (() => unknown)[] = [
    () => reader.hasDigest(),
    () => reader.initialTime,
    () => reader.samplingRate,
    () => reader.snapshots,
    () => reader.totals,
    () => reader.snapshotAt(0),
    () => reader.trace(1),
    () => reader.rawTrace(1),
    () => reader.hpm,
    () => reader.hpd,
    () => reader.hpc,
    () => reader.makeDigestSync(),
  ];
  for (const use of uses) expect(use).toThrow(/has been closed; open the recording again/);
  await expect(reader.makeDigest()).rejects.toMatchObject({ code: 'ERR_HEAPPROF_CLOSED' });
});

test.each([
  [{ timeInterval: 0 }, RangeError],
  [{ timeInterval: -1 }, RangeError],
  [{ timeInterval: 1e-7 }, RangeError],
  [{ timeInterval: Number.NaN }, RangeError],
  [{ timeInterval: Number.POSITIVE_INFINITY }, RangeError],
  [{ timeInterval: '60' }, TypeError],
  [{ timeInterval: null }, TypeError],
  [{ precision: 1 }, RangeError],
  [{ precision: -0.01 }, RangeError],
  [{ precision: Number.NaN }, RangeError],
  [{ precision: '0.01' }, TypeError],
  [{ weight: 0.5 }, RangeError],
  [{ weight: Number.POSITIVE_INFINITY }, RangeError],
  [{ weight: 1n }, TypeError],
])('no digest is made with %o', async (options, type) => {
  const reader = openWithDigest();
  await expect(reader.makeDigest(options as object)).rejects.toThrow(type);
  expect(() => reader.makeDigestSync(options as object)).toThrow(/ must be .*, but is .*\.$/);
  expect(reader.snapshotInterval).toBe(1);
});
