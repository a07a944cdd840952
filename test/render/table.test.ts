import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutMiddle, tableLines } from '../../src/render/table.js';

test('figures are aligned on the right, the text follows', () => {
  const lines = tableLines(
    [
      { header: 'Bytes', cells: ['1', '1,000,000'] },
      { header: 'Share', cells: ['0.1 %', '99.9 %'] },
    ],
    { header: 'File', textOf: (row) => ['a.js', 'b.js'][row]! },
    80,
  );
  expect(lines).toEqual([
    '    Bytes   Share  File',
    '        1   0.1 %  a.js',
    '1,000,000  99.9 %  b.js',
  ]);
});

test('the text is told how much room there is', () => {
  const figures = [{ header: 'Bytes', cells: ['1'] }];
  const textOf = (_: number, width: number) => String(width);
  expect(tableLines(figures, { header: 'Room', textOf }, 80)[1]).toBe('    1  73');
  expect(tableLines(figures, { header: 'Room', textOf }, 10)[1]).toBe('    1  24');
});

test('a text that is cut keeps its ends, has the width, and no half characters', () => {
  expect(cutMiddle('parse (/home/someone/parser.js:120)', 20)).toBe('parse …arser.js:120)');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 3, max: 40 }), (text, width) => {
      const cut = cutMiddle(text, width);
      const length = [...text].length;
      expect([...cut]).toHaveLength(Math.min(length, width));
      if (length <= width) expect(cut).toBe(text);
      expect(Buffer.from(cut).toString()).toBe(cut);
    }),
  );
});
