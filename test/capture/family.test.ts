import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { addonFile } from '../../scripts/build-native.mjs';
import { isProfiling, start, stop } from '../../src/capture/index.js';
import { takeFilebase } from '../../src/capture/member-files.js';
import { membersOf } from '../support/family.js';
import { fixture, PRELOAD, recordFixture, temporaryFolder } from '../support/record.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const API = path.join(ROOT, 'dist', 'index.js');

afterEach(() => stop());

/** The families that recordings say they are of. */
function familiesOf(filebase: string): Set<string | undefined> {
  return new Set(Object.values(membersOf(filebase)).map(({ facts }) => facts.family));
}

/** Waits until a file is there. */
async function fileAt(file: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!existsSync(file)) {
    if (Date.now() > deadline) throw new Error(`${file} has not appeared.`);
    await sleep(5);
  }
}

test.each([
  { program: 'is recorded from its start', api: undefined },
  { program: 'calls start(), also while workers run', api: API },
])('workers of every kind of a program that $program are recorded', ({ api }) => {
  const folder = temporaryFolder();
  const filebase = path.join(folder, 'recording');
  const run = spawnSync(
    process.execPath,
    [
      ...(api ? [] : ['--require', PRELOAD]),
      fixture('workers.mjs'),
      filebase,
      ...(api ? [api] : []),
    ],
    {
      encoding: 'utf8',
      timeout: 50_000,
      env: {
        ...process.env,
        ...(!api && { HEAPPROF_OUTPUT: filebase, HEAPPROF_SAMPLE: '{"1":1}' }),
      },
    },
  );
  expect(run).toMatchObject({ status: 0, stdout: `${Array(10).fill(0)}\n`, stderr: '' });
  const members = membersOf(filebase);
  const workers = Array.from({ length: 11 }, (_, k) => `.w${k + 1}`);
  expect(Object.keys(members).sort()).toEqual(['', ...workers].sort());
  expect(familiesOf(filebase)).toEqual(new Set([expect.stringMatching(/^[0-9a-f]{16}$/)]));
  workers.forEach((suffix, k) => {
    const { facts, end, kept } = members[suffix]!;
    expect(facts.threadId, suffix).toBe(k + 1);
    expect(end, suffix).toMatchObject({ reason: 'exit', unresolvedEvents: 0 });
    // The tenth does nothing but start the eleventh.
    if (k + 1 === 10) expect(kept, suffix).toBe(0);
    else expect(kept, suffix).toBeGreaterThanOrEqual(1000);
  });
  // Where a worker records itself, only newer versions of Node tell it its name.
  expect([undefined, 'idle']).toContain(members['.w1']!.facts.threadName);
  expect(members['.w2']!.facts.threadName).toBeUndefined();
});

test('a worker that is loading an addon when recording begins is recorded, and goes on', () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const args = [fixture('interrupted-load.mjs'), filebase, API, addonFile()];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 });
  expect(run).toMatchObject({ status: 0, stdout: '0\n', stderr: '' });
  expect(membersOf(filebase)['.w1']!.kept).toBeGreaterThanOrEqual(1000);
});

test('the first worker of a program is recorded also where it comes late', () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const args = [fixture('late-worker.mjs'), filebase, API];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(membersOf(filebase)['.w1']!.kept).toBeGreaterThanOrEqual(1000);
});

test('the worker threads that read a recording are not recorded', () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const crew = path.join(ROOT, 'dist', 'digest', 'chunk-crew.js');
  const args = [fixture('reading-worker.mjs'), filebase, API, crew];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(Object.keys(membersOf(filebase))).toEqual(['', '.w2']);
});

test('child processes of every kind are recorded, find what they would without us, and pass it on', () => {
  const plain = spawnSync(process.execPath, [fixture('children.cjs')], { encoding: 'utf8' });
  const { filebase, status, stdout, stderr } = recordFixture('children.cjs', { sample: { 1: 1 } });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: plain.stdout, stderr: '' });
  expect(stdout).toContain('fork {"argv":["fork","x y"],"execArgv":[]} 0');
  const members = membersOf(filebase);
  expect(familiesOf(filebase).size).toBe(1);
  const { '': root, '.w1': worker, ...children } = members;
  // Eleven ways, of which one starts a grandchild by a child, and one a thread in a child; one child is that of a worker.
  const suffixes = Object.keys(children);
  expect(suffixes.filter((suffix) => /^\.p\d+$/.test(suffix))).toHaveLength(12);
  expect(suffixes.filter((suffix) => /^\.p\d+\.w1$/.test(suffix))).toHaveLength(1);
  expect(suffixes).toHaveLength(13);
  for (const [suffix, { facts, kept }] of Object.entries(children)) {
    expect(suffix.startsWith(`.p${facts.pid}`), suffix).toBe(true);
    expect(kept, suffix).toBeGreaterThanOrEqual(1000);
  }
  expect(root!.facts.threadId).toBe(0);
  expect(worker!.facts.pid).toBe(root!.facts.pid);
});

