import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Comparison } from '../../src/analysis/compare.js';
import { testBrowser } from '../support/browser.js';
import { heapprof } from '../support/command-line.js';
import { recordFixture } from '../support/record.js';
import { type RecordingBuilder, recording } from '../support/recording.js';

const browser = testBrowser();
let folder: string;
const cleanups: (() => void)[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heapprof-compare-'));
});

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(builder: RecordingBuilder): string {
  const { filebase, cleanup } = builder.write();
  cleanups.push(cleanup);
  return filebase;
}

/** Two minutes with snapshots at 0, 60 and 120 s: a store that grows, a cache that goes, and a base that stays. */
function grownRecording(): string {
  return written(
    recording()
      .alloc('main:app.js:1 > base:app.js:2', 10_000, { type: 'Base' })
      .alloc('main:app.js:1 > cache:app.js:3', 8000, { type: 'Map' })
      .alloc('main:app.js:1 > store:app.js:4', 1000, { type: 'Array', times: 2 })
      .free('main:app.js:1 > cache:app.js:3', 8000, {
        at: 70_000_000,
        type: 'Map',
        age: 70_000_000,
      })
      .alloc('main:app.js:1 > store:app.js:4', 1000, { type: 'Array', at: 80_000_000, times: 4 })
      .at(120_000_000)
      .stop(),
  );
}

interface ShownRow {
  readonly name: string;
  /** A, B and the difference, each with its error. */
  readonly figures: readonly (readonly [value: number, error: number])[];
  readonly isSignificant: boolean;
}

function readRows(): ShownRow[] {
  return [...document.querySelectorAll('.difference-table tbody tr')].map((row) => ({
    name: row.querySelector('.name-cell span')!.textContent!,
    figures: [...row.querySelectorAll<HTMLElement>('[data-value]')].map((cell) => [
      Number(cell.dataset.value),
      Number(cell.dataset.error),
    ]),
    isSignificant: row.className === 'significant',
  }));
}

/** The rows of the table once nothing is being worked out. */
async function rowsOf(page: Page): Promise<ShownRow[]> {
  await page.waitForSelector('.difference-table tbody tr');
  await page.waitForSelector('.difference-graph .flame');
  await page.waitForSelector('.working', { state: 'detached' });
  return page.evaluate(readRows);
}

/** The first rows of `heapprof compare --json`, as the page shows them. */
function rowsOfCommandLine(...args: string[]): Omit<ShownRow, 'name'>[] {
  const { stdout, stderr } = heapprof(['compare', ...args, '--json', '--limit', '50']);
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as Comparison).rows.map((row) => ({
    figures: [
      [row.a, row.aError],
      [row.b, row.bError],
      [row.difference, row.differenceError],
    ],
    isSignificant: row.isSignificant,
  }));
}

function figuresAlone(rows: readonly ShownRow[]): Omit<ShownRow, 'name'>[] {
  return rows.map(({ figures, isSignificant }) => ({ figures, isSignificant }));
}

const INSTANTS = '#panel=compare&compare.a=0&compare.b=120';

/** The address's fragment; `page.url()` is later to know it. */
const hashOf = (page: Page) => page.evaluate(() => location.hash);

function untilFieldIs(page: Page, name: string, value: string): Promise<unknown> {
  return page.waitForFunction(
    ([label, text]) =>
      document.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!.value === text,
    [name, value],
  );
}

const status = (page: Page) => page.textContent('.chosen-node');

test('two instants differ by what was allocated and freed between them', async () => {
  const { page } = await browser.openReport(grownRecording(), { hash: INSTANTS });
  expect(await rowsOf(page)).toEqual([
    {
      name: 'cache (app.js)',
      figures: [
        [8000, 0],
        [0, 0],
        [-8000, 0],
      ],
      isSignificant: true,
    },
    {
      name: 'store (app.js)',
      figures: [
        [2000, 0],
        [6000, 0],
        [4000, 0],
      ],
      isSignificant: true,
    },
    {
      name: 'base (app.js)',
      figures: [
        [10_000, 0],
        [10_000, 0],
        [0, 0],
      ],
      isSignificant: false,
    },
  ]);
  expect(await page.textContent('.verdict')).toMatch(
    /^-3\.9\sKiB\s±\s0\sB \(-20\.0 %\) live memory.*significant\.$/,
  );
  expect(await page.textContent('.side-a .side-figures')).toBe('19.5 KiB ± 0% live');
});

