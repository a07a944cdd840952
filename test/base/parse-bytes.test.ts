import { expect, test } from 'vitest';
import { parseBytes } from '../../src/base/parse-bytes.js';

test.each([
  ['512', 512],
  ['24MB', 24_000_000],
  ['24 MiB', 25_165_824],
  ['1.5kb', 1500],
  ['2GiB', 2 ** 31],
  ['7 B', 7],
])('%s is %d bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(['', 'MB', '-1MB', '1e3', '24 M B', '24toString', '0x10', 'Infinity'])(
  '%o is no size',
  (text) => {
    expect(parseBytes(text)).toBeUndefined();
  },
);