test('while it is recorded a program finds two things of ours in its environment, and afterwards none', () => {
  const before = { ...process.env };
  start(path.join(temporaryFolder(), 'recording'));
  const { NODE_OPTIONS, HEAPPROF_FAMILY, ...rest } = process.env;
  const { NODE_OPTIONS: optionsBefore, ...restBefore } = before;
  expect(NODE_OPTIONS).toMatch(/^--require \S+preload\.cjs/);
  expect(HEAPPROF_FAMILY).toMatch(/^\{/);
  expect(rest).toEqual(restBefore);
  stop();
  expect({ ...process.env }).toEqual(before);
});

test('NODE_OPTIONS of the program stay in force, and changes of them too', () => {
  const before = process.env.NODE_OPTIONS;
  try {
    process.env.NODE_OPTIONS = '--stack-trace-limit=3';
    start(path.join(temporaryFolder(), 'recording'));
    expect(process.env.NODE_OPTIONS).toMatch(/preload\.cjs --stack-trace-limit=3$/);
    const code = 'console.log(Error.stackTraceLimit)';
    expect(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' })).toBe('3\n');
    process.env.NODE_OPTIONS += ' --no-warnings';
    stop();
    expect(process.env.NODE_OPTIONS).toBe('--stack-trace-limit=3 --no-warnings');
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  }
});

test('after stop() all threads are complete, and new children are not recorded, of the main thread and of others', async () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const code = `
    const { execFileSync } = require('node:child_process');
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (text) => {
      if (text === 'child') { execFileSync(process.execPath, ['-e', '']); process.exit(); }
      parentPort.postMessage('here');
    });`;
  const idle = new Worker(code, { eval: true });
  const busy = new Worker('while (true);', { eval: true });
  await Promise.all([once(idle, 'online'), once(busy, 'online')]);
  start(filebase);
  // A worker that gets a copy of the environment with us in it.
  const later = new Worker(code, { eval: true });
  execFileSync(process.execPath, ['-e', '']);
  const threads = [idle, busy, later].map(({ threadId }) => `.w${threadId}`);
  for (const suffix of threads) await fileAt(`${filebase}${suffix}.hpm`);
  stop();
  expect(isProfiling()).toBe(false);
  const members = membersOf(filebase);
  const children = Object.keys(members).filter((suffix) => suffix.startsWith('.p'));
  expect(children).toHaveLength(1);
  expect(Object.keys(members).sort()).toEqual(['', ...children, ...threads].sort());
  for (const suffix of threads)
    expect(members[suffix]!.end, suffix).toMatchObject({ reason: 'stop' });

  execFileSync(process.execPath, ['-e', '']);
  for (const worker of [idle, later]) {
    // It hears of the end in a turn of its loop, at the latest in the one that brings this.
    worker.postMessage('are you there?');
    await once(worker, 'message');
    worker.postMessage('child');
    await once(worker, 'exit');
  }
  await busy.terminate();
  expect(Object.keys(membersOf(filebase)).sort()).toEqual(Object.keys(members).sort());
});

test('start() on a worker thread records that thread only, and the main thread is not disturbed', async () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const code = `
    import(${JSON.stringify(API)}).then(({ start }) => {
      const { workerData } = require('node:worker_threads');
      start(workerData, { 1: 1 });
      process.argv.splice(2);
      require(${JSON.stringify(fixture('keep.cjs'))});
      require('node:child_process').execFileSync(process.execPath, ['-e', '']);
    });`;
  const worker = new Worker(code, { eval: true, workerData: filebase });
  expect(await once(worker, 'exit')).toEqual([0]);
  const members = membersOf(filebase);
  expect(Object.keys(members)).toEqual(['']);
  expect(members['']!.kept).toBeGreaterThanOrEqual(1000);
  expect(members['']!.facts.threadId).toBeGreaterThan(0);
  expect(process.env.HEAPPROF_FAMILY).toBeUndefined();
});

