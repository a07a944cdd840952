import * as fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import type { UsageRow } from '../../src/model/snapshot.js';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import {
  FAMILY,
  member,
  type RecordingBuilder,
  recording,
  writeFamily,
} from '../support/recording.js';

const SECOND = 1_000_000;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** Writes a family; `{ '': root, '.w1': worker }`. */
function write(members: Readonly<Record<string, RecordingBuilder>>): string {
  const { filebase, cleanup } = writeFamily(members);
  cleanups.push(cleanup);
  return filebase;
}

function open(filebase: string): ProfileReader {
  const reader = new ProfileReader(filebase);
  cleanups.push(() => reader.close());
  return reader;
}

const onLinux = test.skipIf(process.platform !== 'linux');

const suffixesOf = ({ members }: ProfileReader) => members.map(({ suffix }) => suffix);

/** Live bytes of the last snapshot by the functions of the trace. */
function liveBytes(reader: ProfileReader): Record<string, number> {
  const nameOf = ({ trace }: UsageRow) =>
    (reader.rawTrace(trace) ?? []).map((frame) => frame.functionName).join(' > ');
  return Object.fromEntries(
    reader.snapshots.at(-1)!.liveRows.map((row) => [nameOf(row), row.bytes]),
  );
}

/** A recording of one object whose trace is `name`. */
const one = (number: number, name: string, bytes: number) =>
  member(number, { afterRootMicros: number * 1000 }).alloc(name, bytes);

test('all recordings of a run are opened with the first one, in the order of their starts', () => {
  const filebase = write({
    '': one(0, 'main', 1),
    '.p10-2.w3': one(6, 'f', 64),
    '.p10-2': one(5, 'e', 32),
    '.p10.w1': one(4, 'd', 16),
    '.p10': one(3, 'c', 8),
    '.w12': one(2, 'b', 4),
    '.w1': one(1, 'a', 2),
  });
  const reader = open(filebase);
  expect(suffixesOf(reader)).toEqual(['', '.w1', '.w12', '.p10', '.p10.w1', '.p10-2', '.p10-2.w3']);
  expect(reader.members[3]).toMatchObject({ filebase: `${filebase}.p10`, startMicros: 3000 });
  reader.makeDigestSync({ precision: 0 });
  expect(liveBytes(reader)).toEqual({ main: 1, a: 2, b: 4, c: 8, d: 16, e: 32, f: 64 });
  expect(reader.unreadable).toEqual([]);
  expect(fs.readdirSync(path.dirname(filebase)).filter((name) => name.endsWith('.hpc'))).toEqual([
    'recording.hpc',
  ]);
});

test('a member can be opened by itself; a child comes with its workers', () => {
  const filebase = write({
    '': one(0, 'main', 1),
    '.w1': one(1, 'a', 2),
    '.p10': one(3, 'c', 8),
    '.p10.w1': one(4, 'd', 16),
    '.p10-2': one(5, 'e', 32),
    '.p100': one(6, 'f', 64),
  });
  const worker = open(`${filebase}.w1`);
  worker.makeDigestSync({ precision: 0 });
  expect(liveBytes(worker)).toEqual({ a: 2 });
  const child = open(`${filebase}.p10`);
  expect(child.members.map(({ suffix, startMicros }) => [suffix, startMicros])).toEqual([
    ['', 0],
    ['.w1', 1000],
  ]);
  child.makeDigestSync({ precision: 0 });
  expect(liveBytes(child)).toEqual({ c: 8, d: 16 });
});

