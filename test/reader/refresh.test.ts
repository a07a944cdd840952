import * as fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import { whileFailing } from '../support/failing-disk.js';
import { samplings, steps, writeSteps } from '../support/random-log.js';
import { member, type RecordingBuilder, recording, writeFiles } from '../support/recording.js';
import { encodeEventsV1, encodeMetadataV1 } from '../support/version1.js';

const SECOND = 1_000_000;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** The files of a recording that grows: `grow(n)` writes so many bytes more of its log. */
function growing({ hpm, hpd }: { readonly hpm: Uint8Array; readonly hpd: Uint8Array }) {
  const { filebase, cleanup } = writeFiles({ hpm, hpd: new Uint8Array(0) });
  let length = 0;
  const grow = (bytes: number) => {
    fs.appendFileSync(`${filebase}.hpd`, hpd.subarray(length, length + bytes));
    length = Math.min(length + bytes, hpd.length);
  };
  return { filebase, cleanup, grow, isWhole: () => length === hpd.length };
}

/** The same, cleaned up after the test. */
function growingLog(builder: RecordingBuilder) {
  const files = growing(builder.files());
  cleanups.push(files.cleanup);
  return files;
}

function open(filebase: string): ProfileReader {
  const reader = new ProfileReader(filebase);
  cleanups.unshift(() => reader.close());
  return reader;
}

function bytesOf(file: string): string {
  return fs.readFileSync(file).toString('hex');
}

