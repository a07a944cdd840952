import { expect, test } from 'vitest';
import { byPowersOfTwo, totalOf } from '../../src/model/allocation-statistics.js';
import { objects } from '../support/statistics.js';

test('powers of two take the classes from one to the next', () => {
  const classes = [objects(8, 5), objects(16, 1), objects(24, 2), objects(32, 3), objects(2560, 4)];
  expect(byPowersOfTwo(classes)).toEqual([
    { fromBytes: 0, count: 5, bytes: 40 },
    { fromBytes: 16, count: 3, bytes: 16 + 48 },
    { fromBytes: 32, count: 3, bytes: 96 },
    { fromBytes: 2048, count: 4, bytes: 10_240 },
  ]);
  expect(totalOf(byPowersOfTwo(classes))).toEqual(totalOf(classes));
});

test('nothing is nothing', () => {
  expect(byPowersOfTwo([])).toEqual([]);
  expect(totalOf([])).toEqual({ count: 0, bytes: 0 });
});
