/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { parseHash } from '../../src/page/state/hash.js';
import { testBrowser } from '../support/browser.js';
import { copyReal } from '../support/real-recordings.js';
import { settled } from '../support/settled.js';

const browser = testBrowser();

/** What has the focus: its role or element, and its name. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const role = element.getAttribute('role') ?? element.localName;
    const name =
      element.getAttribute('aria-label') ?? element.textContent?.trim().replace(/\s+/g, ' ');
    return `${role} ${name?.slice(0, 120)}`;
  });

/** Whether what has the focus is in view, not below the time line, and looks otherwise than without it. */
const isFocusSeen = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const sticky = document.querySelector('.sticky')!;
    const covered = sticky.contains(element) ? 0 : sticky.getBoundingClientRect().bottom;
    const isAbove = element.closest('header') !== null;
    const isInView =
      right > 0 && left < innerWidth && (isAbove || bottom > covered + 5) && top < innerHeight;
    // The control of a choice is drawn by the text beside it.
    const drawn = element.matches('.choices input') ? element.nextElementSibling! : element;
    const { outlineStyle, outlineWidth } = getComputedStyle(drawn);
    return isInView && outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  });

/** Presses Tab until the focus is at something, of which the focus is seen at each step. */
async function tabTo(page: Page, wanted: string | RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 80; step++) {
    await page.keyboard.press(key);
    const at = await focused(page);
    passed.push(at);
    if (!(await isFocusSeen(page))) throw new Error(`The focus is not seen at: ${at}`);
    if (typeof wanted === 'string' ? at === wanted : wanted.test(at)) return;
  }
  throw new Error(`The keyboard does not come to ${wanted}, but to: ${passed.join(', ')}`);
}

const addressOf = async (page: Page) => parseHash(await page.evaluate(() => location.hash));
const inAddress = async (page: Page, key: string) => (await addressOf(page)).get(key);

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** What screen readers are read of the chosen frame. */
const chosenFrame = (page: Page) =>
  page.locator('.flame [role=treeitem][aria-selected=true]').textContent();

test('the first key skips the time line, and Tab goes from there through the panel', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=summary' });
  await settled(page);
  await tabTo(page, 'button Skip to the panel');
  await press(page, 'Enter');
  expect(await focused(page)).toMatch(/^tabpanel/);
  expect(await isFocusSeen(page)).toBe(true);
  await tabTo(page, 'a Who allocates it');
});

test('Tab goes through the whole of every panel and out of it, back too, and is seen everywhere', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=summary' });
  for (const panel of ['summary', 'calls', 'compare', 'lifetimes', 'gc']) {
    await page.goto(`${page.url().split('#')[0]}#panel=${panel}`);
    await page.reload();
    await page.waitForSelector('[role=tabpanel]');
    await settled(page);
    const last = page.locator('[role=tabpanel] :is(button, a, input, select, [tabindex="0"])');
    await last.last().focus();
    const end = await focused(page);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.locator('[role=tabpanel]').focus();
    for (let step = 0; step < 200 && (await focused(page)) !== end; step++) {
      await press(page, 'Tab');
      expect(`${await focused(page)}: ${await isFocusSeen(page)}`).toMatch(/: true$/);
    }
    expect(await focused(page)).toBe(end);
    for (let step = 0; step < 40 && !/^button Skip/.test(await focused(page)); step++) {
      await press(page, 'Shift+Tab');
      expect(`${await focused(page)}: ${await isFocusSeen(page)}`).toMatch(/: true$/);
    }
    expect(await focused(page)).not.toBe(end);
    await last.last().focus();
    await press(page, 'Tab');
    // Out of the page, to what the browser has; a browser without a window goes on at its beginning.
    expect(await focused(page)).toMatch(/^body|Skip to the panel/);
  }
});

test('a range is chosen, zoomed to and moved by keys', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=table' });
  await settled(page);
  await tabTo(page, /^application Memory over time/);
  await press(page, 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Enter');
  await expect.poll(() => inAddress(page, 'time')).toMatch(/^[\d.]+$/);
  const at = Number(await inAddress(page, 'time'));
  expect(await page.locator('.time-line [role=status]').last().textContent()).toContain('live');
  await press(page, 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+Enter');
  await expect.poll(() => inAddress(page, 'time')).toMatch(/\.\./);
  const [from, to] = (await inAddress(page, 'time'))!.split('..').map(Number);
  expect(to).toBe(at);
  expect(from).toBeCloseTo(at - 0.06, 3);
  await press(page, '+', '+');
  await expect.poll(() => inAddress(page, 'zoom')).toBeDefined();
  const zoom = await inAddress(page, 'zoom');
  await press(page, 'ArrowLeft');
  await expect.poll(() => inAddress(page, 'zoom')).not.toBe(zoom);
  await press(page, 'Home', 'Escape');
  await expect.poll(() => addressOf(page)).toEqual(new Map([['panel', 'table']]));
});

test('in the flame graph keys go to a frame, zoom, hide it and bring it back', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=summary' });
  await settled(page);
  await tabTo(page, 'tab Summary');
  await press(page, 'ArrowRight');
  expect(await focused(page)).toBe('tab Call trees');
  await page.waitForSelector('.flame');
  await settled(page);
  await tabTo(page, /^tree Flame graph/);
  await press(page, 'ArrowDown', 'ArrowDown');
  await expect.poll(() => chosenFrame(page)).toContain('parserOnIncoming');
  await press(page, 'Enter');
  await expect.poll(() => inAddress(page, 'calls.zoom')).toBeDefined();
  await press(page, 'Escape');
  await expect.poll(() => inAddress(page, 'calls.zoom')).toBe(undefined);

  await press(page, 'ArrowDown', 'Shift+F10');
  await expect.poll(() => focused(page)).toBe('menuitem Zoom');
  await press(page, 'Escape');
  await expect.poll(() => focused(page)).toMatch(/^tree Flame graph/);
  const hidden = /^(\S+)/.exec((await chosenFrame(page))!)![1]!;
  await press(page, 'Shift+F10', 'End');
  expect(await focused(page)).toBe('menuitem Hide');
  await press(page, 'Enter');
  await expect.poll(() => inAddress(page, 'calls.hide')).toContain(hidden);
  await settled(page);
  await expect.poll(() => focused(page)).toMatch(/^tree Flame graph/);
  await tabTo(page, new RegExp(`^button Show again: ${hidden}`), 'Shift+Tab');
  await press(page, 'Enter');
  await expect.poll(() => inAddress(page, 'calls.hide')).toBe(undefined);
  // The button is gone: the keyboard goes on in the graph.
  await settled(page);
  expect(await focused(page)).toMatch(/^tree Flame graph/);
});

