import { expect, test } from 'vitest';
import { read } from '../../src/read.js';
import { recordFixture } from '../support/record.js';

test('a string that was joined and made flat is counted once', () => {
  const { filebase, stdout, stderr } = recordFixture('joined-strings.cjs', {
    args: ['100000'],
    nodeArgs: ['--expose-gc'],
    sample: { 1: 1 },
  });
  expect(stderr).toBe('');
  const grown = Number(stdout);
  const profile = read(filebase, { timeInterval: 1, precision: 0 });
  const live = profile.snapshots.at(-1)!.live.heap.bytes;
  profile.close();
  // Without that it is 1.44 times as much. A few joints are left, and V8 has things that no observer sees.
  expect(live / grown).toBeGreaterThan(0.97);
  expect(live / grown).toBeLessThan(1.1);
});
