import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeJson, sanitize } from '../../src/render/sanitize.js';

test.each([
  ['an escape sequence', '\u001b[31mred', '\\x1b[31mred'],
  ['a forged line', 'main\r\n 99 MiB', 'main\\x0d\\x0a 99 MiB'],
  ['the eight-bit form of an escape sequence', '\u009b2J', '\\x9b2J'],
  ['delete and backspace', 'a\u007f\b', 'a\\x7f\\x08'],
  ['a change of direction', 'a\u202egnp.exe', 'a\\u{202e}gnp.exe'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['what XML does not allow', 'a\ufffeb\uffff', 'a\\u{fffe}b\\u{ffff}'],
  ['ordinary text of any language', 'größe → 名前 🙂', 'größe → 名前 🙂'],
])('%s becomes visible text or stays', (_, text, safe) => {
  expect(sanitize(text)).toBe(safe);
});

test('JSON keeps its meaning and holds no unsafe character', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const json = safeJson({ value, text }, 2);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, text })));
      expect(sanitize(json.replaceAll('\n', ''))).toBe(json.replaceAll('\n', ''));
    }),
  );
  expect(safeJson({ name: '\u009b2J\u001b' })).toBe('{"name":"\\u009b2J\\u001b"}');
});