test('my code is selected by keys', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=calls' });
  await page.waitForSelector('.flame');
  await page.getByRole('combobox', { name: 'Kind of memory' }).focus();
  await press(page, 'Tab', ' ');
  await expect.poll(() => inAddress(page, 'calls.mine')).toBe('yes');
});

test('the table is sorted and a row opened by keys', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=table' });
  await settled(page);
  await page.focus('[role=tabpanel]');
  await tabTo(page, 'button Peak');
  await press(page, 'Enter');
  await expect.poll(() => inAddress(page, 'table.sort')).toBe('peak');
  await settled(page);
  expect(await focused(page)).toBe('button Peak▼');
  await tabTo(page, /^button \{page, id\}/);
  await press(page, 'Enter');
  await page.waitForSelector('.row-details');
  await press(page, 'Enter');
  await expect.poll(() => page.locator('.row-details').count()).toBe(0);
});

test('A and B are compared by keys', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=compare' });
  await settled(page);
  await page.focus('[role=tabpanel]');
  await tabTo(page, 'input A from');
  await press(page, 'ControlOrMeta+a');
  await page.keyboard.type('0.1');
  await press(page, 'Enter');
  await expect.poll(() => inAddress(page, 'compare.a')).toMatch(/^0\.1\.\./);
  await settled(page);
  await tabTo(page, /^tree Flame graph of the differences/);
  await press(page, 'ArrowDown');
  await expect.poll(() => chosenFrame(page)).toContain('parserOnHeadersComplete');
});

test('files are saved by keys, and Escape closes their menu', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=table' });
  await settled(page);
  await page.focus('[role=tabpanel]');
  await tabTo(page, 'button Download');
  await press(page, 'Enter');
  await expect.poll(() => focused(page)).toBe('menuitem CSV');
  await press(page, 'Escape');
  await expect.poll(() => focused(page)).toBe('button Download');
  await press(page, 'Enter');
  await expect.poll(() => focused(page)).toBe('menuitem CSV');
  const saving = page.waitForEvent('download');
  await press(page, 'Enter');
  expect((await saving).suggestedFilename()).toMatch(/\.csv$/);
  await expect.poll(() => focused(page)).toBe('button Download');
  // Who goes on closes it too.
  await press(page, 'Enter');
  await expect.poll(() => focused(page)).toBe('menuitem CSV');
  await press(page, 'Tab');
  await expect.poll(() => page.locator('.downloads-menu').count()).toBe(0);
});

test('a question mark shows the help, which keeps the keyboard until Escape', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=calls' });
  await page.waitForSelector('.flame');
  await page.focus('.flame');
  await press(page, '?');
  expect(await page.locator('dialog[open] h2').textContent()).toBe('Keys, mouse and touch');
  expect(await focused(page)).toBe('button Close');
  await press(page, 'Tab', 'Tab');
  expect(await page.evaluate(() => !document.activeElement!.matches('.flame'))).toBe(true);
  await press(page, 'Escape');
  expect(await page.locator('dialog[open]').count()).toBe(0);
  expect(await focused(page)).toMatch(/^tree Flame graph/);
  const search = page.getByRole('searchbox', { name: 'Search frames' });
  await search.focus();
  await page.keyboard.type('a?');
  expect(await search.inputValue()).toBe('a?');
  expect(await page.locator('dialog[open]').count()).toBe(0);
});

test('keys go through the boxes of the flow graph, and Escape closes what one says', async () => {
  const { page } = await browser.openReport(copyReal('server'), { hash: '#panel=flow' });
  await page.waitForSelector('.flow-drawing');
  await settled(page);
  await page.focus('.flow-view');
  await press(page, 'Tab');
  expect(await focused(page)).toMatch(/^button .*: .* of its own/);
  await press(page, 'Enter');
  await page.waitForSelector('.flow-details');
  await press(page, 'Escape');
  await expect.poll(() => page.locator('.flow-details').count()).toBe(0);
  expect(await focused(page)).toMatch(/^button .*: .* of its own/);
});
