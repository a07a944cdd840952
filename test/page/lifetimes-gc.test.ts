import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { surveyFamily } from '../../src/analysis/family-survey.js';
import { gcActivity } from '../../src/analysis/gc-activity.js';
import { gcTable } from '../../src/analysis/gc-table.js';
import { SUMMARY_BY } from '../../src/analysis/grouping.js';
import { memberLabel } from '../../src/analysis/member-label.js';
import { memoryProfile } from '../../src/analysis/memory-profile.js';
import { threadSpans } from '../../src/analysis/thread-time.js';
import { read } from '../../src/read.js';
import { formatEstimate } from '../../src/render/numbers.js';
import { pprofMessage } from '../../src/render/pprof.js';
import { testBrowser } from '../support/browser.js';
import { recording, type WrittenRecording } from '../support/recording.js';

const SECOND = 1_000_000;
const MIB = 1024 * 1024;
const LEAK = 'main:app.js:1 > keep:app.js:7';
const CHURN = 'main:app.js:1 > build:app.js:30';
/** A formula to a spreadsheet, markup to a page. */
const HOSTILE = 'main:app.js:1 > =HYPERLINK("x")</script><img onerror>:bad.js:3';

const browser = testBrowser();

/** Twelve times: a leak grows, garbage dies in a scavenge, and the whole heap is collected. With a digest by the second. */
function leakingRecording(): WrittenRecording {
  const built = recording();
  for (let round = 1; round <= 12; round++) {
    const at = round * SECOND;
    built
      .alloc(LEAK, 4096, { at: at - 500_000, type: 'Map', times: 20 })
      .alloc(CHURN, 1024, { at: at - 400_000, type: 'Array', times: 200 })
      .alloc(HOSTILE, 64, { at: at - 400_000, type: 'Object', times: 2 })
      .flush()
      .heap({
        timeMicros: at - 300_000,
        gcKind: 1,
        pauseMicros: 800 + round,
        usedBeforeBytes: 3 * MIB,
        usedAfterBytes: 2 * MIB,
      })
      .free(CHURN, 1024, { at: at - 300_000, type: 'Array', times: 200, age: 100_000 })
      .flush()
      .heap({
        timeMicros: at,
        gcKind: 4,
        pauseMicros: 9000,
        usedBeforeBytes: 2 * MIB,
        usedAfterBytes: MIB,
        limitBytes: 64 * MIB,
        residentSetBytes: 40 * MIB,
      });
  }
  const written = built
    .at(13 * SECOND)
    .stop()
    .write();
  read(written.filebase, { timeInterval: 1 }).close();
  return written;
}

