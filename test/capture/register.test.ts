import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { membersOf } from '../support/family.js';
import { fixture, temporaryFolder } from '../support/record.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REGISTER = path.join(ROOT, 'dist', 'capture', 'register.cjs');

function node(
  args: readonly string[],
  { env = {}, cwd = ROOT }: { env?: Record<string, string>; cwd?: string } = {},
) {
  return spawnSync(process.execPath, args, {
    encoding: 'utf8',
    cwd,
    env: { ...process.env, ...env },
  });
}

describe('heapprof/register records a program', () => {
  const ways: [string, (script: string) => { args: string[]; env?: Record<string, string> }][] = [
    ['by --import', (script) => ({ args: ['--import', 'heapprof/register', script] })],
    ['by --require', (script) => ({ args: ['--require', 'heapprof/register', script] })],
    [
      'in NODE_OPTIONS',
      (script) => ({ args: [script], env: { NODE_OPTIONS: '--import heapprof/register' } }),
    ],
  ];
  test.each(
    ways.flatMap(([way, command]) =>
      ['keep.cjs', 'keep.mjs'].map((script) => ({ way, script, command })),
    ),
  )('$way: $script', ({ script, command }) => {
    const filebase = path.join(temporaryFolder(), 'recording');
    const { args, env } = command(fixture(script));
    const variables = { ...env, HEAPPROF_OUTPUT: filebase, HEAPPROF_SAMPLE: '{"1": 1}' };
    expect(node(args, { env: variables })).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const members = membersOf(filebase);
    expect(Object.keys(members)).toEqual(['']);
    expect(members['']!.kept).toBeGreaterThanOrEqual(1000);
  });
});

test('with heapprof/register in NODE_OPTIONS, child processes are of the same family', () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const run = node([fixture('children.cjs')], {
    env: { NODE_OPTIONS: '--import heapprof/register', HEAPPROF_OUTPUT: filebase },
  });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const members = Object.entries(membersOf(filebase));
  expect(members).toHaveLength(15);
  expect(new Set(members.map(([, { facts }]) => facts.family)).size).toBe(1);
});

test('without a name the files are named after the script and the process', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'app.cjs'), 'console.log(process.pid)');
  const { stdout } = node(['--require', REGISTER, 'app.cjs'], { cwd: folder });
  const name = `heapprof-app-${stdout.trim()}`;
  expect(readdirSync(folder).sort()).toEqual(['app.cjs', `${name}.hpd`, `${name}.hpm`]);
});

test('options reach the recording, and the variables are gone from the environment', () => {
  const folder = temporaryFolder();
  const filebase = path.join(folder, 'recording');
  const code = 'console.log(Object.keys(process.env).filter((key) => key.startsWith("HEAPPROF")))';
  const run = node(['--require', REGISTER, '-e', code], {
    env: {
      HEAPPROF_OUTPUT: filebase,
      HEAPPROF_INTERVAL: '65536',
      HEAPPROF_OPTIONS: '{"stackDepth": 7, "labels": {"version": "1.2"}}',
    },
  });
  expect(run).toMatchObject({ status: 0, stdout: "[ 'HEAPPROF_FAMILY' ]\n", stderr: '' });
  expect(membersOf(filebase)['']!.facts).toMatchObject({
    stackDepth: 7,
    labels: { version: '1.2' },
  });
});

test.each([
  ['HEAPPROF_SAMPLE', 'often', /HEAPPROF_SAMPLE must be JSON, such as .*, not often\./],
  ['HEAPPROF_SAMPLE', '{"128": 2}', /probability 2 of size 128/],
  ['HEAPPROF_INTERVAL', 'x', /samplingInterval must be 1 byte or more/],
  ['HEAPPROF_ENGINE', 'steam', /steam|engine/],
  ['HEAPPROF_OPTIONS', '{"depth": 3}', /has no option depth/],
  ['HEAPPROF_OUTPUT', '/no/such/folder/recording', /no\/such\/folder\/recording/],
  ['HEAPPROF_SIGNAL', 'SIGUSR1', /HEAPPROF_SIGNAL must be SIGUSR2 .*, not SIGUSR1/],
])('a wrong value of %s is one line, and the program does not run', (name, value, message) => {
  const cwd = temporaryFolder();
  const run = node(['--require', REGISTER, '-e', 'console.log("ran")'], {
    cwd,
    env: { [name]: value },
  });
  expect(run).toMatchObject({ status: 1, stdout: '' });
  expect(run.stderr).toMatch(/^heapprof: [^\n]+\n$/);
  expect(run.stderr).toMatch(message);
  expect(readdirSync(cwd)).toEqual([]);
});
