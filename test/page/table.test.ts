/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
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

/** A minute of a program's own memory, a dependency's and Node's; one trace is small. */
function threeOrigins(): string {
  written = recording()
    .alloc('main:/app/src/main.js:1 > keep:/app/src/keep.js:3', 30_000, { type: 'Kept' })
    .alloc('main:/app/src/main.js:1 > parse:/app/node_modules/parser/index.js:9', 20_000, {
      type: 'Token',
    })
    .alloc('start:node:internal/main:2', 10_000, { type: 'Module' })
    .alloc('main:/app/src/main.js:1 > tiny:/app/src/tiny.js:4', 1000, { type: 'Tiny' })
    .heap({ timeMicros: 1_000_000, usedAfterBytes: 100_000, limitBytes: 4_000_000 })
    .at(60_000_000)
    .stop()
    .write();
  return written.filebase;
}

const names = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('tr.row .name')].map((name) => name.firstChild!.textContent),
  );

const column = (page: Page, name: string) =>
  page.evaluate(
    (wanted) =>
      [...document.querySelectorAll<HTMLElement>(`tr.row [data-column=${wanted}]`)].map((cell) =>
        Number(cell.dataset.value),
      ),
    name,
  );

test('every column of a range of a real program has the numbers of the summary', async () => {
  const { filebase } = recordFixture('leaky-server.mjs', {
    args: ['300', 'leak'],
    sample: { 128: 1e-2 },
  });
  const { page, reader } = await browser.openReport(filebase, {
    hash: '#panel=table&table.by=line&table.threshold=0&time=0.1..0.4',
  });
  await page.waitForSelector('tr.row');
  const { rows } = reader.heapSummary({
    by: 'line',
    threshold: 0,
    from: 0.1,
    to: 0.4,
    myCode: [],
  });
  const first = rows.slice(0, 50);
  expect(first.length).toBeGreaterThan(3);
  const expected = {
    average: first.map((row) => row.averageBytes),
    peak: first.map((row) => row.peakBytes),
    share: first.map((row) => row.share),
    code: first.map((row) => row.bytesByOrigin!.mine),
    objects: first.map((row) => row.averageObjects),
    trend: first.map((row) => row.bytesPerMinute),
    allocated: first.map((row) => row.allocatedBytes),
    allocations: first.map((row) => row.allocatedObjects),
  };
  const found = Object.fromEntries(
    await Promise.all(
      Object.keys(expected).map(async (name) => [name, await column(page, name)] as const),
    ),
  );
  expect(found).toEqual(expected);
});

test('a click on a header sorts, another turns it around, and the address has it', async () => {
  const { page } = await browser.openReport(threeOrigins(), { hash: '#panel=table' });
  await page.waitForSelector('tr.row');
  expect(await names(page)).toEqual(['Kept', 'Token', 'Module', 'Tiny']);
  await page.getByRole('button', { name: 'Type' }).click();
  await page.waitForFunction(() => document.querySelector('.name')?.textContent === 'Kept');
  const header = page.getByRole('columnheader', { name: 'Average' });
  await page.getByRole('button', { name: 'Average' }).click();
  expect(await header.getAttribute('aria-sort')).toBe('descending');
  await page.getByRole('button', { name: 'Average' }).click();
  await page.waitForFunction(() => document.querySelector('.name')?.textContent === 'Tiny');
  expect(await header.getAttribute('aria-sort')).toBe('ascending');
  expect(await names(page)).toEqual(['Tiny', 'Module', 'Token', 'Kept']);
  expect(new URL(page.url()).hash).toBe('#panel=table&table.sort=average-up');
});

test('what is of no type stands below all types, under a heading that says what it is, whatever the order', async () => {
  written = recording()
    .alloc('main:app.js:1', 50_000, { type: '(internal)' })
    .alloc('main:app.js:2', 20_000, { type: 'Zebra' })
    .alloc('main:app.js:3', 10_000, { type: 'Aardvark' })
    .alloc('main:app.js:4', 5000)
    .at(60_000_000)
    .stop()
    .write();
  const { page, reader } = await browser.openReport(written.filebase, {
    hash: '#panel=table&table.threshold=0',
  });
  await page.waitForSelector('tr.row');
  expect(await names(page)).toEqual(['Zebra', 'Aardvark', '(internal)', '(not known)']);
  expect(await column(page, 'average')).toEqual(
    reader.heapSummary({ threshold: 0 }).rows.map(({ averageBytes }) => averageBytes),
  );
  const below = page.locator('tbody', { has: page.locator('.untyped-heading') });
  expect(await below.locator('tr.row').count()).toBe(2);
  const heading = await below.getByRole('rowheader').first().textContent();
  expect(heading).toContain('Of no type');
  expect(heading).toContain("(internal): V8's own objects");
  expect(heading).toContain('(not known): objects that died');
  await page.getByRole('button', { name: 'Average' }).click();
  await page.waitForFunction(() => document.querySelector('.name')?.textContent === 'Aardvark');
  expect(await names(page)).toEqual(['Aardvark', 'Zebra', '(not known)', '(internal)']);
});

