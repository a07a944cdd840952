import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { heapprof, startHeapprof } from '../support/command-line.js';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'heapprof-run-')));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a script and runs it; `before` are the arguments between `run` and the script. */
function run(
  code: string,
  { name = 'script.cjs', before = ['-o', 'rec'], args = [] as string[] } = {},
) {
  writeFileSync(path.join(folder, name), code);
  return heapprof(['run', ...before, name, ...args], { cwd: folder });
}

const isRecorded = () =>
  existsSync(path.join(folder, 'rec.hpm')) && existsSync(path.join(folder, 'rec.hpd'));

test.each([
  ['CommonJS', 'script.cjs', 'const p = require("node:path"); '],
  ['an ES module', 'script.mjs', 'import p from "node:path"; '],
])('%s keeps its arguments, output and exit code, and is recorded', (_, name, start) => {
  const code = `${start}
    console.log(JSON.stringify(process.argv.slice(2)), p.basename(process.argv[1]));
    console.error('to stderr');
    process.exitCode = 7;`;
  const args = ['--interval', 'x', '--', '-o', '--help', ''];
  expect(run(code, { name, args })).toEqual({
    status: 7,
    stdout: `${JSON.stringify(args)} ${name}\n`,
    stderr: 'to stderr\n',
  });
  expect(isRecorded()).toBe(true);
  expect(heapprof(['info', 'rec'], { cwd: folder }).stdout).toContain(
    'the program came to its end',
  );
});

test('after -- comes the script, whatever it looks like', () => {
  const before = ['-o', 'rec', '--'];
  const { status, stdout } = run('console.log(process.argv.length)', { before, args: ['--', 'a'] });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '4\n' });
});

test('the environment has what child processes need to be recorded, and no more of ours', () => {
  const code = `
    const { NODE_OPTIONS, ...env } = process.env;
    console.log(Object.keys(env).filter((key) => key.startsWith("HEAPPROF")), process.execArgv);
    require('child_process').execFileSync(process.execPath, ['-e', '']);`;
  expect(run(code).stdout).toBe("[ 'HEAPPROF_FAMILY' ] []\n");
  expect(readdirSync(folder).filter((name) => /^rec\.p\d+\.hpm$/.test(name))).toHaveLength(1);
});

test('without -o the files are named after the script, and stderr says where they are', () => {
  const { stderr } = run('', { before: [] });
  const [hpd] = readdirSync(folder).filter((name) => name.endsWith('.hpd'));
  expect(hpd).toMatch(/^heapprof-script-\d+\.hpd$/);
  expect(stderr).toBe(`heapprof: recorded; to see it: heapprof summary ${path.parse(hpd!).name}\n`);
});

test('a script that changes its directory is recorded where it was asked for', () => {
  run('process.chdir("/")');
  expect(isRecorded()).toBe(true);
});

test.each([
  ['--sample', '{"1": 1}', 'sampling     below 1 B all; larger ones all'],
  ['--interval', '65536', 'sampling     by bytes, one sample every 64.0 KiB on average'],
])('%s %s is how it samples', (option, value, line) => {
  run('', { before: ['-o', 'rec', option, value] });
  expect(heapprof(['info', 'rec'], { cwd: folder }).stdout).toContain(line);
});

test('--engine polling is how it finds allocations', () => {
  run('', { before: ['-o', 'rec', '--engine', 'polling'] });
  expect(heapprof(['info', 'rec'], { cwd: folder }).stdout).toContain(
    'engine       polling: it was asked for',
  );
});

test('wrong options start nothing', () => {
  const { status, stdout } = run('console.log("ran")', { before: ['--sample', '{"1": 7}'] });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});

test('a recording that cannot begin is an error, and the script does not run', () => {
  const { status, stdout, stderr } = run('console.log("ran")', { before: ['-o', 'no/such/rec'] });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^heapprof: [^\n]*no\/such\/rec[^\n]*\n$/);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s reaches the script, which may handle it',
  async (signal) => {
    const code = `
      process.on('${signal}', () => { console.log('handled'); process.exit(3); });
      setInterval(() => {}, 1000);
      console.log('ready');`;
    expect(await runAndSignal(code, signal)).toEqual({
      output: 'ready\nhandled\n',
      code: 3,
      signal: null,
    });
  },
);

test('a script that a signal ends is reported as that', async () => {
  const code = 'setInterval(() => {}, 1000); console.log("ready");';
  expect(await runAndSignal(code, 'SIGTERM')).toEqual({
    output: 'ready\n',
    code: null,
    signal: 'SIGTERM',
  });
  expect(isRecorded()).toBe(true);
});

test.each(['SIGKILL', 'SIGABRT', 'SIGSEGV'] as const)(
  'a script that dies of %s is reported as that, and is recorded',
  async (signal) => {
    // From outside: process.kill() would let Node tidy up first.
    const code = `require('node:child_process').spawnSync('kill', ['-s', '${signal.slice(3)}', String(process.pid)])`;
    writeFileSync(path.join(folder, 'script.cjs'), code);
    const child = startHeapprof(['run', '-o', 'rec', 'script.cjs'], {
      cwd: folder,
      stdio: 'ignore',
    });
    const [status, endSignal] = await once(child, 'close');
    expect([status, endSignal]).toEqual([null, signal]);
    expect(heapprof(['info', 'rec'], { cwd: folder }).stdout).toContain('the program was killed');
  },
);

/** Runs a script, sends heapprof a signal when it is ready, and returns how heapprof ended. */
async function runAndSignal(code: string, signal: NodeJS.Signals) {
  writeFileSync(path.join(folder, 'script.cjs'), code);
  const child = startHeapprof(['run', '-o', 'rec', 'script.cjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout!.on('data', (text) => {
    if (output === '') child.kill(signal);
    output += text;
  });
  return new Promise((resolve) =>
    child.once('close', (code, endSignal) => resolve({ output, code, signal: endSignal })),
  );
}
