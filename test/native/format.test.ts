import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { BLOCK_HEADER_BYTES } from '../../src/format/constants.js';
import { exampleBytes } from '../support/examples.js';
import { compileNative } from '../support/native-program.js';

function compileExampleProgram(): string {
  return compileNative('format_example', ['log_encoder.cc', 'crc32.cc']);
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