test('a child process that calls start() itself is recorded as it says', () => {
  const folder = temporaryFolder();
  const filebase = path.join(folder, 'recording');
  const code = `
    import { start } from ${JSON.stringify(API)};
    start(${JSON.stringify(path.join(folder, 'own'))});
    try { start('again'); } catch (error) { console.log(error.code); }`;
  start(filebase);
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  });
  stop();
  expect(output).toBe('ERR_HEAPPROF_RUNNING\n');
  const [root, child] = Object.values(membersOf(filebase));
  const [own] = Object.values(membersOf(path.join(folder, 'own')));
  expect(child!.end).toMatchObject({ reason: 'stop' });
  expect(own!.facts.pid).toBe(child!.facts.pid);
  expect(own!.facts.family).not.toBe(root!.facts.family);
});

test('a child that cannot be recorded runs unharmed, with one line on stderr', () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  start(filebase);
  const env = { ...process.env, HEAPPROF_ADDON: '/nowhere/heapprof.node' };
  const child = spawnSync(process.execPath, ['-p', '6 * 7'], { encoding: 'utf8', env });
  stop();
  expect(child).toMatchObject({ status: 0, stdout: '42\n' });
  expect(child.stderr).toMatch(/^heapprof: process \d+ is not recorded: [^\n]+\n$/);
  expect(Object.keys(membersOf(filebase))).toHaveLength(1);
});

test('children are recorded also where the package lies in a folder with spaces and quotes', () => {
  const folder = temporaryFolder();
  const home = path.join(folder, 'a "b" c');
  mkdirSync(home);
  for (const name of ['dist', 'package.json'])
    cpSync(path.join(ROOT, name), path.join(home, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'prebuilds'), path.join(home, 'prebuilds'));
  const filebase = path.join(folder, 'recording');
  const program = path.join(folder, 'program.mjs');
  writeFileSync(
    program,
    `import { execFileSync } from 'node:child_process';
     import { start } from ${JSON.stringify(pathToFileURL(path.join(home, 'dist', 'index.js')))};
     start(${JSON.stringify(filebase)}, { 1: 1 });
     execFileSync(process.execPath, [${JSON.stringify(fixture('keep.cjs'))}]);`,
  );
  expect(spawnSync(process.execPath, [program], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
  const [, child] = Object.values(membersOf(filebase));
  expect(child!.kept).toBeGreaterThanOrEqual(1000);
});

test('workers that end or are terminated at any moment do so as without us, and what they recorded can be read', async () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  start(filebase, { 1: 1 });
  const sources = [
    'while (true);',
    'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
    'setInterval(() => { globalThis.kept = new Array(100); }, 1);',
    'process.exit(3);',
    'throw new Error("thrown on purpose");',
    '',
  ];
  const codes = [1, 1, 1, 3, 1, 0];
  for (let round = 0; round < 6; round++) {
    const ends = sources.map(async (source, k) => {
      const worker = new Worker(source, { eval: true, stderr: true });
      worker.on('error', () => {});
      const exit = new Promise<number>((resolve) => worker.once('exit', resolve));
      if (k < 3) {
        await once(worker, 'online');
        await sleep(round * 5);
        await worker.terminate();
      }
      expect(await exit, source).toBe(codes[k]);
    });
    await Promise.all(ends);
  }
  stop();
  const { '': root, ...workers } = membersOf(filebase);
  expect(root!.end).toMatchObject({ reason: 'stop' });
  for (const [suffix, { end }] of Object.entries(workers)) {
    expect(end, suffix).toMatchObject({ reason: 'exit', unresolvedEvents: 0 });
  }
});

test('workers that are terminated while they are told to record themselves end as without us', () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const run = spawnSync(process.execPath, [fixture('terminated-workers.mjs'), filebase, API], {
    encoding: 'utf8',
    timeout: 50_000,
  });
  expect(run).toMatchObject({ status: 0, signal: null, stderr: '' });
});

test('a name that a member of the same family has is not taken again; older files are replaced', () => {
  const folder = temporaryFolder();
  const filebase = path.join(folder, 'recording');
  start(filebase);
  stop();
  const { family } = membersOf(filebase)['']!.facts;
  expect(takeFilebase(filebase, family!)).toBe(`${filebase}-2`);
  expect(readFileSync(`${filebase}-2.hpm`)).toHaveLength(0);
  cpSync(`${filebase}.hpm`, `${filebase}-2.hpm`);
  expect(takeFilebase(filebase, family!)).toBe(`${filebase}-3`);
  // What was taken and not written, as by a process that was killed at once, is nobody's.
  expect(takeFilebase(filebase, family!)).toBe(`${filebase}-3`);
  expect(takeFilebase(filebase, '0123456789abcdef')).toBe(filebase);
  expect(readFileSync(`${filebase}.hpm`)).toHaveLength(0);
});
