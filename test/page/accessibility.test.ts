import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { PANELS } from '../../src/page/state/store.js';
import { testBrowser } from '../support/browser.js';
import { copyReal } from '../support/real-recordings.js';
import { goTo, settled } from '../support/settled.js';

const browser = testBrowser();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe (https://github.com/dequelabs/axe-core) finds wrong, all of its rules: a line for each place. */
async function violations(page: Page): Promise<string[]> {
  const hasAxe = await page.evaluate(() => 'axe' in globalThis);
  if (!hasAxe) await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run: () => Promise<AxeResults> } };
    return axe.run();
  });
  return found.flatMap(({ id, help, nodes }) =>
    nodes.flatMap(({ target, html, any, all, none }) => {
      // A box of the drawing has names that are cut in their middle; the name of its button has the last of them whole.
      if (id === 'label-content-name-mismatch' && html.includes(' data-node=')) return [];
      const why = [...any, ...all, ...none].map(({ message }) => message).join('; ');
      return [`${id}: ${help}. ${target.join(' ')}: ${why}`];
    }),
  );
}

/** What is wrong at a place, by its name: for a message. */
async function problemsAt(page: Page, place: string): Promise<Record<string, string[]>> {
  await settled(page);
  const found = await violations(page);
  return found.length === 0 ? {} : { [place]: found };
}

for (const width of [1280, 400]) {
  for (const dark of [false, true]) {
    test(`every panel is accessible at ${width} pixels, ${dark ? 'dark' : 'light'}`, async () => {
      const { page } = await browser.openReport(copyReal('server'), { width, dark });
      const problems: Record<string, string[]> = {};
      for (const panel of PANELS) {
        await goTo(page, `#panel=${panel}`);
        Object.assign(problems, await problemsAt(page, panel));
      }
      expect(problems).toEqual({});
    });

    test(`what opens is accessible at ${width} pixels, ${dark ? 'dark' : 'light'}`, async () => {
      const { page } = await browser.openReport(copyReal('server'), {
        ...{ width, dark },
        hash: '#panel=table&table.by=function&time=0.1..0.3',
      });
      await settled(page);
      const problems: Record<string, string[]> = {};
      const check = async (place: string) => Object.assign(problems, await problemsAt(page, place));
      await page.locator('.heap-table .toggle').first().click();
      await page.waitForSelector('.row-details');
      await check('a row of the table');
      await page.keyboard.press('?');
      await check('help');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Download' }).click();
      await check('downloads');

      await goTo(page, '#panel=calls&calls.hide=emit&calls.search=server');
      await page.waitForSelector('.flame');
      await page.focus('.flame');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Shift+F10');
      await page.waitForSelector('.frame-menu');
      await check('the menu of a frame');

      await goTo(page, '#panel=calls&calls.view=inspect&calls.inspect=answer');
      await check('a function looked at from both sides');

      await goTo(page, '#panel=flow&flow.find=server');
      await page.locator('.flow-drawing [role=button]').first().focus();
      await page.keyboard.press('Enter');
      await page.waitForSelector('.flow-details');
      await check('a box of the flow graph');
      await page.focus('.time-plot');
      await page.keyboard.press('Shift+ArrowLeft');
      await page.waitForSelector('.time-values');
      await check('figures of an instant');
      expect(problems).toEqual({});
    });
  }
}
