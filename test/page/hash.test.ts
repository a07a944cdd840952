import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Codec,
  flag,
  formatHash,
  number,
  oneOf,
  optional,
  parseHash,
  range,
  selection,
  text,
  texts,
} from '../../src/page/state/hash.js';

test('an address is one that people can read', () => {
  const hash = '#panel=table&table.find=src/app.js:7&time=12.5..60';
  const values = new Map([
    ['panel', 'table'],
    ['table.find', 'src/app.js:7'],
    ['time', '12.5..60'],
  ]);
  expect(parseHash(hash)).toEqual(values);
  expect(formatHash(values)).toBe(hash);
  expect(formatHash(new Map())).toBe('');
});

test('any texts come back', () => {
  const wellFormed = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          wellFormed.filter((key) => key !== ''),
          wellFormed,
        ),
      ),
      (pairs) => {
        const values = new Map(pairs);
        const hash = formatHash(values);
        expect(parseHash(hash)).toEqual(values);
        expect(hash).toMatch(/^(#[\w\-.!~*'()%/:,@;=&]*)?$/);
      },
    ),
  );
});

test('whatever an address holds, reading it fails nowhere', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (any) => {
      for (const value of parseHash(any).values()) {
        for (const codec of [flag, number(0), oneOf(['a', 'b']), range, selection, text, texts]) {
          codec.parse(value);
        }
      }
    }),
  );
  expect(parseHash('#a&=b&c=%zz&d=1=2')).toEqual(new Map([['d', '1=2']]));
});

test.each<[string, Codec<unknown>, unknown, string]>([
  ['an instant', selection, { at: 12.5 }, '12.5'],
  ['a range', selection, { from: 0, to: 1e-7 }, '0..1e-7'],
  ['no range', optional(range), undefined, ''],
  ['texts', texts, ['a,b', 'c%'], 'a%2Cb,c%25'],
  ['no texts', texts, [], ''],
  ['yes', flag, true, 'yes'],
  ['a word', oneOf(['line', 'type']), 'type', 'type'],
])('%s as text, and back', (_, { parse, format }, value, expected) => {
  expect(format(value)).toBe(expected);
  expect(parse(expected)).toEqual(value);
});

test.each<[string, Codec<unknown>, string]>([
  ['a range that ends before it starts', range, '5..3'],
  ['a range without an end', range, '5..'],
  ['a time before the start', selection, '-1'],
  ['a time that is none', selection, 'NaN'],
  ['another word', oneOf(['line']), 'lines'],
  ['neither yes nor no', flag, '1'],
  ['nothing', number(), ''],
])('%s is nothing', (_, { parse }, bad) => {
  expect(parse(bad)).toBeUndefined();
});
