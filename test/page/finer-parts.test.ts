/// <reference lib="dom" />
import * as fs from 'node:fs';
import path from 'node:path';
import type { Page, Route } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { suitableInterval } from '../../src/analysis/snapshot-interval.js';
import { type Reader, read } from '../../src/read.js';
import { testBrowser } from '../support/browser.js';
import { copyRealLog } from '../support/real-recordings.js';
import { temporaryFolder } from '../support/record.js';
import { type RecordingBuilder, recording } from '../support/recording.js';
import { startView } from '../support/view.js';

const browser = testBrowser();

const SOON = { timeout: 20_000 };

const TABLE = '#panel=table&table.by=line&table.threshold=0';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** A recording of a real program of less than a second, as a page whose report has a snapshot every tenth of a second. */
async function viewed(): Promise<{ url: string; filebase: string }> {
  const filebase = copyRealLog('terser');
  read(filebase, 0.1).close();
  return { url: (await startView(filebase)).url, filebase };
}

/** A reader of a copy of a recording as it is now, with such an interval. */
function readCopy(filebase: string, interval: number): Reader {
  const copy = path.join(temporaryFolder(), 'copy');
  for (const suffix of ['.hpm', '.hpd']) fs.copyFileSync(filebase + suffix, copy + suffix);
  const reader = read(copy, interval);
  onTestFinished(() => reader.close());
  return reader;
}

/** What the table should have of a range, with snapshots at such an interval. */
function expectedOf(filebase: string, interval: number, range: Range): number[] {
  return readCopy(filebase, interval)
    .heapSummary({ ...range, by: 'line', threshold: 0, limit: 50 })
    .rows.map(({ averageBytes }) => averageBytes);
}

const open = (url: string, hash: string) => browser.open(url + hash, { isServed: true });

const averages = (page: Page) =>
  page
    .locator('tbody [data-column=average]')
    .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset.value)));

const choose = (page: Page, range: Range) =>
  page.evaluate((text) => {
    location.hash = location.hash.replace(/time=[^&]*/, text);
  }, timeOf(range));

const timeOf = ({ from, to }: Range) => `time=${from}..${to}`;

const sign = (page: Page) => page.locator('.time-finer [role=status]');

/** Lets no finer data through until it is told to. */
async function holdBack(page: Page): Promise<{ held: Route[]; letGo: () => Promise<void> }> {
  const held: Route[] = [];
  await page.route('**/digest?*', (route) => void held.push(route));
  return {
    held,
    letGo: async () => {
      await page.unroute('**/digest?*');
      await Promise.all(held.splice(0).map((route) => route.continue().catch(() => {})));
    },
  };
}

/** The range that was asked for. */
function askedOf(url: string): Range {
  const query = new URL(url).searchParams;
  return { from: Number(query.get('from')), to: Number(query.get('to')) };
}

test('until the finer numbers are there the page has those of the report and says so, and nothing moves', async () => {
  const { url, filebase } = await viewed();
  const range = { from: 0.3, to: 0.5 };
  const page = await open(url, `${TABLE}`);
  await page.waitForSelector('tbody tr');
  const top = () =>
    page.evaluate(() => document.querySelector('main')!.getBoundingClientRect().top);
  const before = await top();
  expect(await sign(page).textContent()).toBe('');
  const { held, letGo } = await holdBack(page);
  await page.evaluate(
    (hash) => {
      location.hash = hash;
    },
    `${TABLE}&${timeOf(range)}`,
  );
  await expect.poll(() => held.length, SOON).toBe(1);
  expect(await sign(page).textContent()).toBe('Fetching finer numbers …');
  expect(await top()).toBe(before);
  await expect.poll(() => averages(page), SOON).toEqual(expectedOf(filebase, 0.1, range));
  await letGo();
  await expect.poll(() => averages(page), SOON).toEqual(expectedOf(filebase, 0.001, range));
  expect(await sign(page).textContent()).toBe('');
  expect(await top()).toBe(before);
});

test('a choice that is changed while its numbers are fetched is not waited for', async () => {
  const { url, filebase } = await viewed();
  const [first, second] = [
    { from: 0.2, to: 0.4 },
    { from: 0.5, to: 0.7 },
  ];
  const page = await open(url, `${TABLE}&time=0.1`);
  await page.waitForSelector('tbody tr');
  const { held, letGo } = await holdBack(page);
  await choose(page, first);
  await expect.poll(() => held.length, SOON).toBe(1);
  const ended = page.waitForEvent('requestfailed');
  await choose(page, second);
  expect(askedOf((await ended).url())).toEqual(first);
  await expect.poll(() => held.length, SOON).toBe(2);
  await letGo();
  const expected = expectedOf(filebase, 0.001, second);
  await expect.poll(() => averages(page), SOON).toEqual(expected);
  // An instant needs none: it is a snapshot that is drawn.
  await page.evaluate(() => {
    location.hash = location.hash.replace(/time=[^&]*/, 'time=0.6');
  });
  const instant = { from: 0.6, to: 0.6 };
  await expect.poll(() => averages(page), SOON).toEqual(expectedOf(filebase, 0.1, instant));
  expect(await page.locator('.time-error').count()).toBe(0);
});

