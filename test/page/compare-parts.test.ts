import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sectionsOfReport } from '../../src/page/panels/compare/other-recording.js';
import { firstAndLastThird, nothingToCompare } from '../../src/page/panels/compare/sides.js';
import {
  exactTimeText,
  parseTimeText,
  timesText,
} from '../../src/page/panels/compare/time-text.js';

describe('times that people write', () => {
  test.each([
    ['12.5', 12.5],
    [' 0 ', 0],
    ['.5', 0.5],
    ['250ms', 0.25],
    ['250 µs', 0.00025],
    ['1h 30m', 5400],
    ['1d02h3min 4.5 s', 93_784.5],
  ])('%s', (text, seconds) => {
    expect(parseTimeText(text)).toBeCloseTo(seconds, 9);
  });

  test.each(['', 'x', '-1', '1 2', '1e3', '5 parsecs', 'NaN', '..', '1h foo', '.'])(
    '%s is none',
    (text) => {
      expect(parseTimeText(text)).toBeUndefined();
    },
  );

  test.each([
    [0, '0s'],
    [10, '10s'],
    [12.35, '12.35s'],
    [60, '1m 00s'],
    [3723.5, '1h 02m 03.5s'],
  ])('%d seconds are shown in full', (seconds, text) => {
    expect(exactTimeText(seconds)).toBe(text);
  });

  test('what is shown is read as the same millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 10 }), (milliseconds) => {
        const seconds = milliseconds / 1000;
        expect(parseTimeText(exactTimeText(seconds))).toBeCloseTo(seconds, 6);
      }),
    );
  });

  test('an instant and a range are told apart', () => {
    expect(timesText({ at: 1.5 })).toBe('at 1.5s');
    expect(timesText({ from: 0, to: 90 })).toBe('0s to 1m 30s');
  });
});

describe('what is compared', () => {
  test('is the first and the last third at first', () => {
    expect(firstAndLastThird(120)).toEqual({ a: { from: 0, to: 40 }, b: { from: 80, to: 120 } });
    expect(firstAndLastThird(0)).toEqual({ a: { from: 0, to: 0 }, b: { from: 0, to: 0 } });
  });

  const total = {
    a: 1,
    aError: 0,
    b: 1,
    bError: 0,
    difference: 0,
    differenceError: 0,
    isSignificant: false,
  };
  const nothing = { ...total, a: 0, b: 0 };
  const [early, late] = [
    { fromSeconds: 0, toSeconds: 1 },
    { fromSeconds: 2, toSeconds: 3 },
  ];
  const instant = { fromSeconds: 2, toSeconds: 2 };

  test('is something where two times have memory, also the same time of two recordings', () => {
    expect(nothingToCompare({ a: early, b: late, total, metric: 'live' }, true)).toBeUndefined();
    expect(nothingToCompare({ a: early, b: early, total, metric: 'live' }, false)).toBeUndefined();
  });

  test.each([
    [early, early, total, 'live', /^A and B are the same: 0 s to 1\.00 s\..*Choose another time/],
    [instant, instant, total, 'live', /^A and B are the same: the snapshot at 2\.00 s\./],
    [early, late, nothing, 'live', /^Nothing was live in A or in B/],
    [early, late, nothing, 'objects', /^Nothing was live in A or in B/],
    [early, late, nothing, 'allocated', /^Nothing was allocated in A or in B/],
    [
      instant,
      { fromSeconds: 3, toSeconds: 3 },
      nothing,
      'allocated',
      /^Nothing is allocated in an instant/,
    ],
  ] as const)('is nothing, and why', (a, b, total, metric, why) => {
    expect(nothingToCompare({ a, b, total, metric }, true)).toMatch(why);
  });
});

describe('the parts of another report', () => {
  const part = (name: string, text: string) =>
    `<script type="application/octet-stream;base64" id="${name}">${text}</script>`;

  test('are found by their names, the first of each', () => {
    const html = `<p>${part('facts', 'AAAA')}${part('digest', 'BB==')}${part('traces', 'C+/C')}${part('facts', 'XXXX')}${part('evil', 'XXXX')}`;
    expect(sectionsOfReport(html)).toEqual({ facts: 'AAAA', digest: 'BB==', traces: 'C+/C' });
    const temporary = sectionsOfReport(html + part('temporary', 'DDDD')).temporary;
    expect(temporary).toBe('DDDD');
  });

  test.each([
    '',
    'heapprof',
    part('facts', 'AAAA'),
    part('facts', '<b>') + part('digest', 'A') + part('traces', 'A'),
  ])('are missed where there are none', (html) => {
    expect(() => sectionsOfReport(html)).toThrow(/^it is no report\. Make one.*heapprof report/);
  });
});
