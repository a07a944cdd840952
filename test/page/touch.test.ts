/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { parseHash } from '../../src/page/state/hash.js';
import { testBrowser } from '../support/browser.js';
import { fingersOn, type Place } from '../support/fingers.js';
import { copyReal } from '../support/real-recordings.js';
import { goTo, settled } from '../support/settled.js';

const browser = testBrowser();

/** A report of a server of half a second, on a telephone. */
async function onTelephone(hash: string) {
  const { page } = await browser.openReport(copyReal('server'), { hash, width: 400 });
  const fingers = await fingersOn(page);
  await settled(page);
  return { page, fingers };
}

/** A place in an element: fractions of its width and height. */
async function placeIn(page: Page, selector: string, across = 0.5, down = 0.5): Promise<Place> {
  const box = (await page.locator(selector).boundingBox())!;
  return { x: box.x + across * box.width, y: box.y + down * box.height };
}

const inAddress = async (page: Page, key: string) =>
  parseHash(await page.evaluate(() => location.hash)).get(key);

async function rangeInAddress(page: Page, key: string): Promise<readonly number[]> {
  await expect.poll(() => inAddress(page, key)).toBeDefined();
  return (await inAddress(page, key))!.split('..').map(Number);
}

const scrolled = (page: Page) => page.evaluate(() => Math.round(scrollY));

const PLOT = '.time-plot .u-over';

test('a tap on the time line chooses an instant, and one finger draws a range where all is in view', async () => {
  const { page, fingers } = await onTelephone('#panel=table');
  await fingers.tap(await placeIn(page, PLOT, 0.5));
  const [at] = await rangeInAddress(page, 'time');
  expect(at).toBeCloseTo(0.25, 1);
  await fingers.drag([[await placeIn(page, PLOT, 0.2), await placeIn(page, PLOT, 0.6)]]);
  await expect.poll(() => inAddress(page, 'time')).toContain('..');
  const [from, to] = await rangeInAddress(page, 'time');
  expect(from).toBeCloseTo(0.1, 1);
  expect(to).toBeCloseTo(0.3, 1);
});

test('where the time line is zoomed, one finger moves it, and one that was held draws a range', async () => {
  const { page, fingers } = await onTelephone('#panel=table&zoom=0.2..0.3');
  const path = [await placeIn(page, PLOT, 0.8), await placeIn(page, PLOT, 0.3)];
  await fingers.drag([path]);
  await expect.poll(() => inAddress(page, 'zoom')).not.toBe('0.2..0.3');
  const [from, to] = await rangeInAddress(page, 'zoom');
  expect(from).toBeCloseTo(0.25, 2);
  expect(to! - from!).toBeCloseTo(0.1, 2);
  expect(await inAddress(page, 'time')).toBe(undefined);
  await fingers.drag([[await placeIn(page, PLOT, 0.1), await placeIn(page, PLOT, 0.9)]], 600);
  const [first, last] = await rangeInAddress(page, 'time');
  expect(first).toBeCloseTo(0.26, 1);
  expect(last).toBeCloseTo(0.34, 1);
  expect(last! - first!).toBeGreaterThan(0.05);
});

test('two fingers zoom the time line and move it as they go', async () => {
  const { page, fingers } = await onTelephone('#panel=table');
  await fingers.drag([
    [await placeIn(page, PLOT, 0.4), await placeIn(page, PLOT, 0.1)],
    [await placeIn(page, PLOT, 0.6), await placeIn(page, PLOT, 0.5)],
  ]);
  const [from, to] = await rangeInAddress(page, 'zoom');
  // 0.4 and 0.6 of the whole are at 0.1 and 0.5 now.
  expect(to! - from!).toBeCloseTo(0.503 / 2, 1);
  expect(from).toBeCloseTo(0.503 * 0.35, 1);
  expect(await inAddress(page, 'time')).toBe(undefined);
});

