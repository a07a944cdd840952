import { cpSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { surveyFamily } from '../../src/analysis/family-survey.js';
import { memoryPace } from '../../src/analysis/memory-pace.js';
import { threadSpans } from '../../src/analysis/thread-time.js';
import { parseHash } from '../../src/page/state/hash.js';
import { type Reader, read } from '../../src/read.js';
import { testBrowser } from '../support/browser.js';
import { temporaryFolder } from '../support/record.js';
import { recording } from '../support/recording.js';

const browser = testBrowser();

const SECOND = 1e6;
const HOSTILE = '<img/src=x/onerror=alert(1)>';
const KEEP = `main:/home/someone/app/main.js:1 > ${HOSTILE}:/home/someone/app/keep.js:10`;
const CHURN = 'main:/home/someone/app/main.js:1 > parse:/home/someone/app/parse.js:20';

/** Half a minute in which one line keeps all that it allocates, and another keeps nothing. */
function leaking(): string {
  const builder = recording();
  for (let second = 1; second <= 30; second++) {
    for (let k = 0; k < 5; k++) {
      builder.alloc(KEEP, 10_000, { at: (second - 1) * SECOND + 100_000 * (k + 1), type: 'Entry' });
    }
    builder.alloc(CHURN, 500_000);
    builder.free(CHURN, 500_000, { at: second * SECOND, age: 500_000 });
    builder.heap({
      gcKind: 4,
      pauseMicros: 80_000,
      usedAfterBytes: second * 50_000,
      limitBytes: 1_700_000,
    });
  }
  const { filebase, cleanup } = builder.stop().write();
  onTestFinished(cleanup);
  read(filebase, { timeInterval: 1 }).close();
  return filebase;
}

/** The values of the figures, by their names. */
const figuresOf = (page: Page) =>
  page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>('[data-figure]')].map((figure) => [
        figure.dataset.figure,
        Number(figure.querySelector<HTMLElement>('[data-value]')!.dataset.value),
      ]),
    ),
  );

function expectedFigures(reader: Reader, range: { from?: number; to?: number }) {
  const summary = reader.heapSummary({ ...range, limit: 0 });
  const pace = memoryPace(
    summary,
    reader.timePlot().points,
    threadSpans(surveyFamily(reader.members).members),
  )!;
  return {
    live: summary.total.averageBytes,
    capacity: summary.capacity!.averageUsedShare,
    growth: summary.total.bytesPerMinute,
    rate: pace.allocatedBytesPerSecond,
    gc: pace.gcShare,
  };
}

test('the figures are those of the heap summary, of the whole recording and of a range', async () => {
  const { page, reader } = await browser.openReport(leaking());
  await page.waitForSelector('[data-figure=gc]');
  expect(await figuresOf(page)).toEqual(expectedFigures(reader, {}));
  await page.evaluate(() => {
    location.hash = '#time=10..20';
  });
  await page.getByText('Memory in the chosen time').waitFor();
  await page.waitForSelector('[data-figure=gc]');
  expect(await figuresOf(page)).toEqual(expectedFigures(reader, { from: 10, to: 20 }));
  await page.evaluate(() => {
    location.hash = '#time=20';
  });
  // Of an instant there is no pace.
  await page.waitForSelector('[data-figure=gc]', { state: 'detached' });
  const at = reader.heapSummary({ from: 20, to: 20 });
  expect(await figuresOf(page)).toEqual({
    live: at.total.averageBytes,
    capacity: at.capacity!.averageUsedShare,
  });
});

test('findings say what stands out, hostile names as text', async () => {
  const { page, reader } = await browser.openReport(leaking(), { width: 400, dark: true });
  await page.waitForSelector('[data-finding]');
  const kinds = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-finding]')].map(
      (item) => item.dataset.finding,
    ),
  );
  expect(kinds).toEqual(['capacity', 'leak', 'collections', 'churn']);
  const leak = page.locator('[data-finding=leak]');
  expect(await leak.locator('h3').textContent()).toContain(HOSTILE);
  const [candidate] = reader.findLeaks().candidates;
  expect(candidate!.survivingShare).toBe(1);
  expect(await leak.locator('p').first().textContent()).toContain('Grows by 2.9\u00a0MiB');
  expect(Math.round((candidate!.bytesPerMinute / 2 ** 20) * 10)).toBe(29);
});

test('a finding leads to its evidence, and the keyboard goes with it', async () => {
  const { page, reader } = await browser.openReport(leaking(), {
    hash: '#table.filter=nothing&time=3',
  });
  await page.getByRole('link', { name: 'How it grows' }).click();
  await page.waitForSelector('#panel-table');
  const state = parseHash(await page.evaluate(() => location.hash));
  const { points } = reader.findLeaks().candidates[0]!;
  expect(Object.fromEntries(state)).toMatchObject({
    panel: 'table',
    time: `${points[0]!.timeSeconds}..${points.at(-1)!.timeSeconds}`,
    'table.by': 'line',
    'table.filter': 'keep.js:10',
  });
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('panel-table');
  await page.goBack();
  await page.waitForSelector('[data-finding=leak]');
});

test('of version 1 it says that leaks and lifetimes are not known, and nothing of collections', async () => {
  const folder = temporaryFolder();
  cpSync('test/data/heapprof-v1/mixed.hpm', path.join(folder, 'mixed.hpm'));
  cpSync('test/data/heapprof-v1/mixed.hpd', path.join(folder, 'mixed.hpd'));
  const { page } = await browser.openReport(path.join(folder, 'mixed'));
  await page.getByText('Leaks and lifetimes are not known').waitFor();
  await page.waitForSelector('[data-figure=rate]');
  expect(await page.locator('[data-figure=gc]').count()).toBe(0);
  expect(await page.getByText('no growth that stays').count()).toBe(0);
});