test('only files of the same family are members: not of an earlier run, not of other names', () => {
  const other = { description: { family: 'ffffffffffffffff' } };
  const filebase = write({
    '': one(0, 'main', 1),
    '.w1': member(1, other).alloc('earlier', 2),
    '.w2': recording().alloc('alone', 4),
    '.w3x': one(3, 'x', 8),
    '-2': one(4, 'y', 16),
    '.w4.p5': one(5, 'z', 32),
    '.w6': one(6, 'ours', 64),
    '.w7': member(7, other).alloc('earlier, and half of it gone', 128),
  });
  fs.rmSync(`${filebase}.w7.hpd`);
  for (const suffix of ['.hpm', '.hpd']) {
    const original = new URL(`../data/heapprof-v1/mixed${suffix}`, import.meta.url);
    fs.cpSync(fileURLToPath(original), `${filebase}.w8${suffix}`);
  }
  const reader = open(filebase);
  expect(suffixesOf(reader)).toEqual(['', '.w6']);
  expect(reader.unreadable).toEqual([]);
  expect(suffixesOf(open(`${filebase}.w2`))).toEqual(['']);
});

test('a recording without a family is alone, whatever lies beside it', () => {
  const filebase = write({ '': recording().alloc('main', 1), '.w1': one(1, 'a', 2) });
  expect(suffixesOf(open(filebase))).toEqual(['']);
});

test('a member that cannot be read is left out and told, and spoils nothing', () => {
  const filebase = write({
    '': one(0, 'main', 1),
    '.w1': one(1, 'a', 2),
    '.w2': one(2, 'b', 4),
    '.w3': one(3, 'c', 8),
    '.w4': one(4, 'd', 16),
  });
  fs.writeFileSync(`${filebase}.w1.hpm`, '');
  fs.rmSync(`${filebase}.w2.hpd`);
  fs.rmSync(`${filebase}.w3.hpm`);
  const reader = open(filebase);
  expect(suffixesOf(reader)).toEqual(['', '.w4']);
  expect(reader.unreadable).toEqual([
    { suffix: '.w1', reason: expect.stringContaining('.w1.hpm: ') },
    { suffix: '.w2', reason: expect.stringContaining('.w2.hpd does not exist') },
    { suffix: '.w3', reason: expect.stringContaining('.w3.hpm does not exist') },
  ]);
  reader.makeDigestSync({ precision: 0 });
  expect(liveBytes(reader)).toEqual({ main: 1, d: 16 });
});

test('a log that goes away while the digest is being made is damage of its size', () => {
  const late = member(1, { afterRootMicros: 5 * SECOND }).alloc('a', 2);
  const filebase = write({ '': one(0, 'main', 1), '.w1': late });
  const { size } = fs.statSync(`${filebase}.w1.hpd`);
  const reader = open(filebase);
  // So slow a clock that every step is reported.
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
  const onProgress = () => fs.rmSync(`${filebase}.w1.hpd`, { force: true });
  reader.makeDigestSync({ timeInterval: 1, precision: 0, onProgress });
  vi.restoreAllMocks();
  expect(reader.hpc).toMatchObject({ complete: true, damagedBytes: size });
  expect(liveBytes(reader)).toEqual({});
  expect(reader.snapshotAt(0).live.heap.bytes).toBe(1);
});

test('what members write later is not in the digest, and makes it stale; so does a member that comes later', () => {
  const filebase = write({ '': one(0, 'main', 1), '.w1': one(1, 'a', 2) });
  open(filebase).makeDigestSync({ precision: 0 });
  expect(open(filebase).hasDigest()).toBe(true);

  const { hpd } = one(1, 'a', 2)
    .at(5 * SECOND)
    .alloc('a', 2)
    .pieces();
  fs.appendFileSync(`${filebase}.w1.hpd`, hpd.at(-1)!);
  const grown = open(filebase);
  expect(grown.hasDigest()).toBe(false);
  grown.makeDigestSync({ precision: 0 });
  expect(grown.elapsedTime).toBe(5.001);
  expect(open(filebase).hasDigest()).toBe(true);

  const late = one(2, 'late', 4).files();
  fs.writeFileSync(`${filebase}.w2.hpm`, late.hpm);
  fs.writeFileSync(`${filebase}.w2.hpd`, late.hpd);
  expect(open(filebase).hasDigest()).toBe(false);
});

