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

test('short cells are taken where the others leave the text too little room', () => {
  const figures = [
    { header: 'Bytes', cells: ['1,000', '12'] },
    { header: 'Objects', cells: ['1,000 ± 10%', '12 ± 9%'], shortCells: ['1,000', '12'] },
  ];
  const lines = (width: number) =>
    tableLines(figures, { header: 'File', textOf: (_, width) => 'x'.repeat(width) }, width);
  // 5 and 11 characters, two of space after each, and 24 for the text.
  expect(lines(44)).toEqual([
    'Bytes      Objects  File',
    `1,000  1,000 ± 10%  ${'x'.repeat(24)}`,
    `   12      12 ± 9%  ${'x'.repeat(24)}`,
  ]);
  expect(lines(43)).toEqual([
    'Bytes  Objects  File',
    `1,000    1,000  ${'x'.repeat(27)}`,
    `   12       12  ${'x'.repeat(27)}`,
  ]);
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
