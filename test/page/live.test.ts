/// <reference lib="dom" />
import { once } from 'node:events';
import * as fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { Reader, read } from '../../src/read.js';
import { testBrowser } from '../support/browser.js';
import { startHeapprof } from '../support/command-line.js';
import { temporaryFolder } from '../support/record.js';
import { recording } from '../support/recording.js';
import { startView } from '../support/view.js';

const browser = testBrowser();

const SECOND = 1e6;

/** Longer than the pauses of a page and its server together. */
const SOON = { timeout: 20_000 };

/** Which of the two it is depends on how long ago the log was written to. */
const GOING_ON = /^(recording|silent)$/;

/** There is no process of this number. */
const NO_PID = 2 ** 30;

/**
 * A recording of a minute of which some seconds are written by now: every second one line keeps 1000 bytes, and another 100 and what there was before it.
 * @param pid of the program, which is this one unless said otherwise
 */
function growing(seconds: number, pid = process.pid) {
  const builder = recording({ description: { pid } });
  for (let second = 0; second < 60; second++) {
    const at = second * SECOND;
    builder
      .alloc('main:a.js:1 > keep:a.js:2', 1000, { at, type: 'Kept' })
      .alloc('main:a.js:1 > grow:a.js:3', 100 * second, { at: at + 0.1 * SECOND, type: 'Grown' })
      .heap({ timeMicros: at + 0.2 * SECOND, gcKind: 1, usedAfterBytes: 1100 * second })
      .flush();
  }
  const { hpm } = builder.files();
  const blocks = builder.pieces().hpd;
  const whole = builder.stop().files().hpd;
  const filebase = path.join(temporaryFolder(), 'grown');
  const perSecond = (blocks.length - 1) / 60;
  const until = (second: number) =>
    blocks.slice(0, 1 + second * perSecond).reduce((sum, { length }) => sum + length, 0);
  let written = until(seconds);
  fs.writeFileSync(`${filebase}.hpm`, hpm);
  fs.writeFileSync(`${filebase}.hpd`, whole.subarray(0, written));
  const grow = (end: number) => {
    fs.appendFileSync(`${filebase}.hpd`, whole.subarray(written, end));
    written = end;
  };
  return {
    filebase,
    growTo: (second: number) => grow(until(second)),
    end: () => grow(whole.length),
  };
}

/** A reader of a copy of a recording as it is now, with a digest like that which `heapprof view` has made beside it. */
function readCopy(filebase: string): Reader {
  using served = new Reader(filebase);
  const copy = path.join(temporaryFolder(), 'copy');
  for (const suffix of ['.hpm', '.hpd']) fs.copyFileSync(filebase + suffix, copy + suffix);
  const reader = read(copy, served.snapshotInterval, served.hpc.precision);
  onTestFinished(() => reader.close());
  return reader;
}

const openPage = (url: string, hash: string, expected?: RegExp) =>
  browser.open(`${url}#${hash}`, { isServed: true, ...(expected && { expected }) });

const state = (page: Page) => page.getAttribute('.live', 'data-state', SOON);
const upTo = async (page: Page) => (await page.textContent('.live-time', SOON))!.slice(0, 8);
const averages = (page: Page) =>
  page
    .locator('tbody [data-column=average]')
    .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset.value)));

function expectedAverages(reader: Reader): number[] {
  return reader
    .heapSummary({ by: 'line', threshold: 0 })
    .rows.map(({ averageBytes }) => averageBytes);
}

test('the page grows with the recording, has the numbers of the command line, and asks no more when it has ended', async () => {
  const { filebase, growTo, end } = growing(10);
  const { url } = await startView(filebase);
  const page = await openPage(url, 'panel=table&table.by=line&table.threshold=0');
  expect(await state(page)).toMatch(GOING_ON);
  // It began at 03:04:05.
  expect(await upTo(page)).toBe('03:04:14');
  await expect.poll(() => averages(page), SOON).toEqual(expectedAverages(readCopy(filebase)));
  growTo(30);
  await expect.poll(() => upTo(page), SOON).toBe('03:04:34');
  await expect.poll(() => averages(page), SOON).toEqual(expectedAverages(readCopy(filebase)));
  expect(await page.textContent('.time-chosen')).toContain('Whole recording (29');
  end();
  await expect.poll(() => state(page), SOON).toBe('ended');
  expect(await upTo(page)).toBe('03:05:04');
  await expect.poll(() => averages(page), SOON).toEqual(expectedAverages(readCopy(filebase)));
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  expect(await page.locator('.live button').count()).toBe(0);
  await page.waitForTimeout(3000);
  expect(asked).toEqual([]);
});

