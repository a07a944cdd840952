import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { heapprof } from '../support/command-line.js';
import { exampleFamily, exampleRecording } from '../support/example.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heapprof-export-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => heapprof(args, { cwd: folder });

test('an exported recording is read like any other of version 1', () => {
  const { filebase, cleanup } = exampleRecording();
  const { status, stdout, stderr } = run('export', filebase, '--format', 'heapprof', '-o', 'old');
  cleanup();
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'old.hpm, .hpd, .hpc: 16 events, 3 traces, 301 snapshots, every 10 ms\n',
    stderr: '',
  });
  expect(run('info', 'old').stdout).toContain('version 1, of the original heapprof');
  expect(run('dump', 'old.hpd').stdout).toMatch(
    /\nfree timeMicros=1700000 trace=2 sizeBytes=262144 kind=heap\n/,
  );
});

test('a family is exported as one recording, with what its threads have freed by ending', () => {
  const { filebase, cleanup } = exampleFamily();
  const output = run('export', filebase, '--format', 'heapprof', '-o', 'all', '--interval', '1');
  cleanup();
  expect(output).toEqual({
    status: 0,
    stdout: 'all.hpm, .hpd, .hpc: 12 events, 4 traces, 6 snapshots, every 1.00 s\n',
    stderr: '',
  });
  expect(readdirSync(folder).sort()).toEqual(['all.hpc', 'all.hpd', 'all.hpm']);
});

test.each([
  [
    'a format that is not known',
    ['app', '--format', 'pdf', '-o', 'new'],
    /^heapprof: option '--format <name>' argument 'pdf' is invalid\. Allowed choices are pprof, .*\.\n$/,
    2,
  ],
  [
    'no format at all',
    ['app', '-o', 'new'],
    /^heapprof: required option '--format <name>' not specified\n$/,
    2,
  ],
  [
    'an interval that is no whole number of milliseconds',
    ['app', '--format', 'heapprof', '-o', 'new', '--interval', '0.0015'],
    /^heapprof: Version 1 counts .* in whole milliseconds; --interval 0\.0015 is none\.\n$/,
    2,
  ],
  [
    'a recording that there is not',
    ['app', '--format', 'heapprof', '-o', 'new'],
    /^heapprof: There is no recording app: .*\n$/,
    1,
  ],
])('%s is one sentence', (_, args, sentence, code) => {
  const { status, stdout, stderr } = run('export', ...args);
  expect({ status, stdout }).toEqual({ status: code, stdout: '' });
  expect(stderr).toMatch(sentence);
});

test('a place that cannot be written to is one sentence', () => {
  const { filebase, cleanup } = exampleRecording();
  const { status, stderr } = run('export', filebase, '--format', 'heapprof', '-o', 'no/new');
  cleanup();
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^heapprof: The export cannot be written \(ENOENT.*\): check the folder .*\n$/,
  );
});
