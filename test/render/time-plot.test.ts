import type { LoggerInterface } from 'vega';
import { compile } from 'vega-lite';
import { describe, expect, test } from 'vitest';
import type { LineSeries, TimePlot, TimePlotPoint } from '../../src/analysis/time-plot.js';
import { renderPng } from '../../src/render/png.js';
import { timePlotSpec } from '../../src/render/time-plot/spec.js';
import { renderSvg } from '../../src/render/vega.js';

const MiB = 2 ** 20;

/** Vega-Lite and Vega report what they do not like to this; here it is an error. */
const strictLogger: LoggerInterface = {
  level: () => strictLogger,
  error: refuse,
  warn: refuse,
  info: () => strictLogger,
  debug: () => strictLogger,
};

function refuse(...args: readonly unknown[]): never {
  throw new Error(args.map(String).join(' '));
}

/** Points a second apart, rising by a MiB each. */
function points(count: number, more: Partial<TimePlotPoint> = {}): TimePlotPoint[] {
  return Array.from({ length: count }, (_, index) => ({
    timeSeconds: index,
    liveBytes: index * MiB,
    liveBytesError: (index * MiB) / 10,
    liveBytesByKind: { heap: index * MiB, arrayBuffer: 0 },
    allocatedBytes: index * 2 * MiB,
    allocatedBytesError: 0,
    collections: 0,
    gcPauseSeconds: 0,
    ...more,
  }));
}

const RECORDS = {
  heapLimitBytes: 4096 * MiB,
  usedHeapBytes: 30 * MiB,
  externalBytes: MiB,
  arrayBufferBytes: MiB,
  residentSetBytes: 60 * MiB,
  gcPauseSeconds: 0.25,
};

function line(label: string, count: number): LineSeries {
  const values = Array.from({ length: count }, (_, index) => index);
  return {
    label,
    line: 'a.js:1',
    traceCount: 1,
    liveBytes: values.map((value) => (value * MiB) / 2),
    share: values.map(() => 0.5),
  };
}

const TEXTS = { title: 'build.js', subtitle: ['recorded 2026-01-02T03:04:05.000Z'] };

const PLOTS: Record<string, TimePlot> = {
  'a single point': { points: points(1), lines: [] },
  'nothing ever live': { points: points(9, { liveBytes: 0, liveBytesError: 0 }), lines: [] },
  'no heap records': { points: points(9), lines: [] },
  'heap records': { points: points(9, RECORDS), lines: [] },
  'heap records from the middle on': {
    points: [
      ...points(5),
      ...points(5, RECORDS).map((p) => ({ ...p, timeSeconds: p.timeSeconds + 5 })),
    ],
    lines: [],
  },
  'array buffers': {
    points: points(9, { liveBytesByKind: { heap: 1, arrayBuffer: 9 * MiB } }),
    lines: [],
  },
  lines: { points: points(9, RECORDS), lines: [line('parser', 9), line('cache', 9)] },
  'ten lines': {
    points: points(9),
    lines: Array.from({ length: 10 }, (_, k) => line(`line ${k}`, 9)),
  },
};

describe.each(Object.entries(PLOTS))('a plot of %s', (_, plot) => {
  test.each([800, 400])('compiles and draws without a warning, %d pixels wide', async (width) => {
    const spec = timePlotSpec(plot, TEXTS, width);
    compile(spec, { logger: strictLogger });
    const svg = await renderSvg(spec, strictLogger);
    expect(svg).toContain('build.js');
    const drawn = Number(/<svg[^>]* width="(\d+)"/.exec(svg)![1]);
    expect(drawn).toBeGreaterThan(width * 0.8);
    expect(drawn).toBeLessThan(width * 1.2);
  });
});

/** Texts that are drawn, in the order of the SVG. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map(([, text]) => text!);
}

test('axes are in human units, and the legend names what is drawn', async () => {
  const texts = textsOf(await renderSvg(timePlotSpec(PLOTS.lines!, TEXTS)));
  expect(texts).toEqual(
    expect.arrayContaining([
      'MiB',
      'by line, MiB',
      'share of live',
      'time since the start (s)',
      'live, estimated',
      'used heap (V8)',
      'resident set',
      'parser',
      'cache',
    ]),
  );
  expect(texts).not.toContain('live array buffers');
});

test('a heap limit far above everything is told, not drawn', async () => {
  const texts = textsOf(await renderSvg(timePlotSpec(PLOTS['heap records']!, TEXTS)));
  expect(texts).not.toContain('heap limit');
  expect(texts).toContain('heap limit 4.0 GiB, above the scale');
  const near = { points: points(9, { ...RECORDS, heapLimitBytes: 100 * MiB }), lines: [] };
  expect(textsOf(await renderSvg(timePlotSpec(near, TEXTS)))).toContain('heap limit');
});

test('data are in the units of the axes: 8 MiB live, 16 MiB a second allocated, pauses of 250 ms', () => {
  const spec = timePlotSpec(PLOTS['heap records']!, TEXTS) as unknown as {
    vconcat: { data: { values: Record<string, number>[] } }[];
  };
  const [live, allocated, collections] = spec.vconcat.map((panel) => panel.data.values.at(-1));
  expect(live).toMatchObject({ time: 8, live: 8, low: 7.2, high: 8.8, usedHeapBytes: 30 });
  expect(allocated).toEqual({ time: 8, value: 16 });
  expect(collections).toEqual({ time: 8, value: 250 });
});

test('a long recording is drawn with at most 2,000 points and in hours', async () => {
  const long = points(100_000);
  const spec = timePlotSpec({ points: long, lines: [] }, TEXTS);
  expect(JSON.stringify(spec).length).toBeLessThan(400_000);
  expect(textsOf(await renderSvg(spec, strictLogger))).toContain('time since the start (h)');
});

test('names from a recording are text, not markup, and hold no control characters', async () => {
  const hostile = '<script>alert(1)</script>\u0007';
  const plot = { points: points(3), lines: [line(hostile, 3)] };
  const svg = await renderSvg(timePlotSpec(plot, { title: hostile, subtitle: [hostile] }));
  expect(svg).not.toContain('<script');
  expect(svg).not.toContain('\u0007');
  expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt;\\x07');
});

test('a PNG has curves and text, at twice the size', async () => {
  const svg = await renderSvg(timePlotSpec(PLOTS.lines!, TEXTS));
  const png = Buffer.from(await renderPng(svg));
  expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  expect(png.readUInt32BE(16)).toBe(1600);
  // What is on a picture shows in how well it compresses. Without a font resvg leaves out text in silence.
  const withoutText = await renderPng(svg.replace(/<text.*?<\/text>/gs, ''));
  const blank = await renderPng(svg.replace(/<(path|text)\b.*?(\/>|<\/\1>)/gs, ''));
  expect(png.length).toBeGreaterThan(withoutText.length * 1.3);
  expect(withoutText.length).toBeGreaterThan(blank.length * 1.3);
});
