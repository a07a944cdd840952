import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAge, encodeAge } from '../../src/format/age-code.js';
import { ByteReader, DecodeError, EndOfDataError } from '../../src/format/byte-reader.js';
import { ByteWriter } from '../../src/format/byte-writer.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('varint', () => {
  test.each([
    [0, '00'],
    [127, '7f'],
    [128, '80 01'],
    [16_383, 'ff 7f'],
    [16_384, '80 80 01'],
    [2 ** 31, '80 80 80 80 08'],
    [2 ** 32 + 1, '81 80 80 80 10'],
    [2 ** 53 - 1, 'ff ff ff ff ff ff ff 0f'],
  ])('%d is %s', (value, bytes) => {
    expect(Buffer.from(new ByteWriter().varint(value).bytes())).toEqual(hex(bytes));
    expect(new ByteReader(hex(bytes)).varint()).toBe(value);
  });

  test.each([
    ['a longer form of a small number', '81 80 80 00', 1],
    ['the longest form of 0', '80 80 80 80 80 80 80 00', 0],
  ])('takes %s', (_, bytes, value) => {
    expect(new ByteReader(hex(bytes)).varint()).toBe(value);
  });

  test.each([
    ['2^53', '80 80 80 80 80 80 80 10'],
    ['nine bytes', '80 80 80 80 80 80 80 80 00'],
  ])('refuses %s', (_, bytes) => {
    expect(() => new ByteReader(hex(bytes)).varint()).toThrow(DecodeError);
  });

  test('no proper prefix of a number decodes', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const bytes = new ByteWriter().varint(value).bytes();
        expect(new ByteReader(bytes).varint()).toBe(value);
        for (let cut = 0; cut < bytes.length; cut++) {
          expect(() => new ByteReader(bytes.subarray(0, cut)).varint()).toThrow(EndOfDataError);
        }
      }),
    );
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN])('cannot be written for %d', (value) => {
    expect(() => new ByteWriter().varint(value)).toThrow(RangeError);
  });
});

describe('numbers and strings', () => {
  test('are read back in the order in which they were written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string({ unit: 'grapheme' }), (number, text) => {
        const out = new ByteWriter()
          .u8(7)
          .u16(65_535)
          .u32(2 ** 32 - 1)
          .u64(number)
          .string(text);
        const reader = new ByteReader(out.bytes());
        expect([reader.u8(), reader.u16(), reader.u32(), reader.u64(), reader.string()]).toEqual([
          7,
          65_535,
          2 ** 32 - 1,
          number,
          text,
        ]);
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  test('a u64 above 2^53 − 1 is refused', () => {
    expect(() => new ByteReader(hex('00 00 00 00 00 00 20 00')).u64()).toThrow(DecodeError);
  });

  test('a string longer than the data is refused before it is made', () => {
    expect(() => new ByteReader(hex('ff ff ff ff 0f 41')).string()).toThrow(EndOfDataError);
  });
});

describe('the age code', () => {
  test.each([
    [0, 0],
    [7, 7],
    [8, 8],
    [15, 15],
    [16, 16],
    [17, 16],
    [18, 17],
    [31, 23],
    [32, 24],
    [2_000_000, 151],
    [15 * 2 ** 30 - 1, 254],
    [15 * 2 ** 30, 255],
    [2 ** 53 - 1, 255],
  ])('of %d µs is %d', (age, code) => {
    expect(encodeAge(age)).toBe(code);
  });

  test('decodes to the least age that has it', () => {
    for (let code = 0; code <= 255; code++) {
      const age = decodeAge(code);
      expect(encodeAge(age)).toBe(code);
      if (code > 0) expect(encodeAge(age - 1)).toBe(code - 1);
    }
  });
});
