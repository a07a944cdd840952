import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openLog } from '../../src/format/open.js';
import type { RecordingEnd } from '../../src/model/recording.js';
import { read } from '../../src/read.js';
import {
  ENGINES,
  eventsIn,
  fixture,
  PRELOAD,
  recordFixture,
  temporaryFolder,
} from '../support/record.js';

/** Everything, with either engine. */
const ALL = { observer: { sample: { 1: 1 } }, polling: { intervalBytes: 1 } } as const;

/** How many of the arrays that test/fixtures/ends.cjs keeps were logged: in one piece with their elements, and some with a note of V8's. */
function keptObjects(filebase: string): number {
  return eventsIn(filebase, 'ends.cjs').filter(
    ({ operation, sizeBytes }) => operation === 'allocation' && [208, 224].includes(sizeBytes),
  ).length;
}

function endOf(filebase: string): RecordingEnd | undefined {
  const log = openLog(`${filebase}.hpd`);
  let end: RecordingEnd | undefined;
  for (const item of log.items()) if (item.item === 'end') end = item.end;
  log.close();
  return end;
}

describe.each(ENGINES)('with the engine %s', (engine) => {
  const all = { engine, ...ALL[engine] };

  test.each([
    { way: 'return', status: 0 },
    { way: 'exit', status: 7 },
    { way: 'exitCode', status: 8 },
    { way: 'throw', status: 1 },
    { way: 'reject', status: 1 },
  ])(
    'a program that ends by $way keeps its exit code $status and leaves a whole recording',
    ({ way, status }) => {
      const run = recordFixture('ends.cjs', { ...all, args: [way] });
      expect(run.status).toBe(status);
      expect(endOf(run.filebase)).toMatchObject({ reason: 'exit', unresolvedEvents: 0 });
      expect(keptObjects(run.filebase)).toBeGreaterThanOrEqual(1000);
    },
  );

  test('a program that aborts leaves what it did until a second before', () => {
    const run = recordFixture('ends.cjs', { ...all, args: ['abort'] });
    expect(run.signal).toBe('SIGABRT');
    expect(endOf(run.filebase)).toBeUndefined();
    expect(keptObjects(run.filebase)).toBeGreaterThanOrEqual(1000);
  });

  test('a program that runs out of heap ends as V8 has it, and leaves what it did until a second before', () => {
    const run = recordFixture('ends.cjs', {
      engine,
      intervalBytes: 4096,
      args: ['exhaust'],
      nodeArgs: ['--max-old-space-size=50'],
    });
    expect(run.signal).toBe('SIGABRT');
    expect(run.stderr).toContain('JavaScript heap out of memory');
    expect(run.stderr).not.toContain('Check failed');
    const live = read(run.filebase, { precision: 0 });
    expect(live.snapshots.at(-1)!.live.heap.bytes).toBeGreaterThan(20e6);
    live.close();
  });
});

test('no stack is lost at the end, also where it comes just after the profiles were rotated', () => {
  // From about 0.1 to 0.4 seconds, in steps shorter than V8's profiler thread sleeps; the first rotation is in between.
  for (let count = 16_000; count <= 64_000; count += 2000) {
    const { filebase } = recordFixture('sizes.cjs', {
      args: [String(count)],
      nodeArgs: ['--no-use-osr'],
      sample: { 1: 1 },
    });
    expect(endOf(filebase), `${count} objects a line`).toMatchObject({ unresolvedEvents: 0 });
  }
});

test.each<NodeJS.Signals>(['SIGKILL', 'SIGTERM', 'SIGINT'])(
  'a program that is ended by %s leaves what it did until a second before, readable while it runs',
  async (signal) => {
    const filebase = path.join(temporaryFolder(), 'recording');
    const child = spawn(process.execPath, ['--require', PRELOAD, fixture('ends.cjs'), 'wait'], {
      env: { ...process.env, HEAPPROF_OUTPUT: filebase, HEAPPROF_SAMPLE: '{"1":1}' },
    });
    // Long enough for the start of Node and a second; no more is promised.
    const deadline = Date.now() + 20_000;
    let kept = 0;
    while (kept < 1000 && Date.now() < deadline) {
      await sleep(200);
      try {
        kept = keptObjects(filebase);
      } catch {
        // Not begun yet.
      }
    }
    expect(kept).toBeGreaterThanOrEqual(1000);
    child.kill(signal);
    const [, endedBy] = await once(child, 'exit');
    expect(endedBy).toBe(signal);
    expect(keptObjects(filebase)).toBe(kept);
  },
);

test('where the files cannot grow, the recording ends with one message and the program goes on', () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  // A file size limit of 64 KiB, in the units of the shell: 512 bytes by POSIX, 1,024 in bash.
  const run = spawnSync(
    'bash',
    ['-c', 'ulimit -f 64; exec "$0" "$@"', process.execPath, '--require', PRELOAD].concat([
      fixture('ends.cjs'),
      'allocate',
    ]),
    {
      encoding: 'utf8',
      env: { ...process.env, HEAPPROF_OUTPUT: filebase, HEAPPROF_SAMPLE: '{"1":1}' },
    },
  );
  expect(run.status).toBe(0);
  expect(run.stderr).toBe(
    `heapprof: the recording has ended early, the program goes on: ${filebase}.hpd: File too large\n`,
  );
  expect(endOf(filebase)).toMatchObject({ reason: 'error', message: 'File too large' });
});