test('what is seen and what is chosen have finer numbers each of its own', async () => {
  const { url, filebase } = await viewed();
  const seen = { from: 0.2, to: 0.4 };
  const chosen = { from: 0.5013, to: 0.7007 };
  const asked: Range[] = [];
  const page = await open(url, `${TABLE}&zoom=${seen.from}..${seen.to}&${timeOf(chosen)}`);
  page.on('request', (request) => asked.push(askedOf(request.url())));
  await expect.poll(() => averages(page), SOON).toEqual(expectedOf(filebase, 0.001, chosen));
  await expect.poll(() => sign(page).textContent(), SOON).toBe('');
  expect(asked).toEqual([seen, chosen]);
  // The time line goes by the snapshots of what is seen, and an instant is one of those.
  await page.evaluate(() => {
    location.hash = location.hash.replace(/time=[^&]*/, 'time=0.3');
  });
  await page.focus('.time-plot');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  const instant = { from: 0.301, to: 0.301 };
  await expect.poll(() => page.url()).toContain('time=0.301');
  await expect.poll(() => averages(page), SOON).toEqual(expectedOf(filebase, 0.001, instant));
  expect(asked.length).toBe(2);
});

test('a chosen range that is within the one before is asked for again only where it is short', async () => {
  const { url, filebase } = await viewed();
  const page = await open(url, `${TABLE}&time=0.1..0.7`);
  const asked: Range[] = [];
  page.on('request', (request) => asked.push(askedOf(request.url())));
  for (const [range, requests] of [
    [{ from: 0.1, to: 0.7 }, 1],
    [{ from: 0.12, to: 0.6 }, 1],
    [{ from: 0.31, to: 0.33 }, 2],
  ] as const) {
    await choose(page, range);
    const interval = requests === 1 ? suitableInterval(0.6) : suitableInterval(0.02);
    await expect.poll(() => averages(page), SOON).toEqual(expectedOf(filebase, interval, range));
    expect(asked.length).toBe(requests);
  }
});

test('why there are no finer numbers is said until it is read, or not wanted any more', async () => {
  const { url } = await viewed();
  const page = await browser.open(`${url}${TABLE}&time=0.1`, {
    isServed: true,
    expected: /Failed to load resource.*500/,
  });
  await page.waitForSelector('tbody tr');
  await page.route('**/digest?*', (route) =>
    route.fulfill({ status: 500, body: 'It is <b>gone</b>.' }),
  );
  const error = page.locator('.time-error');
  await choose(page, { from: 0.2, to: 0.4 });
  await expect.poll(() => error.textContent(), SOON).toContain('numbers: It is <b>gone</b>.');
  expect(await sign(page).textContent()).toBe('');
  await page.getByRole('button', { name: 'Close the message' }).click();
  expect(await error.count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement!.className)).toBe('time-plot');
  await choose(page, { from: 0.3, to: 0.4 });
  await error.waitFor(SOON);
  await page.keyboard.press('Escape');
  await expect.poll(() => error.count()).toBe(0);
});

/** Of each second one allocation of a line, which is kept. */
function eachSecond(from: number, to: number, builder: RecordingBuilder): RecordingBuilder {
  for (let second = from; second < to; second++) {
    builder.alloc(`main:a.js:1 > f:a.js:${second % 3}`, 1000, { at: second * 1e6 + 300 }).flush();
  }
  return builder;
}

test('a chosen range that reaches to the end of a recording has what is written later, too', async () => {
  const builder = eachSecond(0, 10, recording({ description: { pid: process.pid } }));
  const first = builder.pieces().hpd.length;
  eachSecond(10, 40, builder);
  const blocks = builder.pieces().hpd;
  const filebase = path.join(temporaryFolder(), 'grown');
  fs.writeFileSync(`${filebase}.hpm`, builder.files().hpm);
  fs.writeFileSync(`${filebase}.hpd`, Buffer.concat(blocks.slice(0, first)));
  const { url } = await startView(filebase);
  // The report has a snapshot every 20 ms.
  const range = { from: 7.5, to: 11.0034 };
  const page = await open(url, `${TABLE}&${timeOf(range)}`);
  const known = { from: range.from, to: 9.0003 };
  const interval = suitableInterval(known.to - known.from);
  await expect.poll(() => averages(page), SOON).toEqual(expectedOf(filebase, interval, known));
  fs.appendFileSync(`${filebase}.hpd`, Buffer.concat(blocks.slice(first)));
  const later = suitableInterval(range.to - range.from);
  expect(later).not.toBe(interval);
  await expect.poll(() => averages(page), SOON).toEqual(expectedOf(filebase, later, range));
});
