import { describe, expect, test } from 'vitest';
import type { SummaryBy } from '../../src/analysis/grouping.js';
import { heapSummary, type SummaryOptions } from '../../src/analysis/summary.js';
import { summaryText } from '../../src/render/summary-text.js';
import { fakeProfile, type RowText } from '../analysis/fake-profile.js';
import { heapRecord } from '../support/heap-record.js';

const PLAIN = { width: 100, colors: false };

const MAIN = 'main:/home/someone/app/src/main.js:3';

function lines(live: readonly RowText[], style = PLAIN, by: SummaryBy = 'trace') {
  const summary = heapSummary(fakeProfile([{ seconds: 1.5, live, allocated: live }]), { by });
  return summaryText(summary, '/home/someone/app', style);
}

test('a trace shows its own line, relative to where the program ran, and its callers, nearest first', () => {
  const trace = `${MAIN} > parse:/home/someone/app/src/parser.js:120 > node:/home/someone/app/src/node.js:7`;
  expect(
    lines([{ trace, bytes: 12_582_912, objects: 12_345, error: 503_316, objectsError: 864 }]),
  ).toEqual([
    'Live memory from 1.50 s to 1.50 s (1 snapshot): average 12.0 MiB ± 4%, peak 12.0 MiB ± 4% at 1.50 s',
    'Allocated in that time: 12.0 MiB ± 4% in 12,345 ± 7% objects',
    '',
    '      Average           Peak    Share      Objects      Allocated  Trace',
    '12.0 MiB ± 4%  12.0 MiB ± 4%  100.0 %  12,345 ± 7%  12.0 MiB ± 4%  node (src/node.js:7)',
    '    from parse (src/parser.js:120), from main (src/main.js:3)',
  ]);
});

test("a runtime's function is shown behind the line of the program that called it", () => {
  const [, , , , row, callers] = lines([{ trace: `${MAIN} > from:node:buffer:300`, bytes: 9 }]);
  expect(row).toMatch(/ {2}main \(src\/main\.js:3\)$/);
  expect(callers).toBe('    in from (node:buffer:300)');
});

test('no line is wider than the terminal; a deep stack says how many callers are not shown', () => {
  const frames = Array.from(
    { length: 60 },
    (_, k) => `function${k}:/home/someone/app/file${k}.js:9`,
  );
  const text = lines([{ trace: frames.join(' > '), bytes: 1000 }]).slice(3);
  for (const line of text) expect(line.length).toBeLessThanOrEqual(100);
  expect(text.at(-1)).toMatch(/^ {4}from function58 .*, from function57 .*, … \d\d more$/);
});

test('a long path loses its folders first', () => {
  const trace = 'createNode:/opt/a/very/long/way/to/a/library/of/someone/else/parser.js:1207';
  expect(lines([{ trace, bytes: 1 }])[4]).toMatch(/ {2}createNode \(…\/parser\.js:1207\)$/);
});

test('by file there are no callers, and what is not listed is counted', () => {
  const live = [
    { trace: MAIN, bytes: 999_000 },
    { trace: 'a:/lib/a.js:1', bytes: 600 },
    { trace: '', bytes: 400 },
  ];
  const text = lines(live, PLAIN, 'file');
  expect(text.slice(4)).toEqual([
    '975.6 KiB ± 0%  975.6 KiB ± 0%  99.9 %   1 ± 0%  975.6 KiB ± 0%  src/main.js',
    '2 more files, below 0.5 % each or beyond the limit: 1000 B on average (0.1 %), 1000 B allocated',
  ]);
});

test('a line shows the callers that most of its bytes came by, with their shares', () => {
  const trace = (caller: string) => `${MAIN} > ${caller} > node:/home/someone/app/src/node.js:7`;
  const live = [
    { trace: trace('parse:/home/someone/app/src/parser.js:120'), bytes: 3000 },
    { trace: trace('load:/home/someone/app/src/loader.js:5'), bytes: 1000 },
  ];
  expect(lines(live, PLAIN, 'line').slice(3)).toEqual([
    '     Average          Peak    Share  Objects     Allocated  Line',
    '3.9 KiB ± 0%  3.9 KiB ± 0%  100.0 %   2 ± 0%  3.9 KiB ± 0%  node (src/node.js:7)',
    '    75% from parse (src/parser.js:120) ← 75% from main (src/main.js:3)',
  ]);
});

