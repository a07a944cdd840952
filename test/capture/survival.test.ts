import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { openLog } from '../../src/format/open.js';
import type { RecordingEnd } from '../../src/model/recording.js';
import { read } from '../../src/read.js';
import { heapprof } from '../support/command-line.js';
import {
  eventsIn,
  fixture,
  PRELOAD,
  type RecordedRun,
  type RecordOptions,
  recordFixture,
  temporaryFolder,
} from '../support/record.js';

// All that a program does is recorded, so that what is missing can be counted.
const EVERYTHING = { 1: 1 };

// Long enough that a second of it is only a part.
const MILLISECONDS = '2000';

// A file system of 64 KiB stands in the place of the recording's folder while the program runs. It is gone with its mount
// namespace; the working directory is still the folder below.
const ON_SMALL_DISK = [
  'unshare',
  '-rm',
  'sh',
  '-c',
  `cd "$(dirname "$HEAPPROF_OUTPUT")" && mount -t tmpfs -o size=64k heapprof "$PWD" || exit 99
   "$0" "$@"; status=$?; cp "$PWD"/* . && exit $status`,
];

/** Strings of test/fixtures/ends.cjs that were logged. Their line is that of the loop for some (docs/accuracy.md). */
function loggedStrings(filebase: string): number {
  return eventsIn(filebase, 'ends.cjs').filter(
    ({ operation, sizeBytes }) => operation === 'allocation' && sizeBytes === 256,
  ).length;
}

/** What test/fixtures/ends.cjs wrote down: how many strings it had kept, and when. */
function journalOf(stdout: string): { strings: number; micros: number }[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [strings, micros] = line.split(' ').map(Number);
      return { strings: strings!, micros: micros! };
    });
}

/** Whether of all that the program has kept until so many seconds before its end, nothing is missing. */
function expectKeptUntil(secondsBefore: number, { filebase, stdout }: Journaled): void {
  const journal = journalOf(stdout);
  const last = journal.at(-1)!;
  const promised = journal.findLast(
    ({ micros }) => micros <= last.micros - secondsBefore * 1_000_000,
  );
  expect(promised?.strings).toBeGreaterThanOrEqual(1000);
  const logged = loggedStrings(filebase);
  expect(logged).toBeGreaterThanOrEqual(promised!.strings);
  expect(logged).toBeLessThanOrEqual(last.strings + 2000);
}

type Journaled = Pick<RecordedRun, 'filebase' | 'stdout'>;

/** A line of `heapprof info`. */
function infoLine(filebase: string, label: string): string | undefined {
  const { status, stdout } = heapprof(['info', filebase]);
  expect(status).toBe(0);
  return stdout
    .split('\n')
    .find((line) => line.startsWith(`${label} `))
    ?.slice(label.length)
    .trim();
}

function endOf(filebase: string): RecordingEnd | undefined {
  const log = openLog(`${filebase}.hpd`);
  let end: RecordingEnd | undefined;
  for (const item of log.items()) if (item.item === 'end') end = item.end;
  log.close();
  return end;
}

/** Runs test/fixtures/ends.cjs without recording it. */
function runPlainly({ args = [], nodeArgs = [] }: RecordOptions) {
  return spawnSync(process.execPath, [...nodeArgs, fixture('ends.cjs'), ...args], {
    encoding: 'utf8',
  });
}

/** What a program printed without the frames of native functions, which depend on what V8 had compiled. */
function withoutNativeFrames(text: string): string {
  return text.replaceAll(/^ *\d+: 0x.*\n/gm, '');
}

describe('a program that ends in order leaves all of it, and ends as without heapprof', () => {
  test.each([
    { way: 'return', status: 0 },
    { way: 'exit', status: 7 },
    { way: 'exitCode', status: 8 },
    { way: 'throw', status: 1 },
    { way: 'reject', status: 1 },
  ])('$way', ({ way, status }) => {
    const run = recordFixture('ends.cjs', { args: [way], sample: EVERYTHING });
    expect(run.status).toBe(status);
    expect(run.stderr).toBe(runPlainly({ args: [way] }).stderr);
    expect(endOf(run.filebase)).toMatchObject({ reason: 'exit', unresolvedEvents: 0 });
    expect(infoLine(run.filebase, 'end')).toBe('the program came to its end');
    expectKeptUntil(0, run);
  });

  test('no stack is lost, also where the end comes just after the profiles were rotated', () => {
    // From about 0.1 to 0.4 seconds, in steps shorter than V8's profiler thread sleeps; the first rotation is in between.
    for (let count = 16_000; count <= 64_000; count += 2000) {
      const { filebase } = recordFixture('sizes.cjs', {
        args: [String(count)],
        nodeArgs: ['--no-use-osr'],
        sample: EVERYTHING,
      });
      expect(endOf(filebase), `${count} objects a line`).toMatchObject({ unresolvedEvents: 0 });
    }
    // Two dozen programs: on a busy machine more than other tests have.
  }, 300_000);

  test('no stack is lost, also where the machine is too busy for V8 to tell in time what they are', () => {
    const run = recordFixture('starved-profiler.cjs', { sample: EVERYTHING });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(endOf(run.filebase)).toMatchObject({ reason: 'exit', unresolvedEvents: 0 });
  });

  test('a worker thread that is terminated', () => {
    const filebase = path.join(temporaryFolder(), 'recording');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [fixture('terminated-worker.cjs'), filebase, '1500'],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(endOf(filebase)).toMatchObject({ reason: 'exit' });
    expectKeptUntil(0, { filebase, stdout });
  });
});

