import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import { recording } from '../support/recording.js';

let folder: string;
let cleanups: (() => void)[];
beforeEach(() => {
  const files = recording().write();
  folder = path.dirname(files.filebase);
  cleanups = [files.cleanup];
});
afterEach(() => {
  for (const cleanup of cleanups) cleanup();
});

/** A reader of a recording with one trace, of frames at these files and lines. */
function readerOf(...frames: readonly (readonly [file: string, line: number])[]): ProfileReader {
  const trace = frames.map(([file, line]) => `f:${file}:${line}`).join(' > ');
  const { filebase, cleanup } = recording().alloc(trace, 8).write();
  const reader = new ProfileReader(filebase);
  cleanups.push(() => reader.close(), cleanup);
  return reader;
}

function sourceTexts(...frames: readonly (readonly [file: string, line: number])[]) {
  return readerOf(...frames)
    .trace(frames.length)!
    .map((frame) => frame.sourceText);
}

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

test('a trace has the text of its lines, outermost first', () => {
  const main = write('main.js', 'import "./load.js";\nload();\n');
  const load = write('load.js', 'function load() {\n  return new Map(); // größer\n}\n');
  const reader = readerOf([main, 2], [load, 2]);
  expect(reader.trace(2)).toEqual([
    { functionName: 'f', file: main, line: 2, column: 0, sourceText: 'load();' },
    {
      functionName: 'f',
      file: load,
      line: 2,
      column: 0,
      sourceText: '  return new Map(); // größer',
    },
  ]);
  expect(reader.rawTrace(2)!.every((frame) => !('sourceText' in frame))).toBe(true);
});

test.runIf(process.platform === 'linux')(
  'a file of the system that says it has no bytes, and has no end, is not read',
  () => {
    expect(sourceTexts(['/proc/self/pagemap', 1])).toEqual(['']);
  },
);

test('trace 0 and one that there is not have no frames', () => {
  const reader = readerOf(['/a.js', 1]);
  expect(reader.trace(0)).toBeUndefined();
  expect(reader.trace(99)).toBeUndefined();
});

test('files may be named by URL, and have spaces', () => {
  const file = write('a b.mjs', 'one\ntwo');
  expect(sourceTexts([pathToFileURL(file).href, 2])).toEqual(['two']);
});

test('lines are counted as the language counts them', () => {
  const file = write('lines.js', 'one\r\ntwo\rthree\u2028four\u2029five\n\nseven');
  const lines = [1, 2, 3, 4, 5, 6, 7].map((line) => [file, line] as const);
  expect(sourceTexts(...lines)).toEqual(['one', 'two', 'three', 'four', 'five', '', 'seven']);
});

test('a file is read once', () => {
  const file = write('gone.js', 'first\nsecond');
  const reader = readerOf([file, 1], [file, 2]);
  expect(reader.trace(1)![0]!.sourceText).toBe('first');
  fs.rmSync(file);
  expect(reader.trace(2)![1]!.sourceText).toBe('second');
});

test('what is no readable file of this machine has no text, and does no harm', () => {
  const file = write('short.js', 'only line');
  const large = write('large.js', 'x');
  fs.truncateSync(large, 33 * 1024 * 1024);
  const pipe = path.join(folder, 'pipe.js');
  if (process.platform !== 'win32') execFileSync('mkfifo', [pipe]);
  const files = [
    [path.join(folder, 'missing.js'), 1],
    [file, 0],
    [file, 2],
    [folder, 1],
    [large, 1],
    // To open it would wait for ever.
    [pipe, 1],
    ['/dev/zero', 1],
    ['node:fs', 1],
    ['evalmachine.<anonymous>', 1],
    [path.relative(process.cwd(), file), 1],
    ['https://example.org/a.js', 1],
    ['file://somewhere.example.org/a.js', 1],
    // The name of a share, though this system may take it for that of the file.
    [`/${file}`, 1],
    ['file:///%00', 1],
  ] as const;
  expect(sourceTexts(...files)).toEqual(files.map(() => undefined));
});