test.each(['type', 'line'])('by %s, all columns are seen at 1280 px', async (by) => {
  const { filebase } = recordFixture('leaky-server.mjs', {
    args: ['300', 'leak'],
    sample: { 128: 1e-2 },
  });
  const { page } = await browser.openReport(filebase, {
    hash: `#panel=table&table.by=${by}`,
    width: 1280,
  });
  await page.waitForSelector('tr.row');
  expect(
    await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.querySelector('.table-scroll')!;
      return scrollWidth - clientWidth;
    }),
  ).toBeLessThanOrEqual(0);
});

test('rows under the threshold are counted, and listed when a person wants them', async () => {
  const { page } = await browser.openReport(threeOrigins(), {
    hash: '#panel=table&table.threshold=0.001',
  });
  // 0.001 of 4,000,000 bytes.
  await page.getByText('and 1 other, 1000 B in all').waitFor();
  expect(await names(page)).toEqual(['Kept', 'Token', 'Module']);
  await page.getByRole('button', { name: 'List it' }).click();
  await page.waitForFunction(() => document.querySelectorAll('tr.row').length === 4);
  expect(new URL(page.url()).hash).toBe('#panel=table&table.threshold=0');
});

test('what is typed filters, and so does whose code it is', async () => {
  const { page } = await browser.openReport(threeOrigins(), {
    hash: '#panel=table&table.by=function',
  });
  await page.waitForSelector('tr.row');
  await page.getByLabel('Filter').fill('PARS');
  await page.getByText('1 of 4 rows').waitFor();
  expect(await names(page)).toEqual(['parse (/app/node_modules/parser/index.js)']);
  await page.getByLabel('Filter').fill('');
  await page.getByLabel(/^Code/).selectOption('mine');
  await page.getByText('2 of 4 rows').waitFor();
  // A package of one's own, by its name.
  await page.getByLabel('My code is').fill('parser, src/tiny.js');
  await page.waitForFunction(() =>
    document.querySelector('.name')?.textContent?.startsWith('parse'),
  );
  expect(await names(page)).toEqual([
    'parse (/app/node_modules/parser/index.js)',
    'tiny (/app/src/tiny.js)',
  ]);
  expect(new URL(page.url()).hash).toBe(
    '#panel=table&table.by=function&table.code=mine&table.mine=parser,src%252Ftiny.js',
  );
});

test('a row opens with the keyboard, and leads to the other panels', async () => {
  const { page } = await browser.openReport(threeOrigins(), { hash: '#panel=table' });
  await page.waitForSelector('tr.row');
  const toggle = page.getByRole('button', { name: 'Token' });
  await toggle.focus();
  await page.keyboard.press('Enter');
  const lines = page.getByRole('region', { name: 'Lines' });
  await lines.waitFor();
  expect(await toggle.getAttribute('aria-expanded')).toBe('true');
  expect(await lines.textContent()).toContain('19.5 KiB ± 0%100.0 %parse');
  await lines.getByRole('button', { name: 'Show in flow graph' }).click();
  expect(new URL(page.url()).hash).toContain('flow.find=parse&panel=flow');
});

test('many rows come in pages', async () => {
  const builder = recording();
  for (let row = 0; row < 120; row++) {
    builder.alloc(`work:app.js:${row + 1}`, 100_000 - row);
  }
  written = builder.at(60_000_000).stop().write();
  const { page } = await browser.openReport(written.filebase, {
    hash: '#panel=table&table.by=trace',
  });
  await page.getByText('1–50 of 120').waitFor();
  await page.getByRole('button', { name: 'Last rows' }).click();
  await page.getByText('101–120 of 120').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('tr.row').length === 20);
  // Another order begins at its first page.
  await page.getByRole('button', { name: 'Trace' }).click();
  await page.getByText('1–50 of 120').waitFor();
});

test('the table can be had as a file in which no name is a formula', async () => {
  written = recording()
    .alloc('main:app.js:1', 4096, { type: '=HYPERLINK("http://evil.example","x")' })
    .at(60_000_000)
    .stop()
    .write();
  const { page } = await browser.openReport(written.filebase, { hash: '#panel=table' });
  await page.waitForSelector('tr.row');
  await page.getByRole('button', { name: 'Download' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'CSV' }).click(),
  ]);
  const [header, row, rest] = readFileSync(await download.path(), 'utf8').split('\r\n');
  expect(header).toMatch(/^Type,Average bytes,Average bytes error,/);
  expect(row).toMatch(/^"'=HYPERLINK\(""http:\/\/evil.example"",""x""\)",4096,0,/);
  expect(rest).toBe('');
});

test('a row that was under the threshold for a part of the time says that it is incomplete', async () => {
  written = recording()
    .alloc('main:app.js:1', 100_000, { type: 'Always' })
    .alloc('main:app.js:2', 100_000, { type: 'Later', at: 90_000_000 })
    .at(180_000_000)
    .stop()
    .write();
  const { page } = await browser.openReport(written.filebase, {
    hash: '#panel=table&table.threshold=0.1',
  });
  await page.waitForSelector('tr.row');
  const badge = page.getByRole('img', { name: 'incomplete' });
  expect(await badge.count()).toBe(1);
  expect(await page.locator('tr.row', { has: badge }).textContent()).toContain('Later');
});