test('what a person has chosen, opened, scrolled to and gone to stays', async () => {
  const { filebase, growTo } = growing(20);
  const { url } = await startView(filebase);
  const page = await openPage(url, 'panel=table&table.by=line&table.threshold=0&time=2..6');
  // The zoom asks for finer data first.
  const finer = page.waitForResponse((response) => response.url().includes('digest?'));
  await page.evaluate(() => {
    location.hash += '&zoom=1..7';
  });
  await page.setViewportSize({ width: 1280, height: 400 });
  await page.getByRole('button', { name: /keep/ }).click();
  await page.waitForSelector('.row-parts');
  await page.getByRole('button', { name: /grow/ }).focus();
  const seen = () =>
    page.evaluate(() => ({
      hash: location.hash,
      scroll: scrollY,
      focus: document.activeElement!.textContent,
      rows: [...document.querySelectorAll('tbody tr')].map(({ textContent }) => textContent),
      chosen: document.querySelector('.time-chosen')!.textContent,
      top: document.querySelector('main')!.getBoundingClientRect().top,
    }));
  await page.mouse.wheel(0, 60);
  await page.waitForFunction(() => scrollY > 0);
  await page.waitForSelector('.working', { state: 'detached' });
  await finer;
  await page.waitForTimeout(1000);
  const before = await seen();
  expect(before.hash).toContain('table.open');
  growTo(40);
  await expect.poll(() => upTo(page), SOON).toBe('03:04:44');
  await page.waitForTimeout(500);
  expect(await seen()).toEqual(before);
});

test('in call trees the zoom, the search and the frame that is gone to stay', async () => {
  const { filebase, growTo } = growing(20);
  const { url } = await startView(filebase);
  const page = await openPage(url, 'panel=calls&calls.search=grow');
  const chosen = () => page.textContent('[role=treeitem][aria-selected=true]');
  await page.focus('.flame');
  for (const [key, box] of [
    ['ArrowDown', 'main'],
    ['Enter', 'main'],
    ['ArrowDown', 'keep (a.js:2)'],
  ] as const) {
    await page.keyboard.press(key);
    await expect.poll(chosen).toContain(box);
  }
  await page.waitForFunction(() => location.hash.includes('calls.zoom'));
  const before = await chosen();
  const path = () => page.locator('.zoom-path li').allTextContents();
  expect(await path()).toEqual(['(all)', 'main']);
  growTo(40);
  await expect.poll(chosen, SOON).not.toBe(before);
  expect(await chosen()).toContain('keep (a.js:2)');
  expect(await path()).toEqual(['(all)', 'main']);
  expect(await page.inputValue('input[type=search]')).toBe('grow');
  expect(await page.evaluate(() => document.activeElement!.className)).toBe('flame');
});

test('a button holds the page still, and lets it go on', async () => {
  const { filebase, growTo } = growing(10);
  const { url } = await startView(filebase);
  const page = await openPage(url, 'panel=summary');
  await page.getByRole('button', { name: 'Hold' }).click();
  expect(await state(page)).toBe('held');
  growTo(30);
  await page.waitForTimeout(3000);
  expect(await upTo(page)).toBe('03:04:14');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(() => upTo(page), SOON).toBe('03:04:34');
  expect(await state(page)).toMatch(GOING_ON);
});

