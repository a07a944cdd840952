/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
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

/** `load` allocates three parts of four, `keep` one, both called by `main`. */
function twoCallees(): string {
  written = recording()
    .alloc('main:app.js:1 > load:app.js:7', 30_000)
    .alloc('main:app.js:2 > keep:app.js:9', 10_000, { at: 30_000_000 })
    .at(60_000_000)
    .stop()
    .write();
  return written.filebase;
}

test('the graph of a real program has the boxes, arrows and figures of the command line', async () => {
  const { filebase } = recordFixture('leaky-server.mjs', {
    args: ['300', 'leak'],
    sample: { 128: 1e-2 },
  });
  const { page, reader } = await browser.openReport(filebase, { hash: '#panel=flow' });
  await page.waitForSelector('.flow-drawing .node');
  const graph = reader.compareFlowGraphs([reader.elapsedTime]);
  const drawn = await page.evaluate(() => ({
    nodes: document.querySelectorAll('.flow-drawing [role=button]').length,
    edges: [...document.querySelectorAll<HTMLElement>('.flow-drawing .edge')]
      .map(({ dataset }) => `${dataset.from} ${dataset.to}`)
      .sort(),
  }));
  expect(drawn).toEqual({
    nodes: graph.nodes.length,
    edges: graph.edges.map(({ from, to }) => `${from ?? 'root'} ${to}`).sort(),
  });
  for (const [position, { usage }] of graph.nodes.slice(0, 3).entries()) {
    await page.locator(`[data-node="${position}"]`).focus();
    await page.keyboard.press('Enter');
    const figures = page.locator('.flow-details td[data-value]');
    await expect
      .poll(() =>
        figures.evaluateAll((cells) =>
          cells.map((cell) => Number((cell as HTMLElement).dataset.value)),
        ),
      )
      .toEqual([usage[0]!.localBytes, usage[0]!.cumulativeBytes]);
  }
});

test('a click on a box says what it has, who calls it, and leads to the call trees', async () => {
  const { page } = await browser.openReport(twoCallees(), {
    hash: '#panel=flow&flow.collapse=no',
  });
  await page.getByRole('button', { name: /^load/ }).click();
  const details = page.getByRole('complementary', { name: 'The chosen function' });
  expect(await details.textContent()).toContain('Called by');
  expect(await details.textContent()).toContain('29.3 KiB');
  await details.getByRole('button', { name: /^main/ }).click();
  await expect
    .poll(() => details.getByRole('heading', { level: 3 }).textContent())
    .toContain('main');
  await details.getByRole('button', { name: 'Show in call trees' }).click();
  expect(new URL(page.url()).hash).toContain('calls.search=main');
  expect(new URL(page.url()).hash).toContain('panel=calls');
});

test('the pointer over a box shows its arrows, and the keyboard moves and zooms', async () => {
  const { page } = await browser.openReport(twoCallees(), {
    hash: '#panel=flow&flow.collapse=no',
  });
  await page.getByRole('button', { name: /^load/ }).hover();
  expect(
    await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.edge.active')].map(({ dataset }) => dataset.to),
    ),
  ).toHaveLength(1);
  const transform = () => page.getAttribute('.flow-drawing > g', 'transform');
  const scale = async () => Number(/scale\((.*)\)/.exec((await transform())!)![1]);
  const before = await scale();
  await page.locator('.flow-view').focus();
  await page.keyboard.press('+');
  expect(await scale()).toBeCloseTo(before * 1.25);
  const zoomed = await transform();
  await page.keyboard.press('ArrowLeft');
  expect(await transform()).not.toBe(zoomed);
  await page.keyboard.press('0');
  expect(await scale()).toBeCloseTo(before);
  await page.locator('.flow-view').hover();
  await page.mouse.wheel(0, -100);
  await expect.poll(scale).toBeGreaterThan(before);
});

test('Fit shows all of the drawing', async () => {
  const { page } = await browser.openReport(twoCallees(), {
    hash: '#panel=flow&flow.collapse=no&flow.nodes=0.01',
    width: 400,
  });
  await page.waitForSelector('.flow-drawing .node');
  await page.locator('.flow-zoom button').first().click({ clickCount: 5 });
  const reachesBeyond = () =>
    page.evaluate(() => {
      const frame = document.querySelector('.flow-view')!.getBoundingClientRect();
      return [...document.querySelectorAll('.flow-drawing :is(.node, .edge)')].some((each) => {
        const { left, right, top, bottom } = each.getBoundingClientRect();
        return left < frame.left || right > frame.right || top < frame.top || bottom > frame.bottom;
      });
    });
  expect(await reachesBeyond()).toBe(true);
  await page.getByRole('button', { name: 'Fit', exact: true }).click();
  expect(await reachesBeyond()).toBe(false);
});

