import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHeapprof } from '../support/command-line.js';
import { membersOf } from '../support/family.js';
import { fixture, PRELOAD, temporaryFolder } from '../support/record.js';

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`Still not so: ${what}.`);
    await sleep(10);
  }
}

/** Sends signals to a program of ours, and checks what is recorded by each. */
async function toggle(child: ChildProcess, filebase: string): Promise<void> {
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value;
  let stderr = '';
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  expect(await nextLine()).toBe('ready');
  expect(readdirSync(path.dirname(filebase))).toEqual([]);
  let count = 0;
  for (const name of [filebase, `${filebase}-2`]) {
    child.kill('SIGUSR2');
    expect(await nextLine()).toBe(`signal ${++count}`);
    await until(`${name} is begun`, () => existsSync(`${name}.hpm`));
    child.kill('SIGUSR2');
    expect(await nextLine()).toBe(`signal ${++count}`);
    await until(`${name} is complete`, () => membersOf(name)['']?.end !== undefined);
    expect(membersOf(name)['']!.end).toMatchObject({ reason: 'stop' });
  }
  child.stdin!.end();
  expect(await nextLine()).toBe('0');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(stderr).toBe('');
  expect(membersOf(filebase)['']!.facts.family).not.toBe(
    membersOf(`${filebase}-2`)['']!.facts.family,
  );
}

test('with HEAPPROF_SIGNAL a signal starts a recording, the next stops it, and the program notices nothing', async () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const env = { ...process.env, HEAPPROF_SIGNAL: 'SIGUSR2', HEAPPROF_OUTPUT: filebase };
  const child = spawn(process.execPath, ['--require', PRELOAD, fixture('signals.cjs')], { env });
  await toggle(child, filebase);
});

test('heapprof run hands the signal on', async () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const child = startHeapprof(['run', '-o', filebase, fixture('signals.cjs')], {
    env: { ...process.env, HEAPPROF_SIGNAL: 'SIGUSR2' },
  });
  await toggle(child, filebase);
});

test('a recording that cannot start then is one line on stderr, and the program goes on', async () => {
  const filebase = path.join(temporaryFolder(), 'no', 'such', 'recording');
  const env = { ...process.env, HEAPPROF_SIGNAL: 'SIGUSR2', HEAPPROF_OUTPUT: filebase };
  const child = spawn(process.execPath, ['--require', PRELOAD, fixture('signals.cjs')], { env });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  await once(child.stdout, 'data');
  child.kill('SIGUSR2');
  await until('stderr has a line', () => stderr.endsWith('\n'));
  child.stdin.end();
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(stderr).toMatch(/^heapprof: The recording cannot be written: [^\n]+\n$/);
});
