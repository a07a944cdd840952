/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { METRICS } from '../../src/analysis/call-tree/metric.js';
import { surveyFamily } from '../../src/analysis/family-survey.js';
import { stacksOf } from '../../src/analysis/flame-graph.js';
import { gcActivity } from '../../src/analysis/gc-activity.js';
import { gcTable } from '../../src/analysis/gc-table.js';
import { memoryPace } from '../../src/analysis/memory-pace.js';
import { threadSpans } from '../../src/analysis/thread-time.js';
import { type Reader, read } from '../../src/read.js';
import { collapsedStacks } from '../../src/render/collapsed.js';
import { testBrowser } from '../support/browser.js';
import { copyRealLog } from '../support/real-recordings.js';
import { startView } from '../support/view.js';

const browser = testBrowser();

/** What the time line shows, and what is chosen within it: neither begins or ends with a snapshot. */
const ZOOM = { from: 0.2013, to: 0.6507 };
const CHOSEN = { from: 0.25049, to: 0.6003 };
const TIME = `time=${CHOSEN.from}..${CHOSEN.to}`;
const HASH = `zoom=${ZOOM.from}..${ZOOM.to}&${TIME}`;

/** A range is finer wherever it is chosen. */
const EACH_HASH = test.each([
  ['', TIME],
  [' where the time line is zoomed in', HASH],
]);

/** What the page asks for where so much is seen, in seconds. */
const FINE = 0.001;

/**
 * A recording of a real program whose digest has a snapshot every tenth of a second, as a page that is served; and a reader of another copy of it, whose digest is as fine as the page
 * should be.
 */
async function viewed(): Promise<{ url: string; reader: Reader }> {
  const served = copyRealLog('terser');
  read(served, 0.1).close();
  const { url } = await startView(served);
  const reader = read(copyRealLog('terser'), FINE);
  onTestFinished(() => reader.close());
  return { url, reader };
}

/** Opens a panel, and waits until there are finer data. */
async function openPanel(url: string, panel: string, hash = HASH): Promise<Page> {
  const page = await browser.open(`${url}#panel=${panel}&${hash}`, { isServed: true });
  await page.waitForResponse((response) => response.url().includes('digest?'));
  return page;
}

const values = (page: Page, selector: string) =>
  page
    .locator(selector)
    .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset.value)));

const spansOf = ({ members }: Reader) => threadSpans(surveyFamily(members).members);

EACH_HASH('the table of a chosen range has the finer numbers%s', async (_, hash) => {
  const { url, reader } = await viewed();
  const page = await openPanel(url, 'table&table.by=line&table.threshold=0', hash);
  const { rows } = reader.heapSummary({ ...CHOSEN, by: 'line', threshold: 0, limit: 50 });
  for (const [column, of] of [
    ['average', rows.map(({ averageBytes }) => averageBytes)],
    ['allocated', rows.map(({ allocatedBytes }) => allocatedBytes)],
    ['peak', rows.map(({ peakBytes }) => peakBytes)],
  ] as const) {
    await expect
      .poll(() => values(page, `tbody [data-column=${column}]`), { timeout: 20_000 })
      .toEqual(of);
  }
});

EACH_HASH('the figures of the summary are the finer ones%s', async (_, hash) => {
  const { url, reader } = await viewed();
  const page = await openPanel(url, 'summary', hash);
  const summary = reader.heapSummary({ ...CHOSEN, limit: 0 });
  const pace = memoryPace(summary, reader.timePlot().points, spansOf(reader))!;
  await expect
    .poll(() => values(page, '[data-figure] [data-value]'), { timeout: 20_000 })
    .toEqual([
      summary.total.averageBytes,
      summary.capacity!.averageUsedShare,
      summary.total.bytesPerMinute,
      pace.allocatedBytesPerSecond,
      pace.gcShare,
    ]);
});

/** Collapsed stacks, in the order of their names, and what each has. */
function stacksIn(text: string): { names: string[]; figures: number[] } {
  const lines = text.trimEnd().split('\n').sort();
  return {
    names: lines.map((line) => line.replace(/ \d+$/, '')),
    figures: lines.map((line) => Number(/\d+$/.exec(line)![0])),
  };
}