test('the flame graph has the same numbers, and is gone through with the keyboard', async () => {
  const { page } = await browser.openReport(grownRecording(), { hash: INSTANTS });
  await rowsOf(page);
  expect(await status(page)).toBe(
    '(all) A 19.5 KiB ± 0%, B 15.6 KiB ± 0%, difference -3.9 KiB ± 0 B (-20.0 %), significant',
  );
  await page.locator('.difference-graph .flame').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  // The widest box: 10,000 bytes on each side.
  expect(await status(page)).toBe(
    'base (app.js:2) A 9.8 KiB ± 0%, B 9.8 KiB ± 0%, difference 0 B ± 0 B (0.0 %), not significant',
  );
  await page.keyboard.press('ArrowRight');
  expect(await status(page)).toMatch(/^(?:cache|store) \(app\.js:[34]\) .* significant$/);
  await page.keyboard.press('Enter');
  expect(await hashOf(page)).toMatch(/&compare\.zoom=2\.\w+&/);
  const zoomed = await page.textContent('.zoom-path [aria-current]');
  await page.reload();
  await rowsOf(page);
  expect(await page.textContent('.zoom-path [aria-current]')).toBe(zoomed);
});

test('the colour of a box is that of the side that has more, and that of the page where neither does', async () => {
  const { page } = await browser.openReport(grownRecording(), { hash: INSTANTS });
  await rowsOf(page);
  // Boxes of the last row from the left: base, then cache, and store, which are equally wide.
  const colors = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.difference-graph canvas')!;
    const context = canvas.getContext('2d')!;
    const y = Math.round(2 * 18 + 3);
    const { data } = context.getImageData(0, y, canvas.width, 1);
    return [0.3, 0.66, 0.9].map((share) => {
      const place = 4 * Math.round(share * canvas.width);
      return data.slice(place, place + 3).join();
    });
  });
  expect(colors[0]).toBe('255,255,255');
  expect(colors.slice(1).sort()).toEqual(['246,178,92', '85,159,216'].sort());
});

test.each(['function', 'type', 'trace', 'package', 'file', 'line'])(
  'of a real program, the differences by %s are those of the command line',
  async (by) => {
    const { filebase } = recordFixture('leaky-server.mjs', {
      args: ['300', 'leak'],
      sample: { 128: 1e-2 },
    });
    const { page, reader } = await browser.openReport(filebase, {
      hash: `#panel=compare&compare.by=${by}&compare.a=0..0.05&compare.b=0.1..9`,
    });
    const rows = await rowsOf(page);
    reader.close();
    expect(rows.length).toBeGreaterThan(1);
    expect(figuresAlone(rows)).toEqual(
      rowsOfCommandLine(filebase, '--a', '0..0.05', '--b', '0.1..9', '--by', by),
    );
  },
);

test('metrics and shares are those of the command line, and in the address', async () => {
  const filebase = grownRecording();
  const { page } = await browser.openReport(filebase, {
    hash: '#panel=compare&compare.a=0..60&compare.b=60..120',
  });
  await rowsOf(page);
  await page.getByRole('radio', { name: 'Objects' }).check();
  await page.getByLabel('Compare shares').check();
  await page.waitForFunction(() =>
    document.querySelector('.verdict')?.textContent?.includes('scaled'),
  );
  const ranges = ['--a', '0..60', '--b', '60..120'];
  expect(figuresAlone(await rowsOf(page))).toEqual(
    rowsOfCommandLine(filebase, ...ranges, '--metric', 'objects', '--normalize'),
  );
  expect(await hashOf(page)).toBe(
    '#compare.a=0..60&compare.b=60..120&compare.metric=objects&compare.normalize=yes&panel=compare',
  );
  await page.getByLabel('Compare shares').uncheck();
  await page.getByRole('radio', { name: 'Allocated' }).check();
  await page.waitForFunction(() =>
    document.querySelector('.verdict')?.textContent?.includes('allocated'),
  );
  expect(figuresAlone(await rowsOf(page))).toEqual(
    rowsOfCommandLine(filebase, ...ranges, '--metric', 'allocated'),
  );
});