test('nothing changes under a pressed button', async () => {
  const { filebase, growTo } = growing(10);
  const { url } = await startView(filebase);
  const page = await openPage(url, 'panel=summary');
  const plot = (await page.locator('.time-plot').boundingBox())!;
  await page.mouse.move(plot.x + 300, plot.y + 30);
  await page.mouse.down();
  await page.mouse.move(plot.x + 500, plot.y + 30);
  growTo(30);
  await page.waitForResponse(async (response) => (await response.text()).includes('"sections"'));
  await page.waitForTimeout(1000);
  expect(await upTo(page)).toBe('03:04:14');
  await page.mouse.up();
  const chosen = await page.evaluate(() => location.hash);
  expect(chosen).toMatch(/^#time=[\d.]+$/);
  await expect.poll(() => upTo(page), SOON).toBe('03:04:34');
  expect(await page.evaluate(() => location.hash)).toBe(chosen);
});

test('array buffers that come later are on the time line by themselves', async () => {
  const builder = recording({ description: { pid: process.pid } });
  builder.alloc('main:a.js:1', 1000).at(SECOND).flush();
  const first = builder.pieces().hpd.length;
  builder.alloc('main:a.js:2', 5000, { kind: 'arrayBuffer', at: 2 * SECOND }).flush();
  const blocks = builder.pieces().hpd;
  const filebase = path.join(temporaryFolder(), 'grown');
  fs.writeFileSync(`${filebase}.hpm`, builder.files().hpm);
  fs.writeFileSync(`${filebase}.hpd`, Buffer.concat(blocks.slice(0, first)));
  const { url } = await startView(filebase);
  const page = await openPage(url, 'panel=summary');
  const shown = () =>
    page
      .locator('.time-legend [aria-pressed=true]')
      .evaluateAll((all) => all.map((each) => each.textContent));
  await expect.poll(shown, SOON).toEqual(['Live objects']);
  fs.appendFileSync(`${filebase}.hpd`, Buffer.concat(blocks.slice(first)));
  await expect.poll(shown, SOON).toEqual(['Live array buffers', 'Live objects']);
  await page.getByRole('button', { name: 'Live objects' }).click();
  expect(await shown()).toEqual(['Live array buffers']);
  await page.getByRole('button', { name: 'Live objects' }).click();
  expect(new URL(page.url()).hash).toBe('');
});

test('a flow graph is drawn anew when a person wants it', async () => {
  const { filebase, growTo } = growing(10);
  const { url } = await startView(filebase);
  const page = await openPage(url, 'panel=flow');
  await page.waitForSelector('.flow-drawing .node');
  const before = await page.innerHTML('.flow-drawing');
  growTo(30);
  const anew = page.getByRole('button', { name: 'Draw anew' });
  await anew.waitFor(SOON);
  expect(await page.innerHTML('.flow-drawing')).toBe(before);
  await anew.click();
  await expect.poll(() => page.innerHTML('.flow-drawing'), SOON).not.toBe(before);
  await expect.poll(() => anew.count()).toBe(0);
});

test('the figures of the summary grow, and that there is no end yet is no finding', async () => {
  const { filebase, end } = growing(10);
  const { url } = await startView(filebase);
  const page = await openPage(url, 'panel=summary');
  const figure = page.locator('[data-figure=live] [data-value]');
  const value = async () => Number(await figure.getAttribute('data-value'));
  await expect.poll(value, SOON).toBe(readCopy(filebase).heapSummary().total.averageBytes);
  // While it is recorded, that there is no end is no finding.
  expect(await page.textContent('.findings')).not.toContain('No end');
  end();
  await expect.poll(() => state(page), SOON).toBe('ended');
  await expect.poll(value, SOON).toBe(readCopy(filebase).heapSummary().total.averageBytes);
});

test('two pages follow one recording', async () => {
  const { filebase, growTo, end } = growing(10);
  const { url } = await startView(filebase);
  const hash = 'panel=table&table.by=line&table.threshold=0';
  const pages = [await openPage(url, hash), await openPage(url, `${hash}&zoom=2..4`)];
  growTo(30);
  for (const page of pages) await expect.poll(() => upTo(page), SOON).toBe('03:04:34');
  end();
  const expected = () => expectedAverages(readCopy(filebase));
  for (const page of pages) {
    await expect.poll(() => state(page), SOON).toBe('ended');
    await expect.poll(() => averages(page), SOON).toEqual(expected());
  }
});

test('a program that writes nothing is told from one that is gone', async () => {
  const [silent, broken] = [growing(10), growing(10, NO_PID)];
  const aMinuteAgo = Date.now() / 1000 - 60;
  for (const { filebase } of [silent, broken]) {
    fs.utimesSync(`${filebase}.hpd`, aMinuteAgo, aMinuteAgo);
  }
  const page = await openPage((await startView(silent.filebase)).url, 'panel=summary');
  expect(await page.textContent('.live')).toContain('Recording, nothing new since');
  silent.growTo(12);
  await expect.poll(() => state(page), SOON).toBe('recording');
  const other = await openPage((await startView(broken.filebase)).url, 'panel=summary');
  expect(await other.textContent('.live')).toContain('The program is gone');
  await expect.poll(() => other.textContent('.findings')).toContain('No end');
  // Somebody knows better.
  broken.growTo(12);
  await other.getByRole('button', { name: 'Ask again' }).click();
  await expect.poll(() => upTo(other), SOON).toBe('03:04:16');
});

test('a recording that is deleted while it is served stays on the page, with a sentence', async () => {
  const { filebase } = growing(10);
  const { url } = await startView(filebase);
  const page = await openPage(url, 'panel=summary', /Failed to load resource.*500/);
  await page.waitForSelector('[data-figure]');
  for (const suffix of ['.hpm', '.hpd', '.hpc']) fs.rmSync(filebase + suffix);
  await expect.poll(() => state(page), SOON).toBe('unreadable');
  expect(await page.textContent('.live-problem')).toContain(`${filebase}.hpm`);
  expect(await page.locator('[data-figure]').count()).toBeGreaterThan(2);
  await page.evaluate(() => {
    location.hash = '#zoom=2..4';
  });
  await expect.poll(() => page.textContent('.time-error', SOON)).toContain(`${filebase}.hpm`);
});

test('when heapprof view has ended, the page says so and stays', async () => {
  const { filebase } = growing(10);
  const { url, child } = await startView(filebase);
  const page = await openPage(url, 'panel=summary', /ERR_CONNECTION_REFUSED/);
  await page.waitForSelector('[data-figure]');
  child.kill('SIGINT');
  await once(child, 'exit');
  await expect.poll(() => state(page), SOON).toBe('gone');
  expect(await page.textContent('.live')).toContain('heapprof view has ended');
  expect(await page.locator('[data-figure]').count()).toBeGreaterThan(2);
});

test('a program that records itself is followed until it is killed', async () => {
  const folder = temporaryFolder();
  const filebase = path.join(folder, 'recording');
  fs.writeFileSync(
    path.join(folder, 'program.cjs'),
    'const kept = []; setInterval(() => { for (let k = 0; k < 50; k++) kept.push(Buffer.alloc(10_000)); }, 50);',
  );
  const recorder = startHeapprof(['run', '-o', 'recording', '--', 'program.cjs'], { cwd: folder });
  const recorded = once(recorder, 'exit');
  const pidOf = () => {
    try {
      using reader = new Reader(filebase);
      return reader.hpm.facts.process?.pid;
    } catch {
      return undefined;
    }
  };
  await expect.poll(pidOf, SOON).toBeGreaterThan(0);
  const { url } = await startView(filebase);
  const page = await openPage(url, 'panel=summary');
  expect(await state(page)).toMatch(GOING_ON);
  const before = await upTo(page);
  await expect.poll(() => upTo(page), SOON).not.toBe(before);
  process.kill(pidOf()!, 'SIGKILL');
  await recorded;
  await expect.poll(() => state(page), SOON).toBe('broken');
  const reader = readCopy(filebase);
  const live = page.locator('[data-figure=live] [data-value]');
  await expect
    .poll(async () => Number(await live.getAttribute('data-value')), SOON)
    .toBe(reader.heapSummary().total.averageBytes);
});