test('call trees of all metrics are the finer ones', async () => {
  const { url, reader } = await viewed();
  const page = await openPanel(url, 'calls', TIME);
  const choice = page.locator('select').filter({ has: page.locator('option[value=temporary]') });
  const saved = async () => {
    await page.getByRole('button', { name: 'Download' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Collapsed stacks' }).click(),
    ]);
    return stacksIn(readFileSync(await download.path(), 'utf8'));
  };
  for (const metric of METRICS) {
    await choice.selectOption(metric);
    const tree = reader.callTree({ ...CHOSEN, metric });
    const expected = stacksIn([...collapsedStacks(stacksOf(tree), tree.unit)].join(''));
    expect(expected.names.length).toBeGreaterThan(20);
    // A report has whole bytes and objects of temporary memory for each snapshot.
    const allowed = (figure: number) => (metric.startsWith('temporary') ? 1 + figure * 1e-3 : 0);
    const isEqual = async () => {
      const { names, figures } = await saved();
      return (
        names.join('\n') === expected.names.join('\n') &&
        figures.every((figure, k) => {
          const difference = Math.abs(figure - expected.figures[k]!);
          return difference <= allowed(figure);
        })
      );
    };
    await expect.poll(isEqual, { timeout: 20_000, message: metric }).toBe(true);
  }
});

test.each([
  // The first time is outside of what is chosen, but is seen.
  ['seen', 0.21, HASH],
  ['chosen', 0.2612, TIME],
])('two ranges of what is %s are compared with the finer numbers', async (_, from, hash) => {
  const { url, reader } = await viewed();
  const a = { from, to: 0.3333 };
  const b = { from: 0.51234, to: 0.6 };
  const times = `compare.a=${a.from}..${a.to}&compare.b=${b.from}..${b.to}`;
  const page = await openPanel(url, `compare&${times}`, hash);
  for (const metric of ['live', 'allocated', 'objects'] as const) {
    await page.evaluate((name) => {
      location.hash = location.hash.replace(/(&compare\.metric=\w+)?$/, `&compare.metric=${name}`);
    }, metric);
    const { rows } = reader.compare(reader, { a, b, metric });
    await expect
      .poll(() => values(page, '.difference-table tbody [data-value]'), { timeout: 20_000 })
      .toEqual(rows.slice(0, 50).flatMap((row) => [row.a, row.b, row.difference]));
  }
});

test('the flow graph of the end of a chosen range is the finer one', async () => {
  const { url, reader } = await viewed();
  const page = await openPanel(url, 'flow', TIME);
  const { nodes } = reader.compareFlowGraphs([CHOSEN.to]);
  const biggest = nodes.slice(0, 3).map(({ usage }) => usage[0]!);
  await expect.poll(() => page.textContent('.flow-status'), { timeout: 20_000 }).toContain('600');
  for (const [position, { localBytes, cumulativeBytes }] of biggest.entries()) {
    await page.locator(`[data-node="${position}"]`).focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => values(page, '.flow-details td[data-value]'))
      .toEqual([localBytes, cumulativeBytes]);
  }
});

EACH_HASH(
  'garbage collection in a chosen range is that of the finer numbers%s',
  async (_, hash) => {
    const { url, reader } = await viewed();
    const page = await openPanel(url, 'gc', hash);
    const { total, kinds } = gcActivity(reader.totals, gcTable(reader), CHOSEN, spansOf(reader));
    const figure = async (name: string) => (await values(page, `[data-figure="${name}"]`))[0];
    await expect
      .poll(() => figure('Time in garbage collection'), { timeout: 20_000 })
      .toBe(total.pauseShare);
    expect(await figure('Collections')).toBe(total.collections);
    expect(
      await page
        .locator('.kinds li')
        .evaluateAll((items) =>
          items.map((item) => Number((item as HTMLElement).dataset.collections)),
        ),
    ).toEqual(kinds.map(({ collections }) => collections));
  },
);

test('lifetimes are those of the whole recording, whatever is chosen', async () => {
  const { url, reader } = await viewed();
  const page = await openPanel(url, 'lifetimes');
  const { rows } = reader.lifetimes();
  expect((await values(page, '.lifetimes tbody tr td:first-child')).slice(0, 10)).toEqual(
    rows.slice(0, 10).map(({ allocatedBytes }) => allocatedBytes),
  );
});