test('rows are sorted by their columns, and filtered by their names', async () => {
  const { page } = await browser.openReport(grownRecording(), { hash: INSTANTS });
  const names = async () => (await rowsOf(page)).map(({ name }) => name.split(' ')[0]);
  const sort = async (name: string, first: string) => {
    await page.getByRole('button', { name, exact: true }).click();
    await page.waitForFunction(
      (text) =>
        document.querySelector('.difference-table tbody .name-cell')!.textContent!.startsWith(text),
      first,
    );
    return names();
  };
  expect(await sort('Difference', 'store')).toEqual(['store', 'base', 'cache']);
  expect(await page.getAttribute('th[aria-sort="descending"]', 'aria-sort')).toBe('descending');
  expect(await sort('Difference', 'cache')).toEqual(['cache', 'base', 'store']);
  expect(await sort('Function', 'base')).toEqual(['base', 'cache', 'store']);
  expect(await sort('Function', 'store')).toEqual(['store', 'cache', 'base']);
  expect(await sort('A', 'base')).toEqual(['base', 'cache', 'store']);
  await page.getByLabel('Filter rows').fill('STORE');
  await page.waitForFunction(
    () => document.querySelectorAll('.difference-table tbody tr').length === 1,
  );
  expect(await names()).toEqual(['store']);
  expect(await hashOf(page)).toBe(
    '#compare.a=0&compare.b=120&compare.filter=STORE&compare.sort=a&panel=compare',
  );
  await page.getByLabel('Filter rows').fill('nobody');
  await page.getByText('No row has “nobody” in its name.').waitFor();
});

test('the first and the last third are compared at first, and times can be typed', async () => {
  const { page } = await browser.openReport(grownRecording(), { hash: '#panel=compare' });
  await rowsOf(page);
  expect(await hashOf(page)).toBe('#compare.a=0..40&compare.b=80..120&panel=compare');
  await untilFieldIs(page, 'B from', '1m 20s');
  await page.getByLabel('A to').fill('1m');
  await page.keyboard.press('Enter');
  await page.getByLabel('B from').fill('soon');
  await page.waitForSelector('[aria-label="B from"][aria-invalid="true"]');
  // What is no time is not taken.
  await page.getByLabel('B to').focus();
  await untilFieldIs(page, 'B from', '1m 20s');
  await page.getByLabel('B to').fill('1000');
  await page.keyboard.press('Tab');
  await untilFieldIs(page, 'B to', '2m 00s');
  expect(await hashOf(page)).toBe('#compare.a=0..60&compare.b=80..120&panel=compare');
  // A start after the end makes it an instant.
  await page.getByLabel('A from').fill('100');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.includes('compare.a=100&'));
});

test('what is chosen on the time line can be either side', async () => {
  const { page } = await browser.openReport(grownRecording(), {
    hash: '#panel=compare&time=60..120',
  });
  await rowsOf(page);
  await page.getByRole('button', { name: 'Use the chosen time as A' }).click();
  await page.waitForFunction(() => location.hash.includes('compare.a=60..120'));
  await page.evaluate(() => {
    location.hash = location.hash.replace('time=60..120', 'time=60');
  });
  await page.getByRole('button', { name: 'Use the chosen time as B' }).click();
  await page.waitForFunction(() => location.hash.includes('compare.b=60&'));
  await untilFieldIs(page, 'B from', '1m 00s');
});

test('it says why there is nothing', async () => {
  const { page } = await browser.openReport(grownRecording(), {
    hash: '#panel=compare&compare.a=0..30&compare.b=10',
  });
  await page.getByText('A and B are the same: the snapshot at 0 s.').waitFor();
  await page.getByLabel('B to').fill('2m');
  await page.keyboard.press('Enter');
  await rowsOf(page);
  await page.evaluate(() => {
    location.hash = '#panel=compare&compare.a=60&compare.b=120&compare.metric=allocated';
  });
  await page.getByText('Nothing is allocated in an instant.').waitFor();
});

/** Writes the report of a recording to a file. */
function reportOf(filebase: string, name: string): string {
  const file = path.join(folder, name);
  expect(heapprof(['report', filebase, '-o', file]).status).toBe(0);
  return file;
}

function otherRecording(): string {
  return written(
    recording({ recordingId: '00000000c0ffee01' })
      .alloc('main:app.js:1 > base:app.js:20', 10_000, { type: 'Base' })
      .alloc('main:app.js:1 > store:app.js:40', 1000, { type: 'Array', times: 5 })
      .at(60_000_000)
      .stop(),
  );
}

