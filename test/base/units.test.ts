import { describe, expect, test } from 'vitest';
import { formatBytes, formatDuration } from '../../src/base/units.js';

describe('formatBytes', () => {
  test.each([
    [0, '0 B'],
    [512, '512 B'],
    [1023, '1023 B'],
    [1023.9, '1.0 KiB'],
    [1024, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [1024 ** 2 - 1, '1.0 MiB'],
    [12_345_678, '11.8 MiB'],
    [3 * 1024 ** 3, '3.0 GiB'],
    [2000 * 1024 ** 5, '2000.0 PiB'],
    [-4096, '-4.0 KiB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0 µs'],
    [999, '999 µs'],
    [999.6, '1 ms'],
    [340_000, '340 ms'],
    [999_700, '1.00 s'],
    [2_500_000, '2.50 s'],
    [59_999_999, '1m 00s'],
    [65_000_000, '1m 05s'],
    [3_599_900_000, '1h 00m'],
    [(3 * 60 + 7) * 60e6, '3h 07m'],
    [(24 * 60 - 0.4) * 60e6, '1d 00h'],
    [(2 * 24 + 4) * 3600e6, '2d 04h'],
    [-340_000, '-340 ms'],
  ])('%d µs is %s', (micros, text) => {
    expect(formatDuration(micros)).toBe(text);
  });
});
