/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testBrowser } from '../support/browser.js';
import { copyReal } from '../support/real-recordings.js';
import { settled } from '../support/settled.js';

const browser = testBrowser();

/** How light the boxes of the flame graph and the ground of the page are on average, from 0 to 255. */
const lightness = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.flame canvas')!;
    // Reading the graph's own would make it slow, says the browser.
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [canvas.width, 100];
    const context = copy.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(2, 2, canvas.width - 4, 98);
    let [sum, count] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      // What is not drawn on is the page's.
      if (data[at + 3] !== 255) continue;
      sum += data[at]! + data[at + 1]! + data[at + 2]!;
      count += 3;
    }
    const ground = getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number);
    return { boxes: sum / count, ground: (ground[0]! + ground[1]! + ground[2]!) / 3 };
  });

test('a page that is dark is printed light, without what can be pressed, and is dark again after that', async () => {
  const { page } = await browser.openReport(copyReal('server'), {
    hash: '#panel=calls',
    dark: true,
  });
  await page.waitForSelector('.flame');
  await settled(page);
  const dark = await lightness(page);
  expect(dark.boxes).toBeLessThan(90);
  expect(dark.ground).toBeLessThan(40);

  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const printed = await lightness(page);
  expect(printed.boxes).toBeGreaterThan(150);
  expect(printed.ground).toBe(255);
  expect(await page.getByRole('tab').first().isVisible()).toBe(false);
  expect(await page.getByRole('button', { name: 'Download' }).isVisible()).toBe(false);
  expect(await page.locator('.panel > h2').boundingBox()).toMatchObject({
    height: expect.toSatisfy((height: number) => height > 10),
  });
  expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');

  await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await settled(page);
  const after = await lightness(page);
  expect(after.boxes).toBeLessThan(90);
  expect(after.ground).toBe(dark.ground);
});

test('where the system chooses the colours, what is chosen and what colours say is still seen', async () => {
  const { page } = await browser.openReport(copyReal('server'), {
    hash: '#panel=calls&time=0.1..0.3',
  });
  await page.emulateMedia({ forcedColors: 'active' });
  await page.waitForSelector('.flame');
  await settled(page);
  const styleOf = (selector: string, name: 'backgroundColor' | 'borderBottomColor') =>
    page.evaluate(
      ([where, what]) =>
        getComputedStyle(document.querySelector(where!)!)[what as 'backgroundColor'],
      [selector, name],
    );
  const swatches = await page.evaluate(() =>
    [...document.querySelectorAll('.swatch')].map((each) => getComputedStyle(each).backgroundColor),
  );
  expect(new Set(swatches).size).toBe(3);
  expect(await styleOf('[role=tab][aria-selected=true]', 'borderBottomColor')).not.toBe(
    await styleOf('[role=tab][aria-selected=false]', 'borderBottomColor'),
  );
  // What is outside of the chosen range is shaded, not hidden.
  expect(await styleOf('.time-before', 'backgroundColor')).toMatch(/rgba\(.*0\.\d+\)/);
});

test('at twice the size there is room below the time line', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=table' });
  await page.setViewportSize({ width: 640, height: 400 });
  await settled(page);
  const { height } = (await page.locator('.sticky').boundingBox())!;
  expect(height).toBeLessThan(160);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
});

/** How light a colour is, from 0 to 1, as people see it who see no colours: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance */
function luminance(color: string): number {
  const [r, g, b] = color
    .match(/[\d.]+/g)!
    .map((part) => Number(part) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

for (const dark of [false, true]) {
  test(`whose code a frame is can be told without colours, ${dark ? 'dark' : 'light'}`, async () => {
    const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=calls', dark });
    await page.waitForSelector('.swatch');
    const colors = await page.evaluate(() =>
      [...document.querySelectorAll('.swatch')].map(
        (each) => getComputedStyle(each).backgroundColor,
      ),
    );
    const [mine, dependency, node] = colors.map(luminance) as [number, number, number];
    const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    expect(contrast(mine, dependency)).toBeGreaterThan(1.2);
    expect(contrast(dependency, node)).toBeGreaterThan(1.2);
    const text = luminance(await page.evaluate(() => getComputedStyle(document.body).color));
    for (const ground of [mine, dependency, node]) {
      expect(contrast(text, ground)).toBeGreaterThan(4.5);
    }
  });
}