test('the report of another recording can be opened, and is B then', async () => {
  const [filebase, other] = [grownRecording(), otherRecording()];
  const { page } = await browser.openReport(filebase, {
    hash: '#panel=compare&compare.metric=objects',
  });
  await rowsOf(page);
  await page.getByLabel('Report of another recording').setInputFiles(reportOf(other, 'other.html'));
  await page.getByRole('button', { name: 'Back to this recording' }).waitFor();
  await untilFieldIs(page, 'B to', '1m 00s');
  expect(figuresAlone(await rowsOf(page))).toEqual(
    rowsOfCommandLine(filebase, other, '--metric', 'objects'),
  );
  // On average, by the trapezoidal rule: 1 base, 0.75 of the cache and 3 stores in A; 6 objects in B.
  expect(await status(page)).toMatch(
    /^\(all\) A 5 ± 0%, B 6 ± 0%, difference \+1 ± 0 \(\+26\.3 %\)/,
  );
  expect(await page.textContent('.side-b .side-recording')).toContain('(other.html)');
  // It is still there after a look at another panel.
  await page.getByRole('tab', { name: 'Summary' }).click();
  await page.getByRole('tab', { name: 'Compare' }).click();
  await page.getByLabel('B from').fill('30');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Back to this recording' }).click();
  await page.getByRole('button', { name: 'Other report …' }).waitFor();
  await rowsOf(page);
  expect(await hashOf(page)).toBe(
    '#compare.a=0..40&compare.b=80..120&compare.metric=objects&panel=compare',
  );
});

test('a report can be dropped; what is no report is told, and the page goes on', async () => {
  const file = reportOf(otherRecording(), 'dropped.html');
  const { page } = await browser.openReport(grownRecording(), { hash: INSTANTS });
  const before = await rowsOf(page);
  const drop = (name: string, text: string) =>
    page.evaluate(
      ([fileName, content]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content!], fileName!));
        document
          .querySelector('.compare')!
          .dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      [name, text],
    );
  await drop('<img src=x onerror=alert(1)>.hpc', 'digest');
  await page
    .getByText('<img src=x onerror=alert(1)>.hpc cannot be read: it is no report.')
    .waitFor();
  const html = readFileSync(file, 'utf8');
  await drop('broken.html', html.replace(/(id="digest">.{100}).{20}/, '$1AAAAAAAAAAAAAAAAAAAA'));
  await page.getByText('broken.html cannot be read:').waitFor();
  expect(await rowsOf(page)).toEqual(before);
  await drop('good.html', html);
  await page.getByText('(good.html)').waitFor();
  expect(await page.getByText('cannot be read').count()).toBe(0);
});

test('names are text, whatever they are', async () => {
  const evil = '<img src=x onerror="alert(1)">\u202e';
  const filebase = written(
    recording()
      .alloc(`${evil}:app.js:1`, 4096, { type: evil })
      .at(120_000_000)
      .alloc(`${evil}:app.js:1`, 4096, { type: evil })
      .stop(),
  );
  const { page } = await browser.openReport(filebase, { hash: `${INSTANTS}&compare.by=trace` });
  const [row] = await rowsOf(page);
  expect(row!.name).toContain('<img src=x onerror="alert(1)">\\u{202e}');
  expect(await page.evaluate(() => document.images.length)).toBe(0);
  await page.hover('.difference-graph .flame', { position: { x: 100, y: 25 } });
  await page.waitForSelector('.pointer-tip');
  expect(await page.textContent('.pointer-tip')).toContain('<img src=x');
  expect(await page.evaluate(() => document.images.length)).toBe(0);
});

test('it is saved as CSV, SVG, PNG and for pprof', async () => {
  const filebase = grownRecording();
  const { page } = await browser.openReport(filebase, { hash: `${INSTANTS}&compare.filter=store` });
  await rowsOf(page);
  const save = async (item: string) => {
    await page.getByRole('button', { name: 'Download' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item }).click(),
    ]);
    return readFileSync(await download.path());
  };
  expect((await save('CSV')).toString()).toBe(
    'Function,"A, bytes","A error, bytes","B, bytes","B error, bytes","Difference, bytes","Difference error, bytes",Significant\r\nstore (app.js),2000,0,6000,0,4000,0,yes\r\n'.replace(
      '"Function"',
      'Function',
    ),
  );
  expect((await save('SVG')).toString()).toContain('What changed from A to B');
  expect((await save('PNG')).toString('latin1', 0, 4)).toBe('\x89PNG');
  const saved = path.join(folder, 'page.pb.gz');
  writeFileSync(saved, await save('pprof'));
  const made = path.join(folder, 'command.pb.gz');
  heapprof(['compare', filebase, '--a', '0..0', '--b', '120..120', '-o', made]);
  expect(gunzipSync(readFileSync(saved)).equals(gunzipSync(readFileSync(made)))).toBe(true);
});

test.each([
  [1280, false],
  [400, true],
])('nothing of it is wider than a window of %i px', async (width, dark) => {
  const { page } = await browser.openReport(grownRecording(), { hash: INSTANTS, width, dark });
  await rowsOf(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
});
