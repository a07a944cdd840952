import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { LoggerInterface } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { describe, expect, test } from 'vitest';
import { heapSummary } from '../../src/analysis/summary.js';
import { timePlot } from '../../src/analysis/time-plot.js';
import { chartPage } from '../../src/render/chart-page.js';
import { CHART_CONFIG, PALETTE, REST_COLOR } from '../../src/render/chart-style.js';
import { themed } from '../../src/render/chart-theme.js';
import { summaryChartSpec } from '../../src/render/summary-chart.js';
import { timePlotSpec } from '../../src/render/time-plot/spec.js';
import { renderSvg } from '../../src/render/vega.js';
import { fakeProfile, type SnapshotText } from '../analysis/fake-profile.js';
import { heapRecord } from '../support/heap-record.js';
import { schemaErrors } from '../support/json-schema.js';

const SCHEMA = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('vega-lite/vega-lite-schema.json'), 'utf8'),
) as Record<string, unknown>;

/** What Vega-Lite and Vega have to remark is an error here. */
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

const MiB = 2 ** 20;

const SNAPSHOTS: SnapshotText[] = [0, 1, 2, 3].map((seconds) => ({
  seconds,
  live: Array.from({ length: 12 }, (_, k) => ({
    trace: `main:/app/main.js:1 > make${k}:/app/a/long/way/to/a/file/of/lines.js:${k + 1}`,
    bytes: (12 - k) * seconds * MiB,
    error: (k + 1) * 1e5,
    type: `Type${k}`,
    kind: k % 3 === 0 ? ('arrayBuffer' as const) : ('heap' as const),
  })),
  allocated: [{ trace: 'a:/app/a.js:1', bytes: 5 * MiB }],
  collections: 1,
  gcPauseMicros: 2000,
  heap: heapRecord({
    usedAfterBytes: 40 * MiB,
    limitBytes: 200 * MiB,
    externalBytes: 9 * MiB,
    arrayBufferBytes: 8 * MiB,
    residentSetBytes: 90 * MiB,
  }),
}));

const PROFILE = fakeProfile(SNAPSHOTS);
const TEXTS = { title: 'build.js', subtitle: ['recorded 2026-01-02T03:04:05.000Z'] };
const LINES = { first: 'lines.js:1', second: 'lines.js:2' };

const summarySpec = (profile: typeof PROFILE, width: number) =>
  summaryChartSpec(
    heapSummary(profile, { by: 'line', threshold: 0 }),
    { ...TEXTS, cwd: '/app' },
    width,
  );

const CHARTS: Record<string, (widthPx: number) => TopLevelSpec> = {
  'a heap summary': (width) => summarySpec(PROFILE, width),
  'a heap summary by type': (width) =>
    summaryChartSpec(heapSummary(PROFILE, { threshold: 0 }), TEXTS, width),
  'an empty heap summary': (width) => summarySpec(fakeProfile([{ seconds: 0 }]), width),
  'a time plot': (width) => timePlotSpec(timePlot(PROFILE), TEXTS, width),
  'a time plot by line': (width) => timePlotSpec(timePlot(PROFILE, {}, 'line'), TEXTS, width),
  'a time plot by kind': (width) => timePlotSpec(timePlot(PROFILE, {}, 'kind'), TEXTS, width),
  'a time plot by type of nothing': (width) =>
    timePlotSpec(timePlot(fakeProfile([{ seconds: 0 }]), {}, 'type'), TEXTS, width),
  'a time plot of lines': (width) => timePlotSpec(timePlot(PROFILE, LINES), TEXTS, width),
};

describe.each(Object.entries(CHARTS))('%s', (_, specOf) => {
  test.each([
    [1280, 'light'],
    [400, 'light'],
    [1280, 'dark'],
    [400, 'dark'],
  ] as const)(
    '%d pixels wide and %s is as the schema says, and is drawn without a warning',
    async (width, theme) => {
      const spec = themed(specOf(width), theme);
      expect(schemaErrors(JSON.parse(JSON.stringify(spec)), SCHEMA, SCHEMA)).toEqual([]);
      const svg = await renderSvg(spec, strictLogger);
      const drawn = Number(/<svg[^>]* width="(\d+)"/.exec(svg)![1]);
      expect(drawn).toBeGreaterThan(width * 0.8);
      expect(drawn).toBeLessThan(width * 1.1);
    },
  );

  test('has no light ground and no dark text where it is dark', async () => {
    const svg = await renderSvg(themed(specOf(800), 'dark'));
    for (const color of [CHART_CONFIG.background, CHART_CONFIG.title.color, PALETTE.blue]) {
      expect(svg).not.toContain(color);
    }
  });
});

test('the schema refuses what is none', () => {
  const spec = { ...summarySpec(PROFILE, 800), mark: { type: 'bar', colour: 'red' } };
  expect(schemaErrors(JSON.parse(JSON.stringify(spec)), SCHEMA, SCHEMA)).not.toEqual([]);
});

test('texts of a recording that look like colours stay as they are in the dark', () => {
  const spec = themed({ title: { text: PALETTE.blue }, color: PALETTE.blue }, 'dark');
  expect(spec.title.text).toBe(PALETTE.blue);
  expect(spec.color).not.toBe(PALETTE.blue);
});

test('bars have the names of their rows, the largest first, and no more than 20 of them', async () => {
  const live = Array.from({ length: 30 }, (_, k) => ({
    trace: `f:/app/f.js:${k + 1}`,
    bytes: 30 - k,
  }));
  const svg = await renderSvg(summarySpec(fakeProfile([{ seconds: 0, live }]), 800));
  const labels = [...svg.matchAll(/>f \(f\.js:(\d+)\)</g)].map(([, line]) => Number(line));
  expect(labels).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
  expect(svg).toContain('10 more rows: 55 B');
});

test('a page has a picture for each ground and width, all ids differ, and nothing is loaded or run', async () => {
  const page = await chartPage('<b>&', (width) => summarySpec(PROFILE, width));
  expect(page.match(/<svg [^>]*class="(light|dark) (wide|narrow)"/g)).toHaveLength(4);
  for (const [svg] of page.matchAll(/<svg [^>]*>/g)) {
    expect(svg.match(/ class=/g), svg).toHaveLength(1);
  }
  expect(page).toContain('<title>&lt;b&gt;&amp;</title>');
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  expect(page).not.toMatch(/<script|<link|\bsrc=|@import|https?:(?!\/\/www\.w3\.org)/);
});

test('bars of no type are gray, and drawn however many types there are', async () => {
  const types = Array.from({ length: 30 }, (_, k) => ({
    trace: '',
    bytes: 100 + k,
    type: `Type${k}`,
  }));
  const live = [...types, { trace: '', bytes: 999, type: '(internal)' }];
  const spec = summaryChartSpec(heapSummary(fakeProfile([{ seconds: 0, live }])), TEXTS);
  const svg = await renderSvg(spec);
  const bars = [...svg.matchAll(/aria-roledescription="bar"[^>]* fill="(#\w+)"/g)];
  expect(bars.map(([, color]) => color)).toEqual([...Array(19).fill(PALETTE.blue), REST_COLOR]);
  expect(svg).toContain('gray: of no type');
  expect(svg).toContain('11 more rows: ');
});
