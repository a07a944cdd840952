import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BLOCK_HEADER_BYTES } from '../../src/format/constants.js';
import { exampleBytes } from '../support/examples.js';

const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function compileExampleProgram(): string {
  const program = path.join(folder, 'format_example');
  const sources = ['test/format_example.cc', 'log_encoder.cc', 'crc32.cc'];
  const compiler = process.env.CXX ?? 'c++';
  execFileSync(
    compiler,
    ['-std=c++20', '-Wall', ...sources.map((name) => `native/${name}`), '-o', program],
    { stdio: 'pipe' },
  );
  return program;
}

test('the native writer encodes the worked examples of docs/format.md to the byte', () => {
  const program = compileExampleProgram();
  for (const suffix of ['hpm', 'hpd']) {
    const encoded = execFileSync(program, [suffix], { encoding: 'utf8' });
    expect(encoded, suffix).toBe(exampleBytes(`${suffix}-example`).toString('hex'));
  }
});

test('the native writer encodes late frees as docs/format.md has them', () => {
  const block = execFileSync(compileExampleProgram(), ['late-frees'], { encoding: 'utf8' });
  const payload = block.slice(2 * BLOCK_HEADER_BYTES);
  expect(payload).toBe(exampleBytes('late-frees-example').toString('hex'));
});