describe('a program that dies leaves all but its last second, and dies as without heapprof', () => {
  let crashingAddon: string;

  // In build/ and not in a temporary folder: it lasts longer than a test.
  beforeAll(() => {
    const folder = path.join(import.meta.dirname, '../../build/test');
    mkdirSync(folder, { recursive: true });
    crashingAddon = path.join(folder, 'segmentation-fault.node');
    execFileSync(
      process.env.CC ?? 'cc',
      ['-shared', '-fPIC', fixture('segmentation-fault.c'), '-o', crashingAddon],
      { stdio: 'pipe' },
    );
  });

  test.each<{ way: string; argument?: () => string; signal: NodeJS.Signals }>([
    { way: 'signal', argument: () => 'TERM', signal: 'SIGTERM' },
    { way: 'signal', argument: () => 'INT', signal: 'SIGINT' },
    { way: 'signal', argument: () => 'KILL', signal: 'SIGKILL' },
    { way: 'abort', signal: 'SIGABRT' },
    { way: 'segmentationFault', argument: () => crashingAddon, signal: 'SIGSEGV' },
  ])('$way, which is $signal', ({ way, argument, signal }) => {
    const given = argument ? [argument()] : [];
    const run = recordFixture('ends.cjs', {
      args: [way, MILLISECONDS, ...given],
      sample: EVERYTHING,
    });
    expect(run.signal).toBe(signal);
    const plain = runPlainly({ args: [way, '1', ...given] });
    expect(withoutNativeFrames(run.stderr)).toBe(withoutNativeFrames(plain.stderr));
    expect(infoLine(run.filebase, 'end')).toMatch(/^none in the log: the program was killed/);
    expect(infoLine(run.filebase, 'damage')).toBe('none');
    expectKeptUntil(1, run);
  });

  test('out of memory', () => {
    const nodeArgs = ['--max-old-space-size=64'];
    const run = recordFixture('ends.cjs', {
      args: ['outOfMemory', MILLISECONDS],
      nodeArgs,
      sample: EVERYTHING,
    });
    const plain = runPlainly({ args: ['outOfMemory'], nodeArgs });
    expect(run.signal).toBe('SIGABRT');
    expect(plain.signal).toBe('SIGABRT');
    const fatal = (text: string) => text.split('\n').filter((line) => line.startsWith('FATAL'));
    expect(fatal(run.stderr)).toEqual([expect.stringMatching(/JavaScript heap out of memory$/)]);
    expect(fatal(plain.stderr)).toEqual([expect.stringMatching(/JavaScript heap out of memory$/)]);
    expect(run.stderr).not.toMatch(/heapprof|Check failed|Fatal error in/);
    expect(infoLine(run.filebase, 'end')).toMatch(/^none in the log: the program was killed/);
    expectKeptUntil(1, run);
  });
});

test('events of a program that allocates as fast as it can are written as fast', () => {
  const { filebase, signal } = recordFixture('busy-then-killed.cjs', {
    args: ['4000'],
    sample: EVERYTHING,
  });
  expect(signal).toBe('SIGKILL');
  let lastEventMicros = 0;
  let lastRecordMicros = 0;
  const log = openLog(`${filebase}.hpd`);
  for (const item of log.items()) {
    if (item.item === 'events') lastEventMicros = item.block.lastTimeMicros;
    if (item.item === 'heap') lastRecordMicros = item.records.at(-1)!.timeMicros;
  }
  log.close();
  // Were they not, they would be in memory, and lost with it: three quarters of them.
  expect(lastRecordMicros).toBeGreaterThan(2e6);
  expect(lastEventMicros).toBeGreaterThan(lastRecordMicros / 2);
});

