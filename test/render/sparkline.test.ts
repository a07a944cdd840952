import { expect, test } from 'vitest';
import { sparkline } from '../../src/render/sparkline.js';

test('the largest value is the highest bar, and 0 a blank', () => {
  expect(sparkline([0, 1, 4, 8], 10)).toBe(' ▁▄█');
});

test('of more values than bars the largest of neighbours are shown, so that no peak is lost', () => {
  expect(sparkline([1, 1, 8, 1, 1, 1], 3)).toBe('▁█▁');
});

test('nothing is a line of nothing', () => {
  expect(sparkline([], 5)).toBe('');
  expect(sparkline([0, 0], 5)).toBe('  ');
});
