import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { compileNative } from '../support/native-program.js';

test('a flat map has what a map of the standard library has, also while it moves to a larger table', () => {
  const program = compileNative('flat_map_check');
  for (const seed of ['1', '2', '3']) {
    const { status, stdout } = spawnSync(program, [seed], { encoding: 'utf8' });
    expect({ seed, status, stdout }).toEqual({ seed, status: 0, stdout: '' });
  }
});
