import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { testBrowser } from '../support/browser.js';
import { recordFixture } from '../support/record.js';
import { recording, type WrittenRecording } from '../support/recording.js';

const browser = testBrowser();
let written: WrittenRecording | undefined;

afterEach(() => {
  written?.cleanup();
  written = undefined;
});

/** The rows of the table: some of the numbers that the cells stand for, and the name. */
const readTable = () =>
  [...document.querySelectorAll('tbody tr:not(.untyped-heading)')].map((row) => ({
    numbers: ['average', 'peak', 'share', 'objects', 'allocated'].map((name) =>
      Number(row.querySelector<HTMLElement>(`[data-column=${name}]`)!.dataset.value),
    ),
    name: row.querySelector('.name')!.textContent,
  }));

/** Two minutes: 40 KiB of arrays, most of which go, and a buffer after half a minute. */
function smallRecording(): string {
  written = recording()
    .alloc('main:app.js:1 > load:app.js:7', 4096, { type: 'Array', times: 10 })
    .heap({ timeMicros: 1_000_000, usedAfterBytes: 1_000_000, limitBytes: 4_000_000 })
    .alloc('main:app.js:1 > read:io.js:3', 65_536, { kind: 'arrayBuffer', at: 30_000_000 })
    .free('main:app.js:1 > load:app.js:7', 4096, {
      at: 90_000_000,
      type: 'Array',
      age: 90_000_000,
      times: 9,
    })
    .at(120_000_000)
    .stop()
    .write();
  return written.filebase;
}

test('the table has the numbers of the heap summary', async () => {
  const { page } = await browser.openReport(smallRecording(), { hash: '#panel=table' });
  await page.waitForSelector('tbody tr');
  // 40,960 bytes until 90 s, by the trapezoidal rule over snapshots at 0, 60 and 120 s: 40,960 × 0.75 + 4096 × 0.25.
  expect(await page.evaluate(readTable)).toEqual([
    { numbers: [49_152, 65_536, 49_152 / 80_896, 0.75, 65_536], name: '(array buffers)' },
    { numbers: [31_744, 40_960, 31_744 / 80_896, 7.75, 40_960], name: 'Array' },
  ]);
});

test('of a real program, the table has the numbers of the command line', async () => {
  const { filebase } = recordFixture('leaky-server.mjs', {
    args: ['300', 'leak'],
    sample: { 128: 1e-2 },
  });
  const { page, reader } = await browser.openReport(filebase, {
    hash: '#panel=table&table.threshold=0',
  });
  await page.waitForSelector('tbody tr');
  const { rows } = reader.heapSummary({ threshold: 0 });
  // What is of no type stands below, as on the command line.
  const typed = rows.filter(({ untyped }) => !untyped);
  const inOrder = [...typed, ...rows.filter(({ untyped }) => untyped)];
  expect(typed.length).toBeGreaterThan(1);
  expect((await page.evaluate(readTable)).map(({ numbers }) => numbers)).toEqual(
    inOrder.map((row) => [
      row.averageBytes,
      row.peakBytes,
      row.share,
      row.averageObjects,
      row.allocatedBytes,
    ]),
  );
});

test('the chosen time is in the address, and the panel is about it', async () => {
  const { page } = await browser.openReport(smallRecording(), { hash: '#panel=table&time=0' });
  await page.waitForSelector('tbody tr');
  expect(await page.evaluate(readTable)).toHaveLength(1);
  await page.getByRole('button', { name: 'Choose all' }).click();
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 2);
  expect(new URL(page.url()).hash).toBe('#panel=table');
  // As if another address were typed.
  await page.evaluate(() => {
    location.hash = '#panel=table&time=0';
  });
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
});

test('arrow keys go from tab to tab', async () => {
  const { page } = await browser.openReport(smallRecording());
  await page.getByRole('tab', { name: 'Summary' }).focus();
  await page.keyboard.press('ArrowLeft');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Garbage collection');
  expect(new URL(page.url()).hash).toBe('#panel=gc');
  await page.keyboard.press('Home');
  expect(await page.getByRole('tab', { selected: true }).textContent()).toBe('Summary');
});

test('nothing in a recording runs, and text cannot turn around', async () => {
  const evil = '</script><img src=x onerror="alert(1)"><!--<script>';
  written = recording({
    description: {
      applicationName: `</title>${evil}`,
      argv: ['node', evil],
      cwd: evil,
      labels: { [evil]: '\u202egnp.exe\u0007' },
    },
  })
    .alloc(`${evil}:javascript_${evil}.js:1`, 4096, { type: `Evil\u202e${evil}` })
    .mark(evil)
    .at(60_000_000)
    .stop()
    .write();
  const { page, file } = await browser.openReport(written.filebase, { hash: '#panel=table' });
  await page.waitForSelector('tbody tr');
  expect(await page.evaluate(() => document.images.length)).toBe(0);
  const [row] = await page.evaluate(readTable);
  expect(row!.name).toContain('Evil\\u{202e}</script><img');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`</title>${evil}`);
  await page.getByRole('tab', { name: 'Summary' }).click();
  expect(await page.textContent('main')).toContain('\\u{202e}gnp.exe\\x07');
  expect(readFileSync(file, 'utf8')).not.toContain('onerror="alert');
});

test('its policy lets it ask for nothing, and run nothing else', async () => {
  const { page } = await browser.openReport(smallRecording());
  const policy = await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content');
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[\w+/=]+' 'wasm-unsafe-eval'; worker-src blob:; style-src 'sha256-[\w+/=]+'; img-src data: blob:; base-uri 'none'; form-action 'none'$/,
  );
});

test.each([
  [1280, false],
  [400, true],
])('nothing of it is wider than a window of %i px', async (width, dark) => {
  const { page } = await browser.openReport(smallRecording(), {
    hash: '#panel=table',
    width,
    dark,
  });
  await page.waitForSelector('tbody tr');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
});
