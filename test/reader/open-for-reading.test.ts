import * as fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HeapprofError } from '../../src/base/errors.js';
import { openForReading } from '../../src/reader/open-for-reading.js';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import { asOfEarlier } from '../support/digest.js';
import { whileFailing } from '../support/failing-disk.js';
import { recording } from '../support/recording.js';

/** What `read` opens: a reader with something of its own. */
class Reader extends ProfileReader {
  isOurs(): boolean {
    return this.hasDigest();
  }
}

let filebase: string;
let cleanup: () => void;
beforeEach(() => {
  ({ filebase, cleanup } = recording()
    .alloc('main', 100)
    .alloc('main > load', 1, { at: 90_000_000 })
    .write());
});
afterEach(() => cleanup());

function read(...options: [timeInterval?: unknown, precision?: unknown]) {
  const [timeInterval, precision] = options as [number?, number?];
  using reader = openForReading(Reader, filebase, timeInterval, precision);
  expect(reader.isOurs()).toBe(true);
  return reader.hpc;
}

test('a digest is made where there is none: every 60 seconds, to a hundredth', () => {
  expect(read()).toMatchObject({ timeIntervalMicros: 60e6, precision: 0.01, complete: true });
  expect(fs.existsSync(`${filebase}.hpc`)).toBe(true);
});

test.each([
  ['no options', [], 10e6, 0.5],
  ['no options by name', [{}], 10e6, 0.5],
  ['the same interval', [10], 10e6, 0.5],
  ['the same options', [10, 0.5], 10e6, 0.5],
  ['the same options by name', [{ timeInterval: 10, precision: 0.5 }], 10e6, 0.5],
  ['the same precision', [undefined, 0.5], 10e6, 0.5],
  ['another interval', [20], 20e6, 0.01],
  ['another precision', [undefined, 0.01], 60e6, 0.01],
  ['the default interval', [60], 60e6, 0.01],
  ['another precision by name', [{ precision: 0 }], 60e6, 0],
] as const)('of a digest with 10 seconds and a half, %s', (_, options, micros, precision) => {
  read(10, 0.5);
  const before = fs.statSync(`${filebase}.hpc`).ino;
  expect(read(...options)).toMatchObject({ timeIntervalMicros: micros, precision });
  const isKept = micros === 10e6;
  expect(fs.statSync(`${filebase}.hpc`).ino === before).toBe(isKept);
});

test('a digest with a weight is taken where none is given, and made again for another', () => {
  read({ weight: 2 });
  expect(read().weight).toBe(2);
  expect(read({ weight: 3 }).weight).toBe(3);
  expect(read(10).weight).toBeUndefined();
});

test('a digest is made again when the log has grown, and when it is damaged', () => {
  const before = read().sourceBytes;
  const { hpd } = recording().alloc('main', 8, { at: 100_000_000 }).pieces();
  fs.appendFileSync(`${filebase}.hpd`, hpd[1]!);
  expect(read()).toMatchObject({ sourceBytes: before + hpd[1]!.length, elapsedMicros: 100e6 });
  fs.truncateSync(`${filebase}.hpc`, 100);
  expect(read()).toMatchObject({ complete: true, elapsedMicros: 100e6 });
});

test('a digest of an earlier heapprof, without the standard errors of objects, is made again', () => {
  read();
  const made = fs.readFileSync(`${filebase}.hpc`);
  fs.writeFileSync(`${filebase}.hpc`, asOfEarlier(made));
  {
    using reader = new Reader(filebase);
    expect(reader.isOurs()).toBe(false);
    const sentence =
      'this is a digest of an earlier heapprof at byte 16. Make the digest again, for example with heapprof digest.';
    expect(() => reader.totals).toThrow(
      expect.objectContaining({
        code: 'ERR_HEAPPROF_NO_DIGEST',
        cause: expect.objectContaining({ message: `${filebase}.hpc: ${sentence}` }),
      }),
    );
  }
  read();
  expect(fs.readFileSync(`${filebase}.hpc`).equals(made)).toBe(true);
});

test('an interrupted digest is taken as it is', async () => {
  {
    using reader = new Reader(filebase);
    const abort = new AbortController();
    const onProgress = () => abort.abort();
    // So slow a clock that every step is reported.
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
    await reader.makeDigest({ timeInterval: 30, signal: abort.signal, onProgress });
    vi.restoreAllMocks();
  }
  expect(read()).toMatchObject({ complete: false, timeIntervalMicros: 30e6 });
  expect(read(30)).toMatchObject({ complete: false });
});

test('progress is told while a digest is being made', () => {
  const seen: number[] = [];
  const { size } = fs.statSync(`${filebase}.hpd`);
  read({ onProgress: ({ doneBytes }: { doneBytes: number }) => seen.push(doneBytes) });
  expect(seen.at(-1)).toBe(size);
});

test.skipIf(process.platform !== 'linux')('where it fails, no file is left open', () => {
  read(10);
  const before = fs.readdirSync('/proc/self/fd').length;
  expect(whileFailing('renameSync', 'EIO', () => read(20))).toBeInstanceOf(HeapprofError);
  expect(fs.readdirSync('/proc/self/fd').length).toBe(before);
  expect(read().timeIntervalMicros).toBe(10e6);
});

test.each([
  [[0], RangeError, 'The time interval must be above 0 seconds'],
  [[60, 1], RangeError, 'The precision must be a fraction from 0 to below 1'],
  [['60'], TypeError, 'The time interval must be a number of seconds, but is of type string.'],
  [[{ weight: 0 }], RangeError, 'The weight must be the number of allocations'],
  [[null], TypeError, 'The options must be an object, but are null.'],
  [[{}, 0.5], TypeError, 'The precision is given twice; put it into the options.'],
] as const)('read with %o is refused before anything is done', (options, type, sentence) => {
  const call = () => read(...(options as unknown as []));
  expect(call).toThrow(type);
  expect(call).toThrow(sentence);
  expect(fs.readdirSync(path.dirname(filebase)).length).toBe(2);
});

test('a name that is no text, and one of no recording, are refused', () => {
  expect(() => openForReading(Reader, undefined as unknown as string)).toThrow(TypeError);
  expect(() => openForReading(Reader, `${filebase}x`)).toThrow(/There is no recording/);
});