async function saved(page: Page, item: string): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole('button', { name: 'Download' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

const rowValues = () =>
  [...document.querySelectorAll('.lifetimes tbody tr')].map((row) =>
    [...row.querySelectorAll<HTMLElement>('[data-value]')].map((cell) =>
      Number(cell.dataset.value),
    ),
  );

test('the panel of lifetimes has the numbers of the command line, sorts, filters, and keeps that in the address', async () => {
  const { filebase, cleanup } = leakingRecording();
  const { page, reader } = await browser.openReport(filebase, {
    hash: '#panel=lifetimes&lifetimes.by=function',
  });
  const { rows } = reader.lifetimes({ by: 'function' });
  const valuesOf = (some: typeof rows) =>
    some.map((row) => [
      row.allocatedBytes,
      row.allocatedObjects,
      row.firstCollectionShare ?? -1,
      row.halfLife?.seconds ?? Number.POSITIVE_INFINITY,
      row.survivorBytes,
    ]);
  expect(await page.evaluate(rowValues)).toEqual(valuesOf(rows));

  await page.getByRole('button', { name: 'Live at end' }).click();
  const byLive = [...rows].sort((a, b) => b.survivorBytes - a.survivorBytes);
  expect(await page.evaluate(rowValues)).toEqual(valuesOf(byLive));
  await page.getByLabel('Filter').fill('keep');
  expect(await page.evaluate(rowValues)).toEqual(
    valuesOf(
      rows.filter(
        ({ subject }) => subject.by === 'function' && subject.functionName.includes('keep'),
      ),
    ),
  );
  expect(new URL(page.url()).hash).toContain(
    'lifetimes.by=function&lifetimes.filter=keep&lifetimes.sort=live',
  );
  cleanup();
});

test('a leak candidate has its evidence, and links to its call tree', async () => {
  const { filebase, cleanup } = leakingRecording();
  const { page, reader } = await browser.openReport(filebase, { hash: '#panel=lifetimes' });
  const { candidates } = reader.findLeaks();
  expect(candidates.length).toBeGreaterThan(0);
  const cards = page.locator('.leak');
  expect(await cards.count()).toBe(candidates.length);
  expect(await cards.first().locator('circle').count()).toBe(candidates[0]!.points.length);
  await cards.first().getByRole('button', { name: 'Call tree' }).click();
  expect(new URL(page.url()).hash).toBe('#calls.search=keep&panel=calls');
  cleanup();
});

test('the panel of garbage collection has the numbers of the chosen time', async () => {
  const { filebase, cleanup } = leakingRecording();
  const { page, reader } = await browser.openReport(filebase, { hash: '#panel=gc&time=2..6' });
  const spans = threadSpans(surveyFamily(reader.members).members);
  const table = gcTable(reader);
  const activity = gcActivity(reader.totals, table, { from: 2, to: 6 }, spans);
  const figure = (name: string) =>
    page
      .locator(`[data-figure="${name}"]`)
      .evaluate((cell) => Number((cell as HTMLElement).dataset.value));
  expect(await figure('Time in garbage collection')).toBe(activity.total.pauseShare);
  expect(await figure('Collections')).toBe(activity.total.collections);
  expect(await figure('Longest pause')).toBe(9000);
  const { total } = reader.heapSummary({ from: 2, to: 6 });
  const seconds = activity.toSeconds - activity.fromSeconds;
  expect(await figure('Allocation rate')).toBeCloseTo(total.allocatedBytes / seconds, 6);
  const kinds = await page
    .locator('.kinds li')
    .evaluateAll((items) => items.map((item) => ({ ...(item as HTMLElement).dataset })));
  expect(kinds).toEqual(
    activity.kinds.map(({ gcKind, collections }) => ({
      kind: String(gcKind),
      collections: String(collections),
    })),
  );
  // Those of the digest, which everything else on the page is from.
  const inDigest = reader.timePlot().points.reduce((sum, point) => sum + point.gcPauseSeconds, 0);
  expect(gcActivity(reader.totals, table, { from: 0 }, spans).total.pauseSeconds).toBeCloseTo(
    inDigest,
    9,
  );
  cleanup();
});

test('files hold what is shown: a table whose names are no formulas, and pictures', async () => {
  const { filebase, cleanup } = leakingRecording();
  const { page, reader } = await browser.openReport(filebase, { hash: '#panel=lifetimes' });
  const csv = await saved(page, 'CSV of the rows');
  expect(csv.name).toMatch(/-lifetimes-by-line\.csv$/);
  const lines = csv.bytes.toString().split('\r\n');
  const { rows } = reader.lifetimes();
  expect(lines).toHaveLength(rows.length + 2);
  expect(lines[0]).toBe(
    'allocatedBytes,allocatedBytesError,allocatedObjects,firstCollectionShare,firstCollectionShareError,' +
      'halfLifeSeconds,halfLifeLowSeconds,halfLifeHighSeconds,survivorBytes,survivorBytesError,line',
  );
  expect(lines[1]!.startsWith(`${rows[0]!.allocatedBytes},`)).toBe(true);
  expect(csv.bytes.toString()).toContain(`"'=HYPERLINK(""x"")`);
  expect((await saved(page, 'PNG of all ages')).bytes.subarray(1, 4).toString()).toBe('PNG');
  const svg = (await saved(page, 'SVG of all ages')).bytes.toString();
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(svg).toContain('fill="rgb(0, 114, 178)"');
  cleanup();
});

test('profiles for other tools are those of the command line', async () => {
  const { filebase, cleanup } = leakingRecording();
  const { page, reader } = await browser.openReport(filebase, { hash: '#panel=gc&time=2..6' });
  const expected = pprofMessage({
    memory: memoryProfile(reader, { from: 2, to: 6 }),
    facts: reader.hpm.facts,
    threads: reader.members.map(memberLabel),
  });
  const pprof = await saved(page, 'pprof');
  expect(gunzipSync(pprof.bytes).equals(expected)).toBe(true);
  expect((await saved(page, 'Collapsed stacks')).bytes.toString()).toMatch(
    /keep \(app\.js:7\) \d+\n/,
  );
  const speedscope = JSON.parse((await saved(page, 'speedscope')).bytes.toString());
  expect(speedscope.profiles).toHaveLength(4);
  cleanup();
});

test('traces with the same innermost line are told apart by their callers, and chosen each by itself', async () => {
  const { filebase, cleanup } = recording()
    .alloc('main:a.js:1 > one:a.js:10 > make:a.js:7', 1000, { times: 5 })
    .alloc('main:a.js:1 > two:a.js:20 > make:a.js:7', 900, { times: 2 })
    .at(60_000_000)
    .stop()
    .write();
  const { page } = await browser.openReport(filebase, {
    hash: '#panel=lifetimes&lifetimes.by=trace',
  });
  const names = page.locator('tbody tr td:last-child');
  expect(await names.allTextContents()).toEqual([
    'make (a.js:7)from one (a.js:10), from main (a.js:1)',
    'make (a.js:7)from two (a.js:20), from main (a.js:1)',
  ]);
  await names.last().getByRole('button').click();
  await page.getByText('1.8 KiB ± 0% allocated').waitFor();
  expect(await page.locator('.chosen-row').textContent()).toContain('from two');
  cleanup();
});

test.each(SUMMARY_BY)('leaks by %s are those of the command line', async (by) => {
  const { filebase, cleanup } = leakingRecording();
  const { page, reader } = await browser.openReport(filebase, {
    hash: `#panel=lifetimes&lifetimes.leaksBy=${by}`,
  });
  const { candidates } = reader.findLeaks({ by });
  const growth = await page.locator('.leak .growth strong').allTextContents();
  expect(growth).toEqual(
    candidates.map((one) => formatEstimate(one.bytesPerMinute, one.bytesPerMinuteError)),
  );
  expect(growth.length).toBeGreaterThan(0);
  expect(await page.getByLabel('Leaks by').inputValue()).toBe(by);
  cleanup();
});

test.each(SUMMARY_BY)('lifetimes by %s are those of the command line', async (by) => {
  const { filebase, cleanup } = leakingRecording();
  const { page, reader } = await browser.openReport(filebase, {
    hash: `#panel=lifetimes&lifetimes.by=${by}`,
  });
  const { rows } = reader.lifetimes({ by });
  const shown = await page.evaluate(rowValues);
  expect(shown.map(([allocated]) => allocated)).toEqual(rows.map((row) => row.allocatedBytes));
  expect(shown.map((values) => values.at(-1))).toEqual(rows.map((row) => row.survivorBytes));
  cleanup();
});