describe('JavaScript objects and array buffers', () => {
  const live = [
    { trace: `${MAIN} > a:/home/someone/app/a.js:1`, bytes: 3000, error: 300 },
    { trace: `${MAIN} > b:/home/someone/app/b.js:2`, bytes: 1000, kind: 'arrayBuffer' as const },
  ];
  const heap = heapRecord({
    timeMicros: 1_250_000,
    arrayBufferBytes: 5036,
    earlierArrayBufferBytes: 36,
  });
  const snapshot = { seconds: 1.5, live, heap, attributedArrayBufferBytes: 1000 };
  const text = (options: SummaryOptions) =>
    summaryText(heapSummary(fakeProfile([snapshot]), options), '/home/someone/app', PLAIN);
  const account =
    'Array buffers at 1.25 s: V8 counts 4.9 KiB: 1000 B ± 0% attributed, 36 B from before the start, 3.9 KiB unattributed';

  test('are never added up in silence: the head has both, and a column says what is in buffers', () => {
    expect(text({ by: 'file' })).toEqual([
      'Live memory from 1.50 s to 1.50 s (1 snapshot): average 3.9 KiB ± 8%, peak 3.9 KiB ± 8% at 1.50 s',
      '  of this, JavaScript objects: average 2.9 KiB ±10%, peak 2.9 KiB ±10% at 1.50 s',
      '  of this, array buffers: average 1000 B ± 0%, peak 1000 B ± 0% at 1.50 s',
      'Allocated in that time: 0 B ± 0% in 0 ± 0% objects',
      account,
      '',
      '     Average          Peak   Share  In buffers  Objects  Allocated  File',
      '2.9 KiB ±10%  2.9 KiB ±10%  75.0 %               1 ± 0%   0 B ± 0%  a.js',
      ' 1000 B ± 0%   1000 B ± 0%  25.0 %      1000 B   1 ± 0%   0 B ± 0%  b.js',
    ]);
  });

  test('of one kind alone, the head says which', () => {
    const [head, allocated, line] = text({ kind: 'arrayBuffer' });
    expect(head).toMatch(/^Live array buffers from .*: average 1000 B ± 0%/);
    expect(allocated).toMatch(/^Allocated/);
    expect(line).toBe(account);
    expect(text({ kind: 'heap' }).slice(0, 3)).toEqual([
      expect.stringMatching(/^Live JavaScript objects from .*: average 2.9 KiB ±10%/),
      expect.stringMatching(/^Allocated/),
      '',
    ]);
  });
});

test('what is of no type stands below the types, with what it is', () => {
  const live = [
    { trace: MAIN, bytes: 3000 },
    { trace: MAIN, bytes: 2000, kind: 'arrayBuffer' as const },
    { trace: MAIN, bytes: 1000, type: 'Map' },
    { trace: MAIN, bytes: 4000, type: '(internal)' },
  ];
  expect(lines(live, PLAIN, 'type').slice(-7)).toEqual([
    expect.stringMatching(/ {2}\(array buffers\)$/),
    expect.stringMatching(/ {2}Map$/),
    'Of no type:',
    expect.stringMatching(/ {2}\(internal\)$/),
    "    V8's own objects: elements of arrays and maps, variables of closures, code, …",
    expect.stringMatching(/ {2}\(not known\)$/),
    '    objects that died before their type was read; all, if the recording has no types',
  ]);
});

test('names cannot reach the terminal with control characters', () => {
  const trace = 'evil\u001b[2J:/app/\u009b31m.js:1 > \u202eeman:/app/x\ny.js:2';
  const text = lines([{ trace, bytes: 1 }]).join('\n');
  expect(text).toContain('\\u{202e}eman (/app/x\\x0ay.js:2)');
  expect(text).toContain('evil\\x1b[2J (/app/\\x9b31m.js:1)');
});

test('colours only where they are allowed', () => {
  const live = [{ trace: `${MAIN} > a:/a.js:1`, bytes: 1 }];
  expect(lines(live).join('')).not.toContain('\u001b');
  expect(lines(live, { width: 100, colors: true }).join('')).toContain('\u001b[2m');
});
