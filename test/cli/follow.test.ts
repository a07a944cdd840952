import * as fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import { heapprof, startHeapprof } from '../support/command-line.js';
import { recording, type WrittenRecording, writeFiles } from '../support/recording.js';

const SECOND = 1_000_000;

let written: WrittenRecording;

afterEach(() => written.cleanup());

/** A command that follows the recording of a folder; `ended` gives its exit code and what it has said. */
function follow(folder: string) {
  const child = startHeapprof(['digest', 'recording', '--follow'], { cwd: folder });
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (text) => {
    stdout += text;
  });
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** Whether a recording has begun. */
function isReadable(filebase: string): boolean {
  try {
    new ProfileReader(filebase).close();
    return true;
  } catch {
    return false;
  }
}

/** Waits until the digest in the file is of so many seconds. */
async function digestOf(filebase: string, seconds: number): Promise<void> {
  for (;;) {
    if (fs.existsSync(`${filebase}.hpc`)) {
      using reader = new ProfileReader(filebase);
      if (reader.hasDigest() && reader.elapsedTime >= seconds) return;
    }
    await setTimeout(20);
  }
}

test('a digest that follows a log ends with the recording, and is the one that is made anew', async () => {
  const builder = recording();
  for (let second = 0; second < 6; second++) {
    builder.alloc('main:a.js:1', 1000, { at: second * SECOND }).flush();
  }
  const { hpm, hpd } = builder.stop().files();
  // The end block is the last thing of the log.
  const parts = [hpd.subarray(0, hpd.length / 2), hpd.subarray(hpd.length / 2)];
  written = writeFiles({ hpm, hpd: parts[0]! });
  const { filebase } = written;
  const folder = path.dirname(filebase);
  const { ended } = follow(folder);
  await digestOf(filebase, 1);
  fs.appendFileSync(`${filebase}.hpd`, parts[1]!);
  expect(await ended).toEqual({
    code: 0,
    stdout: 'recording.hpc: 6 snapshots, every 1.00 s\n',
    stderr: '',
  });
  const followed = fs.readFileSync(`${filebase}.hpc`);
  expect(fs.readdirSync(folder).sort()).toEqual([
    'recording.hpc',
    'recording.hpd',
    'recording.hpm',
  ]);
  fs.rmSync(`${filebase}.hpc`);
  heapprof(['digest', 'recording', '--interval', '1'], { cwd: folder });
  expect(fs.readFileSync(`${filebase}.hpc`).equals(followed)).toBe(true);
});

test('Ctrl-C ends the following of a log, with a whole digest up to there', async () => {
  written = recording()
    .alloc('main:a.js:1', 1000)
    .flush()
    .alloc('main:a.js:1', 1000, { at: 2.5 * SECOND })
    .write();
  const { filebase } = written;
  const { child, ended } = follow(path.dirname(filebase));
  await digestOf(filebase, 2.5);
  // Until it follows, Ctrl-C would end it as usual.
  const { hpd } = recording()
    .alloc('main:a.js:1', 1000, { at: 4 * SECOND })
    .pieces();
  fs.appendFileSync(`${filebase}.hpd`, hpd[1]!);
  await digestOf(filebase, 4);
  child.kill('SIGINT');
  expect(await ended).toEqual({
    code: 0,
    stdout: 'recording.hpc: 5 snapshots, every 1.00 s\n',
    stderr: '',
  });
  using reader = new ProfileReader(filebase);
  expect(reader.hpc.complete).toBe(true);
  expect(reader.elapsedTime).toBe(4);
});

test('a program is followed while it records itself, with the threads that it starts, until its end', async () => {
  written = writeFiles({});
  const folder = path.dirname(written.filebase);
  const program = `
    const { Worker } = require('node:worker_threads');
    const kept = [];
    let count = 0;
    const timer = setInterval(() => {
      for (let k = 0; k < 100; k++) kept.push(Buffer.alloc(10_000));
      if (++count === 5) new Worker('const kept = Array.from({ length: 50 }, () => Buffer.alloc(20_000))', { eval: true });
      if (count === 25) clearInterval(timer);
    }, 100);`;
  fs.writeFileSync(path.join(folder, 'program.cjs'), program);
  const recorder = startHeapprof(['run', '-o', 'recording', '--', 'program.cjs'], { cwd: folder });
  const recorded = new Promise((resolve) => recorder.once('close', resolve));
  while (!isReadable(written.filebase)) await setTimeout(10);
  const { ended } = follow(folder);
  expect(await recorded).toBe(0);
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
  const followed = fs.readFileSync(`${written.filebase}.hpc`);
  using reader = new ProfileReader(written.filebase);
  expect(reader.members.length).toBe(2);
  expect(reader.hpc.complete).toBe(true);
  const last = reader.totals.findLast(({ live }) => live.arrayBuffer.bytes > 0)!;
  expect(last.live.arrayBuffer.bytes).toBeGreaterThan(20_000_000);
  reader.makeDigestSync({ timeInterval: 1 });
  expect(fs.readFileSync(`${written.filebase}.hpc`).equals(followed)).toBe(true);
});