test('settings are in the address, and a graph can be of several instants', async () => {
  const { page } = await browser.openReport(twoCallees(), {
    hash: '#panel=flow&flow.collapse=no&flow.moment=both&flow.nodes=0.5&time=0..60',
  });
  await page.waitForSelector('.flow-drawing .node');
  // Keep's quarter is below one half at both times; main at its line 2 calls nothing else.
  expect(await page.locator('.flow-drawing [role=button]').count()).toBe(2);
  await page.getByRole('button', { name: /^load/ }).click();
  expect(await page.locator('.flow-details tbody tr').count()).toBe(2);
  await page.getByLabel('Boxes from').selectOption('0.01');
  await page.waitForFunction(
    () => document.querySelectorAll('.flow-drawing [role=button]').length === 4,
  );
  expect(new URL(page.url()).hash).toContain('flow.nodes=0.01');
});

test('what is compared can be in one graph', async () => {
  const { page } = await browser.openReport(twoCallees(), {
    hash: '#panel=flow&flow.moment=ab&flow.find=keep&compare.a=0..10&compare.b=30..60',
  });
  await page.waitForSelector('.flow-drawing .node.found');
  await page.locator('.node.found').click();
  expect(await page.locator('.flow-details tbody tr').allTextContents()).toEqual([
    expect.stringMatching(/^0 s/),
    expect.stringMatching(/^1m 00s9.8 KiB ± 0%9.8 KiB ± 0%25.0 %/),
  ]);
});

test('names of a recording are text in the graph, and nothing more', async () => {
  const evil =
    '</title></text><a href="javascript:alert(1)"><script>alert(2)</script>&#60;img src=x onerror=alert(3)>';
  written = recording({ description: { cwd: evil } })
    .alloc(`${evil}:app.js:1`, 4096)
    .alloc('"] n9 [label=evil]; \\N url(#x) -->:b.js:1', 4096)
    .at(60_000_000)
    .stop()
    .write();
  const { page } = await browser.openReport(written.filebase, { hash: '#panel=flow' });
  await page.waitForSelector('.flow-drawing .node');
  const elements = await page.evaluate(() => [
    ...new Set([...document.querySelectorAll('.flow-drawing *')].map(({ localName }) => localName)),
  ]);
  expect(new Set(['g', 'path', 'polygon', 'text'])).toEqual(new Set(elements));
  expect(await page.locator('.flow-drawing [role=button]').count()).toBe(2);
  expect(
    await page.evaluate(
      () => document.querySelectorAll('main [href], main script, main img').length,
    ),
  ).toBe(0);
});

test('the drawing can be had as a file, and Graphviz starts only when it is asked for', async () => {
  const { page } = await browser.openReport(twoCallees());
  expect(await page.locator('#graphviz').count()).toBe(1);
  await page.getByRole('tab', { name: 'Flow graph' }).click();
  await page.waitForSelector('.flow-drawing .node');
  expect(await page.locator('#graphviz').count()).toBe(0);
  // It is there again when a person comes back.
  await page.getByRole('tab', { name: 'Summary' }).click();
  await page.getByRole('tab', { name: 'Flow graph' }).click();
  await page.waitForSelector('.flow-drawing .node');
  await page.getByRole('button', { name: 'Download' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'SVG' }).click(),
  ]);
  const svg = readFileSync(await download.path(), 'utf8');
  expect(svg).toContain('load (app.js:7)');
  // A file says what it is of; in the page, that stands above the drawing.
  expect(svg).toContain('live memory at');
  expect(await page.textContent('.flow-drawing')).not.toContain('live memory at');
  expect(await page.textContent('.flow-status')).toContain('Live memory at 1m 00s');
});

test.each([
  [1280, false],
  [400, true],
])('nothing of the graph is wider than a window of %i px', async (width, dark) => {
  const { page } = await browser.openReport(twoCallees(), { hash: '#panel=flow', width, dark });
  await page.waitForSelector('.flow-drawing .node');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
});
