import { expect, test } from 'vitest';
import { pathOf } from '../../src/analysis/location.js';

test.each([
  ['file:///app/a%20b/%C3%A9.mjs', '/app/a b/é.mjs'],
  ['file:///C:/app/src/a.mjs', 'C:\\app\\src\\a.mjs'],
  ['file:///app/a.mjs?v=1#x', '/app/a.mjs'],
  ['/app/a.js', '/app/a.js'],
  ['node:fs', 'node:fs'],
  ['https://example.org/a.js', 'https://example.org/a.js'],
])('the file of %s is %s, whatever the system of the reader', (file, path) => {
  expect(pathOf(file)).toBe(path);
});

test.each(['file://host/share/a.js', 'file:///a%2Fb.js', 'file:///a%ff.js', 'file://%'])(
  '%s is no path of ours, and stays as it is',
  (file) => {
    expect(pathOf(file)).toBe(file);
  },
);