test('a program that runs out of memory at once leaves its last heap record and what was alive then', () => {
  const run = recordFixture('ends.cjs', {
    args: ['outOfMemory'],
    nodeArgs: ['--max-old-space-size=64'],
    sample: EVERYTHING,
  });
  expect(run.signal).toBe('SIGABRT');
  using reader = read(run.filebase, { precision: 0 });
  const first = reader.totals[0]!.heap!;
  const { heap, live } = reader.totals.at(-1)!;
  expect(heap!.usedAfterBytes).toBeGreaterThan(0.8 * 64 * 2 ** 20);
  expect(live.heap.bytes).toBeGreaterThan(0.9 * (heap!.usedAfterBytes - first.usedAfterBytes));
});

test('a recording can be read while it is written, and grows', async () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const child = spawn(process.execPath, ['--require', PRELOAD, fixture('ends.cjs'), 'wait'], {
    env: { ...process.env, HEAPPROF_OUTPUT: filebase, HEAPPROF_SAMPLE: '{"1":1}' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout!.on('data', (text) => {
    stdout += text;
  });
  const counts: number[] = [];
  const deadline = Date.now() + 20_000;
  // At least three states of it with more in each, until it has run for as long as is promised.
  const from = Date.now();
  while ((counts.length < 3 || Date.now() - from < 2000) && Date.now() < deadline) {
    await sleep(100);
    if (!existsSync(`${filebase}.hpm`)) continue;
    using reader = read(filebase, 0.1);
    expect([...reader.hpm.damage]).toEqual([]);
    expect(reader.snapshots.length).toBeGreaterThan(0);
    const count = loggedStrings(filebase);
    expect(count).toBeGreaterThanOrEqual(counts.at(-1) ?? 0);
    if (count > (counts.at(-1) ?? 0)) counts.push(count);
  }
  expect(counts.length).toBeGreaterThanOrEqual(3);
  expect(infoLine(filebase, 'end')).toMatch(/or is still running/);
  child.kill('SIGTERM');
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGTERM');
  expectKeptUntil(1, { filebase, stdout });
});

describe('where the files cannot be written, the recording ends with one message and the program goes on', () => {
  test.each([
    {
      name: 'a file size limit',
      // In the units of the shell: 512 bytes by POSIX, 1,024 in bash.
      within: ['bash', '-c', 'ulimit -f 64; exec "$0" "$@"'],
      reason: 'File too large',
      sharing: ['.hpd'],
    },
    ...(canMount()
      ? [
          {
            name: 'a full disk',
            within: ON_SMALL_DISK,
            reason: 'No space left on device',
            sharing: ['.hpm', '.hpd'],
          },
        ]
      : []),
  ])('$name', ({ within, reason, sharing }) => {
    const run = recordFixture('ends.cjs', {
      args: ['outgrow', '500'],
      sample: EVERYTHING,
      within,
    });
    expect(run.stderr).toBe(endedEarly(run.filebase, reason));
    expect(run.status).toBe(0);
    expect(endOf(run.filebase)).toMatchObject({ reason: 'error', message: reason });
    expect(infoLine(run.filebase, 'end')).toBe(
      `the recording stopped because of an error: ${reason}`,
    );
    expect(infoLine(run.filebase, 'damage')).toBe('none');
    // Until then, ten strings at a time were kept.
    const journal = journalOf(run.stdout);
    const outgrown = journal.findIndex(
      ({ strings }, i) => i > 0 && strings - journal[i - 1]!.strings > 10,
    );
    expect(loggedStrings(run.filebase)).toBeGreaterThanOrEqual(journal[outgrown - 1]!.strings);
    // Of the 64 KiB nearly nothing is left, counted in pages.
    const pages = sharing.map((suffix) => Math.ceil(statSync(run.filebase + suffix).size / 4096));
    expect(pages.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(15);
  });

  test('a folder that is removed', () => {
    const run = recordFixture('ends.cjs', { args: ['removeFolder', '500'], sample: EVERYTHING });
    expect(run.stderr).toBe(endedEarly(run.filebase, 'the file was removed'));
    expect(run.status).toBe(0);
    expect(existsSync(path.dirname(run.filebase))).toBe(false);
  });
});

function endedEarly(filebase: string, reason: string): string {
  return `heapprof: the recording has ended early, the program goes on: ${filebase}.hpd: ${reason}\n`;
}

/** Whether ON_SMALL_DISK works here: some systems let nobody but root mount, and some containers not even that. */
function canMount(): boolean {
  return spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'heapprof', '/mnt']).status === 0;
}
