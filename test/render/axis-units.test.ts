import { expect, test } from 'vitest';
import { byteUnit, timeUnit } from '../../src/render/axis-units.js';

test.each([
  [0, 'B'],
  [1023, 'B'],
  [1024, 'KiB'],
  [2 ** 20 - 1, 'KiB'],
  [5e9, 'GiB'],
  [2 ** 60, 'TiB'],
])('an axis up to %d bytes is in %s', (bytes, symbol) => {
  expect(byteUnit(bytes).symbol).toBe(symbol);
});

test.each([
  [0, 'ms'],
  [0.99, 'ms'],
  [1, 's'],
  [179, 's'],
  [180, 'min'],
  [10_800, 'h'],
  [259_200, 'days'],
])('an axis up to %d s is in %s', (seconds, symbol) => {
  expect(timeUnit(seconds).symbol).toBe(symbol);
});
