import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { heapprof } from '../support/command-line.js';
import { temporaryFolder } from '../support/record.js';

/** A copy of a recording of the original heapprof: the command makes a digest beside it. */
function oldRecording(): string {
  const copy = path.join(temporaryFolder(), 'old');
  for (const ending of ['.hpm', '.hpd']) {
    copyFileSync(`test/data/heapprof-v1/mixed${ending}`, copy + ending);
  }
  return copy;
}

test('a report is one file, and the command says how large', () => {
  const output = path.join(temporaryFolder(), 'report.html');
  const { status, stdout, stderr } = heapprof(['report', oldRecording(), '-o', output]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toMatch(/^heapprof: wrote .*report\.html, [\d.]+ KiB\n$/);
  const html = readFileSync(output, 'utf8');
  expect(html).toMatch(/^<!doctype html>/);
  // Version 1 has no ages.
  expect(html).not.toContain('id="temporary"');
});

test('a report that cannot be written is an error of one line', () => {
  const output = path.join(temporaryFolder(), 'nowhere', 'report.html');
  const { status, stderr } = heapprof(['report', oldRecording(), '-o', output]);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^heapprof: .*report\.html cannot be written .*: choose another place with -o\.\n$/,
  );
  expect(existsSync(output)).toBe(false);
});

test('a report without a name for it is wrong usage', () => {
  const { status, stderr } = heapprof(['report', oldRecording()]);
  expect(status).toBe(2);
  expect(stderr).toContain('-o, --output <file>');
});

test('a port that there cannot be is wrong usage', () => {
  expect(heapprof(['view', oldRecording(), '--port', '70000']).status).toBe(2);
});
