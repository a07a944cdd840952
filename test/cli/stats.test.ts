import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StatsReport } from '../../src/capture/index.js';
import { heapprof, startHeapprof } from '../support/command-line.js';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'heapprof-stats-test-')));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a script and runs it; `before` are the arguments before the script. */
function run(code: string, before = ['stats'], args: string[] = []) {
  writeFileSync(path.join(folder, 'script.cjs'), code);
  return heapprof([...before, 'script.cjs', ...args], { cwd: folder });
}

const BUFFERS = 'globalThis.kept = Array.from({ length: 50 }, () => new ArrayBuffer(100_000));';
const BUFFERS_ROW = /^ *65536 - 131071 +50 +5,000,000 /m;

test('a script keeps its arguments, output and exit code, and the report is on stderr', () => {
  const code = `${BUFFERS} console.log(process.argv.slice(2).join()); console.error('to stderr'); process.exitCode = 7;`;
  const { status, stdout, stderr } = run(code, ['stats', '--'], ['--json', 'a']);
  expect({ status, stdout }).toEqual({ status: 7, stdout: '--json,a\n' });
  expect(stderr).toMatch(/^to stderr\n-+\nHEAP USAGE SUMMARY\n/);
  expect(stderr).toMatch(BUFFERS_ROW);
  expect(stderr).toMatch(/--interval \d+\n/);
  expect(readdirSync(folder)).toEqual(['script.cjs']);
});

test('--json prints the report as JSON on stdout, after what the script prints', () => {
  const { stdout, stderr } = run(`${BUFFERS} console.log('first');`, [
    'stats',
    '--json',
    '--overhead',
    '20%',
  ]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^first\n{\n/);
  const report = JSON.parse(stdout.replace('first\n', '')) as StatsReport;
  expect(report.overhead).toBe(0.2);
  expect(report.arrayBuffer.classes.find(({ fromBytes }) => fromBytes === 98_304)).toEqual({
    fromBytes: 98_304,
    count: 50,
    bytes: 5_000_000,
  });
  expect(report.heap.count).toBeGreaterThan(100);
});

test('run --mode stats does the same', () => {
  expect(run(BUFFERS, ['run', '--mode', 'stats']).stderr).toMatch(BUFFERS_ROW);
  expect(readdirSync(folder)).toEqual(['script.cjs']);
});

test('the environment has nothing of ours', () => {
  const code = 'console.log(Object.keys(process.env).filter((key) => key.startsWith("HEAPPROF")))';
  expect(run(code).stdout).toBe('[]\n');
});

test.each([
  ['--overhead 0', ['stats', '--overhead', '0']],
  ['--overhead much', ['stats', '--overhead', 'much']],
  ['--mode stats with -o', ['run', '--mode', 'stats', '-o', 'rec']],
  ['--mode stats with --interval', ['run', '--mode', 'stats', '--interval', '512']],
  ['--mode tracing', ['run', '--mode', 'tracing']],
])('%s is wrong usage, and runs nothing', (_, before) => {
  const { status, stdout, stderr } = run('console.log("ran")', before);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^heapprof: [^\n]+\n$/);
});

describe('a script that dies is counted to its last allocation', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('by %s to heapprof', async (signal) => {
    const end = await runAndSignal((child) => child.kill(signal));
    expect(end).toMatchObject({ code: null, signal });
    expect(end.stderr).toMatch(BUFFERS_ROW);
  });

  test('by SIGKILL', () => {
    const { status, stderr } = run(`${BUFFERS} process.kill(process.pid, 'SIGKILL');`);
    expect(status).toBe(null);
    expect(stderr).toMatch(BUFFERS_ROW);
  });

  test('by process.abort()', () => {
    expect(run(`${BUFFERS} process.abort();`).stderr).toMatch(BUFFERS_ROW);
  });

  test('by an exception', () => {
    const { status, stderr } = run(`${BUFFERS} throw new Error('on purpose');`);
    expect(status).toBe(1);
    expect(stderr).toMatch(BUFFERS_ROW);
  });
});

/** Runs a script that waits, does something when it is ready, and returns how heapprof ended. */
async function runAndSignal(onReady: (child: ReturnType<typeof startHeapprof>) => void) {
  const code = `${BUFFERS} setInterval(() => {}, 1000); console.log('ready');`;
  writeFileSync(path.join(folder, 'script.cjs'), code);
  const child = startHeapprof(['stats', 'script.cjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  child.stdout!.once('data', () => onReady(child));
  return new Promise<{ stderr: string; code: number | null; signal: NodeJS.Signals | null }>(
    (resolve) => child.once('close', (code, signal) => resolve({ stderr, code, signal })),
  );
}