test('a digest is of these very members, not of others that are as long', () => {
  const filebase = write({ '': one(0, 'main', 1), '.w1': one(1, 'a', 2) });
  open(filebase).makeDigestSync({ precision: 0 });
  const { hpm, hpd } = one(3, 'a', 2).files();
  fs.writeFileSync(`${filebase}.w1.hpm`, hpm);
  fs.writeFileSync(`${filebase}.w1.hpd`, hpd);
  expect(open(filebase).hasDigest()).toBe(false);
});

onLinux('a log is open only while its member is there, so that thousands can be read', () => {
  const members: Record<string, RecordingBuilder> = {
    '': one(0, 'main', 1)
      .at(60 * SECOND)
      .stop(),
  };
  for (let child = 1; child <= 30; child++) {
    const builder = member(child, { afterRootMicros: child * SECOND });
    for (let k = 0; k < 10; k++) builder.alloc('main', 1, { at: k * 100_000 }).flush();
    members[`.p${child}`] = builder.stop();
  }
  const filebase = write(members);
  const openLogs = () =>
    fs.readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith(path.dirname(filebase));
      } catch {
        return false;
      }
    }).length;
  let most = 0;
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
  const reader = open(filebase);
  const onProgress = () => {
    most = Math.max(most, openLogs());
  };
  reader.makeDigestSync({ timeInterval: 0.1, precision: 0, onProgress });
  vi.restoreAllMocks();
  // The digest, the root's log, and those of two children where one ends and the next begins.
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(4);
  expect(openLogs()).toBe(1);
  expect(reader.snapshots.at(-1)!.live.heap.bytes).toBe(1);
  expect(reader.snapshotAt(5.95).live.heap.bytes).toBe(11);
});

test('traces that members write later do not shift those of the digest', () => {
  const root = one(0, 'main', 1).flush();
  const filebase = write({ '': root, '.w1': one(1, 'a', 2) });
  open(filebase).makeDigestSync({ precision: 0 });
  root.trace('new > newer');
  fs.writeFileSync(`${filebase}.hpm`, root.files().hpm);
  const reader = open(filebase);
  expect(reader.hasDigest()).toBe(true);
  expect(liveBytes(reader)).toEqual({ main: 1, a: 2 });
});

test('an event whose trace is lost counts as one without a trace of its own member', () => {
  const filebase = write({ '': one(0, 'main', 1), '.w1': one(1, 'a', 2) });
  const root = one(0, 'main', 1).alloc('main > lost', 32);
  // The log knows a trace more than the metadata.
  fs.writeFileSync(`${filebase}.hpd`, root.files().hpd);
  const reader = open(filebase);
  reader.makeDigestSync({ precision: 0 });
  expect(liveBytes(reader)).toEqual({ '': 32, main: 1, a: 2 });
  expect(reader.snapshots.at(-1)!.liveRows.map(({ member }) => member)).toEqual([0, 0, 1]);
});

test('a table of all traces has those of every member, with parents and innermost frames', () => {
  const filebase = write({
    '': one(0, 'main > load', 1),
    '.w1': one(1, 'run > walk', 2),
  });
  const reader = open(filebase);
  reader.makeDigestSync({ precision: 0 });
  const { traces } = reader.hpm;
  expect(traces.traceCount).toBe(5);
  const names = [1, 2, 3, 4, 5].map((index) => traces.trace(index)?.map((f) => f.functionName));
  expect(names).toEqual([['main'], ['main', 'load'], undefined, ['run'], ['run', 'walk']]);
  expect([1, 2, 4, 5].map((index) => traces.parent(index))).toEqual([0, 1, 0, 4]);
  expect(traces.innermostFrame(5)?.functionName).toBe('walk');
  expect(reader.hpm.facts.process?.family).toBe(FAMILY);
});
