import { describe, expect, test } from 'vitest';
import type { Block } from '../../src/format/block.js';
import { DecodeError } from '../../src/format/byte-reader.js';
import { SiteEventDecoder } from '../../src/format/event-block.js';

/** Two allocations of one site at 100 and 105 µs, field by field. */
const FIELDS = {
  codes: '0000 0000',
  lastTime: '05',
  groups: '01',
  typeKind: '00',
  sites: '01',
  trace: '01',
  size: '02',
  times: '00 05',
};

function block(changed: Partial<typeof FIELDS>, count = 2, firstTimeMicros = 100): Block {
  const hex = Object.values({ ...FIELDS, ...changed })
    .join('')
    .replaceAll(' ', '');
  return { type: 16, count, firstTimeMicros, offset: 0, payload: Buffer.from(hex, 'hex') };
}

test('a block of two events is decoded', () => {
  const decoder = new SiteEventDecoder();
  decoder.decode(block({}));
  expect(decoder).toMatchObject({ count: 2, siteCount: 1, lastTimeMicros: 105 });
  expect([...decoder.timesMicros().subarray(0, 2)]).toEqual([100, 105]);
  expect([decoder.siteTraces[0], decoder.siteSizesBytes[0]]).toEqual([1, 8]);
});

describe('a block is refused', () => {
  test.each([
    ['with a code just above its sites', block({ codes: '0000 0200' })],
    ['with the highest code', block({ codes: '0000 ffff' })],
    [
      'with events but no sites',
      block({ groups: '00', typeKind: '', sites: '', trace: '', size: '' }),
    ],
    ['with fewer codes than events', block({}, 7)],
    ['with fewer times than events', block({ times: '00' })],
    ['with a free that has no age', block({ codes: '0000 0100' })],
    ['with more groups than fit', block({ groups: 'ffffffff0f' })],
    ['with more sites than fit', block({ sites: '7f' })],
    ['with more sites than there may be', block({ sites: '818002', times: '00'.repeat(70_000) })],
    ['with a trace above 2^32 − 1', block({ trace: '8080808010' })],
    ['with a type above 2^31 − 1', block({ typeKind: '8080808010' })],
    ['with a size above 2^53 − 1', block({ size: '808080808080 8004' })],
    ['whose last time is above 2^53 − 1', block({}, 2, 2 ** 53 - 5)],
  ])('%s', (_, bad) => {
    expect(() => new SiteEventDecoder().decode(bad)).toThrow(DecodeError);
  });
});

describe('times that do not decode stay within their block', () => {
  test.each([
    ['beyond the last time', '00 06', [100, 105]],
    ['a number that does not end', '00 ff', [100, 105]],
    ['from the first on', 'ff ff', [105, 105]],
    ['that end early', '00 04', [100, 104]],
  ])('%s', (_, times, expected) => {
    const decoder = new SiteEventDecoder();
    decoder.decode(block({ times }));
    expect([...decoder.timesMicros().subarray(0, 2)]).toEqual(expected);
  });

  test('and leave the fates of their frees unknown', () => {
    const decoder = new SiteEventDecoder();
    decoder.decode(block({ codes: '0000 0100', times: '00 ffff ff' }));
    expect(decoder.fates().ageCodes.length).toBe(0);
  });
});

test('the largest values that there may be are decoded', () => {
  const decoder = new SiteEventDecoder();
  decoder.decode(
    block(
      { typeKind: 'ffffffff0f', trace: 'ffffffff0f', size: 'feffffffffffff03' },
      2,
      2 ** 53 - 6,
    ),
  );
  expect(decoder.siteTraces[0]).toBe(2 ** 32 - 1);
  expect(decoder.siteTypeKinds[0]).toBe(2 ** 32 - 1);
  expect(decoder.siteSizesBytes[0]).toBe((2 ** 51 - 2) * 4);
  expect(decoder.timesMicros()[1]).toBe(2 ** 53 - 1);
});

describe('late frees', () => {
  /** Of a block of two frees, with `column` after what they survived. */
  function lateFrees(column: string): readonly number[] {
    const decoder = new SiteEventDecoder();
    decoder.decode(block({ codes: '0100 0100', times: `00 05 0000 0000 ${column}` }));
    return decoder.lateFrees();
  }

  test.each([
    ['the second', '01 01', [1]],
    ['both', '02 00 01', [0, 1]],
    ['none', '00', []],
    ['none, in files of older versions', '', []],
  ])('%s', (_, column, expected) => {
    expect(lateFrees(column)).toEqual(expected);
  });

  test.each([
    ['more than the payload has', '02 00'],
    ['a number that does not end', 'ff'],
  ])('a column with %s tells of none', (_, column) => {
    expect(lateFrees(column)).toEqual([]);
  });

  test('are unknown where the times do not decode', () => {
    const decoder = new SiteEventDecoder();
    decoder.decode(block({ codes: '0100 0100', times: '00 ffff ffff ff' }));
    expect(decoder.lateFrees()).toEqual([]);
  });
});