test('a finger that goes up over the time line, over a flame graph and over a flow graph scrolls', async () => {
  const { page, fingers } = await onTelephone('#panel=table&table.by=function');
  const up = async (selector: string, by = 150) => {
    const { x, y } = await placeIn(page, selector);
    // Of what is taller than the screen, the middle may be below it.
    const start = { x, y: Math.min(y, 750) };
    await fingers.drag([[start, { x: start.x, y: start.y - by }]]);
  };
  await up(PLOT, 60);
  await expect.poll(() => scrolled(page)).toBeGreaterThan(30);
  expect(await inAddress(page, 'time')).toBe(undefined);

  await goTo(page, '#panel=calls');
  await page.waitForSelector('.flame');
  await page.evaluate(() => scrollTo(0, 0));
  // First the graph itself, where it is higher than its window, then the page.
  await up('.flame');
  await up('.flame');
  await expect.poll(() => scrolled(page)).toBeGreaterThan(50);
  expect(await inAddress(page, 'calls.zoom')).toBe(undefined);

  await goTo(page, '#panel=flow');
  await page.waitForSelector('.flow-drawing');
  await settled(page);
  await page.getByRole('button', { name: 'Fit' }).click();
  await page.evaluate(() => scrollTo(0, 0));
  await up('.flow-view');
  await expect.poll(() => scrolled(page)).toBeGreaterThan(50);
});

test('a tap on a frame zooms to it, and a finger that is held has its menu', async () => {
  const { page, fingers } = await onTelephone('#panel=calls');
  await page.waitForSelector('.flame');
  const box = (await page.locator('.flame').boundingBox())!;
  const second = { x: box.x + 60, y: box.y + 1.5 * 18 };
  await fingers.hold(second, async () => {
    await page.waitForSelector('.frame-menu');
  });
  await page.waitForTimeout(400);
  expect(await page.locator('.frame-menu').getAttribute('aria-label')).toBe(
    'parserOnHeadersComplete',
  );
  expect(await inAddress(page, 'calls.zoom')).toBe(undefined);
  await fingers.tap(await placeIn(page, '.frame-menu [role=menuitem]:text("Hide")'));
  await expect.poll(() => inAddress(page, 'calls.hide')).toContain('parserOnHeadersComplete');
  await page.goto(`${page.url().split('#')[0]}#panel=calls`);
  await settled(page);
  await expect.poll(() => inAddress(page, 'calls.hide')).toBe(undefined);
  await page.waitForSelector('.flame');
  await settled(page);
  await fingers.tap(second);
  await expect.poll(() => inAddress(page, 'calls.zoom')).toBeDefined();
  await expect
    .poll(() => page.locator('.zoom-path li').last().textContent())
    .toContain('parserOnHeadersComplete');
});

test('one finger moves the flow graph, two zoom it, a tap says more of a box', async () => {
  const { page, fingers } = await onTelephone('#panel=flow');
  await page.waitForSelector('.flow-drawing');
  const transform = async () => {
    const text = await page.locator('.flow-drawing > g').getAttribute('transform');
    const [, left, top, scale] = /translate\((\S+) (\S+)\) scale\((\S+)\)/.exec(text!)!;
    return { left: Number(left), top: Number(top), scale: Number(scale) };
  };
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const middle = await placeIn(page, '.flow-view');
  const at = (x: number, y: number) => ({ x: middle.x + x, y: middle.y + y });
  const before = await transform();
  await fingers.drag([[at(0, 0), at(-80, -90)]]);
  const after = await transform();
  expect(after.left - before.left).toBeCloseTo(-80, 0);
  expect(after.top - before.top).toBeCloseTo(-90, 0);
  await fingers.drag([
    [at(-30, 0), at(-90, 0)],
    [at(30, 0), at(90, 0)],
  ]);
  expect((await transform()).scale / before.scale).toBeCloseTo(3, 1);
  await page.getByRole('button', { name: 'Fit' }).click();
  const node = (await page.locator('.flow-drawing [role=button]').first().boundingBox())!;
  await fingers.tap({ x: node.x + node.width / 2, y: node.y + node.height / 2 });
  await page.waitForSelector('.flow-details');
});