/** The bytes of the digest that is made of the files as they are, with nothing known of them. */
function madeAnew(filebase: string, options: { timeInterval: number; precision: number }): string {
  const folder = fs.mkdtempSync(`${filebase}-copy-`);
  try {
    for (const suffix of ['hpm', 'hpd']) {
      fs.copyFileSync(`${filebase}.${suffix}`, path.join(folder, `log.${suffix}`));
    }
    using reader = new ProfileReader(path.join(folder, 'log'));
    reader.makeDigestSync(options);
    return bytesOf(path.join(folder, 'log.hpc'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const HEADER_BYTES = 16;

test('whatever the log grows by, the refreshed digest has the bytes of one that is made anew', () => {
  let refreshed = 0;
  fc.assert(
    fc.property(
      samplings,
      fc.array(steps(100, 30), { minLength: 4, maxLength: 4 }),
      fc.array(fc.oneof(fc.nat(10), fc.nat(500)), { minLength: 20, maxLength: 20 }),
      fc.constantFrom(50, 1000, 1e6),
      fc.option(fc.record({ at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) })),
      (sampling, all, growths, timeIntervalMicros, damage) => {
        const builder = recording({ sampling });
        writeSteps(builder, all.flat(), sampling);
        const { hpm, hpd } = builder.stop().files();
        const log = Buffer.from(hpd);
        if (damage) log[HEADER_BYTES + (damage.at % (log.length - HEADER_BYTES))]! ^= damage.bits;
        const { filebase, cleanup, grow, isWhole } = growing({ hpm, hpd: log });
        const options = { timeInterval: timeIntervalMicros / 1e6, precision: 0.1 };
        grow(HEADER_BYTES);
        const reader = new ProfileReader(filebase);
        try {
          reader.makeDigestSync(options);
          for (const bytes of [...growths, hpd.length]) {
            const isMore = bytes > 0 && !isWhole();
            grow(bytes);
            expect(reader.refresh()).toBe(isMore);
            expect(bytesOf(`${filebase}.hpc`)).toBe(madeAnew(filebase, options));
            refreshed += 1;
          }
          if (!damage) expect(reader.hasEnded()).toBe(true);
        } finally {
          reader.close();
          cleanup();
        }
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
  expect(refreshed).toBe(40 * 21);
});

test('a log of version 1 that grows is taken up where it ended, in the middle of an event too', () => {
  const events = Array.from({ length: 200 }, (_, k) => ({
    // The clock goes back now and then.
    deltaMicros: k % 7 === 3 ? -700_000 : 300_000,
    trace: k % 5,
    sizeBytes: 100 * k,
    isFree: k % 3 === 2,
  }));
  const traces = [1, 2, 3, 4].map((line) => [['a.py', line]] as const);
  const facts = { startSeconds: 1_767_323_045, startNanos: 0, bands: [] };
  const files = growing({
    hpm: encodeMetadataV1({ ...facts, traces: traces.map((trace) => [...trace]) as never }),
    hpd: encodeEventsV1(events),
  });
  cleanups.push(files.cleanup);
  files.grow(3);
  const reader = open(files.filebase);
  const options = { timeInterval: 1, precision: 0 };
  reader.makeDigestSync(options);
  while (!files.isWhole()) {
    files.grow(61);
    expect(reader.refresh()).toBe(true);
    expect(bytesOf(`${files.filebase}.hpc`)).toBe(madeAnew(files.filebase, options));
  }
  expect(reader.refresh()).toBe(false);
  expect(reader.hasEnded()).toBe(false);
});

test('a refresh reads what is new, not what is known', () => {
  const builder = recording();
  for (let second = 0; second < 50; second++)
    builder.alloc('main', 8, { at: second * SECOND }).flush();
  const { hpd } = builder.files();
  const files = growingLog(builder);
  files.grow(hpd.length - 40);
  const reader = open(files.filebase);
  reader.makeDigestSync({ timeInterval: 1, precision: 0 });
  // What is known of the log is made useless, behind the reader's back.
  const log = fs.openSync(`${files.filebase}.hpd`, 'r+');
  fs.writeSync(log, Buffer.alloc(200), 0, 200, HEADER_BYTES);
  fs.closeSync(log);
  files.grow(40);
  expect(reader.refresh()).toBe(true);
  expect(reader.snapshots.at(-1)!.live.heap.bytes).toBe(50 * 8);
});

test('without a digest, a refresh takes up the metadata and the log', () => {
  const files = growingLog(recording().alloc('main', 8).flush().alloc('main', 16, { at: SECOND }));
  files.grow(HEADER_BYTES);
  const reader = open(files.filebase);
  expect([...reader.hpd.events()]).toEqual([]);
  expect(reader.refresh()).toBe(false);
  files.grow(1000);
  expect(reader.refresh()).toBe(true);
  expect([...reader.hpd.events()].map((event) => event.sizeBytes)).toEqual([8, 16]);
  expect(reader.hasDigest()).toBe(false);
});

test('a new member of a family is taken up, and the digest is made anew', () => {
  const root = member(1).alloc('main', 8).flush();
  const { filebase, cleanup } = root.write();
  cleanups.push(cleanup);
  const reader = open(filebase);
  reader.makeDigestSync({ timeInterval: 1, precision: 0 });
  expect(reader.members.length).toBe(1);
  const { hpm, hpd } = member(2, { afterRootMicros: 5 }).alloc('work', 32).stop().files();
  fs.writeFileSync(`${filebase}.w1.hpm`, hpm);
  fs.writeFileSync(`${filebase}.w1.hpd`, hpd);
  expect(reader.refresh()).toBe(true);
  expect(reader.members.map(({ suffix }) => suffix)).toEqual(['', '.w1']);
  expect(reader.snapshots.at(-1)!.live.heap.bytes).toBe(40);
  expect(reader.refresh()).toBe(false);
});

test('a refresh that fails leaves the digest that there was, and the next one takes up all', () => {
  const files = growingLog(recording().alloc('main', 8).flush().alloc('main', 16, { at: SECOND }));
  files.grow(HEADER_BYTES);
  const reader = open(files.filebase);
  const options = { timeInterval: 1, precision: 0 };
  reader.makeDigestSync(options);
  const before = bytesOf(`${files.filebase}.hpc`);
  const names = fs.readdirSync(path.dirname(files.filebase));
  files.grow(1000);
  expect(whileFailing('renameSync', 'EIO', () => reader.refresh())).toMatchObject({
    code: 'ERR_HEAPPROF_WRITE',
  });
  expect(bytesOf(`${files.filebase}.hpc`)).toBe(before);
  expect(fs.readdirSync(path.dirname(files.filebase))).toEqual(names);
  expect(reader.refresh()).toBe(true);
  reader.makeDigestSync(options);
  expect(bytesOf(`${files.filebase}.hpc`)).toBe(madeAnew(files.filebase, options));
});
