import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { heapprof, startHeapprof } from '../support/command-line.js';
import { recording, type WrittenRecording } from '../support/recording.js';

let written: WrittenRecording;

afterEach(() => written.cleanup());

/**
 * Interrupts a command that makes a digest of a recording, while it does. The recording is an hour with an allocation a second: a digest of
 * it at 4 ms has 900,000 snapshots, which takes a while.
 */
async function interrupt(args: readonly string[]) {
  const builder = recording();
  for (let second = 0; second < 3600; second++)
    builder.alloc('main:a.js:1', 1000, { at: second * 1e6 });
  written = builder.stop().write();
  const folder = path.dirname(written.filebase);
  const child = startHeapprof([...args, '--interval', '0.004'], { cwd: folder });
  let stderr = '';
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  while (!readdirSync(folder).some((name) => name.includes('.hpc'))) await setTimeout(5);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  return { folder, stderr };
}

test('Ctrl-C leaves a digest up to there, with exit code 130, and the next command says so', async () => {
  const { folder, stderr } = await interrupt(['digest', 'recording']);
  expect(stderr).toMatch(
    /^heapprof: Interrupted; the digest holds the recording up to [^\n]+\.\n$/,
  );
  expect(existsSync(`${written.filebase}.hpc`)).toBe(true);

  const summary = heapprof(['summary', 'recording'], { cwd: folder });
  expect(summary.status).toBe(0);
  expect(summary.stderr).toMatch(/^heapprof: the digest ends at .*heapprof digest recording\n$/);
  expect(heapprof(['digest', 'recording', '--interval', '60'], { cwd: folder }).stdout).toBe(
    'recording.hpc: 61 snapshots, every 1m 00s\n',
  );
});

test('Ctrl-C leaves nothing of an export, with exit code 130', async () => {
  const args = ['export', 'recording', '--format', 'heapprof', '-o', 'new'];
  const { folder, stderr } = await interrupt(args);
  expect(stderr).toBe('heapprof: Interrupted; nothing was written.\n');
  expect(readdirSync(folder).sort()).toEqual(['recording.hpd', 'recording.hpm']);
});
