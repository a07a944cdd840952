/// <reference lib="dom" />
import type { Page } from 'playwright-core';

/** When a report's panel has been worked out and drawn. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const panel = document.querySelector('[role=tabpanel]');
    const isBusy = panel?.querySelector('[aria-busy=true]');
    return panel && !isBusy && !/(?:Working|Drawing) …/.test(panel.textContent ?? '');
  });
  // What is worked out is drawn in the next frame, and what follows from it in the one after that.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}

/** Changes what a page shows, by its address. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((next) => {
    location.hash = next;
  }, hash);
  await settled(page);
}
