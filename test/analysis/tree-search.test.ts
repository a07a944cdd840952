import { afterEach, expect, test } from 'vitest';
import type { CallTreeOptions } from '../../src/analysis/call-tree/call-tree.js';
import { frameMatcher } from '../../src/analysis/call-tree/frame-pattern.js';
import { matchesOf } from '../../src/analysis/call-tree/tree-search.js';
import { type Reader, read } from '../../src/read.js';
import { recording, type WrittenRecording } from '../support/recording.js';

let written: WrittenRecording;
let reader: Reader;

afterEach(() => {
  reader.close();
  written.cleanup();
});

function search(pattern: string, options: CallTreeOptions = {}) {
  written = recording()
    .alloc('main:a.js:1 > walk:a.js:2 > walk:a.js:2 > leaf:a.js:3', 1024, { times: 6 })
    .alloc('main:a.js:1 > leaf:a.js:3', 1024, { times: 2 })
    .alloc('main:a.js:1', 1024, { times: 2 })
    .stop()
    .write();
  reader = read(written.filebase);
  const tree = reader.callTree(options);
  const isMatch = frameMatcher(pattern);
  return matchesOf(
    tree,
    Uint8Array.from(tree.frames, (frame) => (isMatch(frame) ? 1 : 0)),
  );
}

test('a recursion counts once', () => {
  expect(search('walk')).toMatchObject({ frames: 1, share: 0.6 });
});

test('matches in different stacks add up, and frames count once', () => {
  expect(search('leaf')).toMatchObject({ frames: 1, share: 0.8 });
});

test('in hotspots the share is the same', () => {
  expect(search('walk', { view: 'hotspots' })).toMatchObject({ frames: 1, share: 0.6 });
});

test('around an inspected function, what it calls and its callers are told apart', () => {
  expect(search('walk', { inspect: 'leaf' })).toEqual({ frames: 1, share: 0, callersShare: 0.6 });
});

test('the inspected function itself is on both sides', () => {
  expect(search('leaf', { inspect: 'leaf' })).toEqual({ frames: 1, share: 0.8, callersShare: 0.8 });
});

test('the root of the other views is no frame', () => {
  expect(search('(all)')).toMatchObject({ frames: 0, share: 0 });
});
