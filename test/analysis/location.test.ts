import { expect, test } from 'vitest';
import { answerableFrame, pathOf } from '../../src/analysis/location.js';

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

test.each([
  ['the innermost of the program', ['/a.js', 'node:fs', '/b.js', 'node:buffer', ''], 2],
  ['the innermost of all where the program has none', ['node:net', '', 'node:buffer'], 2],
  ['WebAssembly that the program calls', ['node:net', '/a.js', 'wasm://x/1', 'wasm://x/1'], 3],
  ['through what V8 puts in between', ['/a.js', '', 'wasm://x/1', ''], 2],
  ['with what that calls', ['/a.js', 'wasm://x/1', '/glue.js', 'node:buffer'], 2],
  ['not WebAssembly that Node.js calls', ['/a.js', 'node:undici', 'wasm://x/1', 'node:undici'], 0],
  ['nor where nothing else is there', ['node:undici', 'wasm://x/1', 'node:undici'], 2],
  ['WebAssembly that nothing calls', ['wasm://x/1', 'wasm://x/1'], 1],
  ['none of an empty trace', [], -1],
])('answerable is %s', (_, files, position) => {
  const trace = files.map((file) => ({ functionName: 'f', file, line: 1, column: 1 }));
  expect(answerableFrame(trace)).toBe(position);
});
