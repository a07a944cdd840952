import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { formatBytes } from '../../src/base/units.js';
import { parseHash } from '../../src/page/state/hash.js';
import { read } from '../../src/read.js';
import { testBrowser } from '../support/browser.js';
import { recording } from '../support/recording.js';

const browser = testBrowser();

const SECOND = 1e6;
const HOSTILE = '</script><img src=x onerror=alert(1)>\u202egnp';

/** A minute in which memory rises to its peak at 40 s and falls again, with marks and collections. */
function minute(): string {
  const builder = recording();
  for (let second = 0; second < 60; second++) {
    builder.at(second * SECOND);
    if (second === 10) builder.mark('warm').beginSpan('import', 1);
    if (second === 30) builder.endSpan('import', 1).mark(HOSTILE);
    const path = `main:/app/main.js:1 > step:/app/step.js:${second + 1}`;
    builder.alloc(path, 100_000, { type: 'Array' });
    if (second % 2 === 0) builder.alloc(path, 20_000, { kind: 'arrayBuffer' });
    for (let old = 0; second >= 40 && old < 2; old++) {
      const freed = 2 * (second - 40) + old;
      builder.free(`main:/app/main.js:1 > step:/app/step.js:${freed + 1}`, 100_000, {
        type: 'Array',
        age: (second - freed) * SECOND,
      });
    }
    builder.heap({
      gcKind: 4,
      pauseMicros: 2000 + second,
      usedAfterBytes: 5_000_000 + second * 1000,
      limitBytes: 12_000_000,
      externalBytes: 900_000,
      arrayBufferBytes: 800_000,
      residentSetBytes: 20_000_000,
    });
  }
  const { filebase, cleanup } = builder
    .at(60 * SECOND)
    .stop()
    .write();
  onTestFinished(cleanup);
  read(filebase, { timeInterval: 1 }).close();
  return filebase;
}

/** A place in the plot: a fraction of the whole width, from 0 to 1. */
async function placeOf(page: Page, fraction: number): Promise<readonly [x: number, y: number]> {
  const box = (await page.locator('.time-plot .u-over').boundingBox())!;
  return [box.x + fraction * box.width, box.y + box.height / 2];
}

const stateOf = async (page: Page) => parseHash(await page.evaluate(() => location.hash));

const timeOf = async (page: Page) => (await stateOf(page)).get('time');

/** The part of the recording that is seen, in seconds. */
async function zoomOf(page: Page): Promise<readonly number[]> {
  await expect.poll(async () => (await stateOf(page)).has('zoom')).toBe(true);
  await page.waitForTimeout(300);
  return (await stateOf(page)).get('zoom')!.split('..').map(Number);
}

async function drag(page: Page, from: number, to: number): Promise<void> {
  const [fromX, y] = await placeOf(page, from);
  const [toX] = await placeOf(page, to);
  await page.mouse.move(fromX, y);
  await page.mouse.down();
  await page.mouse.move((fromX + toX) / 2, y);
  await page.mouse.move(toX, y);
  await page.mouse.up();
}

test('the figures at the pointer are those of the time plot', async () => {
  const { page, reader } = await browser.openReport(minute());
  const { points } = reader.timePlot();
  for (const fraction of [0.02, 0.25, 0.667, 0.99]) {
    await page.mouse.move(...(await placeOf(page, fraction)));
    const values = page.locator('.time-values');
    await values.waitFor();
    const seconds = Number(await values.getAttribute('data-seconds'));
    const point = points.find(({ timeSeconds }) => timeSeconds === seconds)!;
    const nearest = Math.min(...points.map((p) => Math.abs(p.timeSeconds - fraction * 60)));
    expect(Math.abs(seconds - fraction * 60)).toBeCloseTo(nearest, 0);
    const figures = await page.evaluate(() =>
      Object.fromEntries(
        [...document.querySelectorAll<HTMLElement>('.time-values tr')].map((row) => [
          row.dataset.name,
          Number(row.querySelector('td')!.dataset.value),
        ]),
      ),
    );
    expect(figures).toEqual({
      buffers: point.liveBytesByKind.arrayBuffer,
      heap: point.liveBytesByKind.heap,
      used: point.usedHeapBytes,
      resident: point.residentSetBytes,
      external: point.externalBytes,
      capacity: point.heapLimitBytes,
      live: point.liveBytes,
      allocated: point.allocatedBytes,
      collections: point.collections,
    });
  }
});

test('a drag chooses a range of snapshots, a click an instant, shift and click extends it, Escape and a double click choose all', async () => {
  const { page, reader } = await browser.openReport(minute());
  const times = reader.timePlot().points.map(({ timeSeconds }) => timeSeconds);
  await drag(page, 0.25, 0.5);
  const [from, to] = (await timeOf(page))!.split('..').map(Number);
  expect(times).toContain(from);
  expect(times).toContain(to);
  expect(from).toBeCloseTo(15, 0);
  expect(to).toBeCloseTo(30, 0);
  await page.getByText(/^15.*s to 30.*s/).waitFor();

  await page.mouse.click(...(await placeOf(page, 0.75)));
  const at = Number(await timeOf(page));
  expect(times).toContain(at);
  expect(at).toBeCloseTo(45, 0);

  await page.keyboard.down('Shift');
  await page.mouse.click(...(await placeOf(page, 0.9)));
  await page.keyboard.up('Shift');
  expect(await timeOf(page)).toMatch(new RegExp(`^${at}\\.\\.5[345]`));

  await page.keyboard.press('Escape');
  expect(await timeOf(page)).toBe(undefined);
  await page.mouse.click(...(await placeOf(page, 0.75)));
  expect(await timeOf(page)).toBe(String(at));
  await page.mouse.dblclick(...(await placeOf(page, 0.75)));
  expect(await timeOf(page)).toBe(undefined);
});

test('the wheel zooms about the pointer, drags with shift move, and a button shows all', async () => {
  const { page } = await browser.openReport(minute());
  const [x, y] = await placeOf(page, 0.5);
  await page.mouse.move(x, y);
  for (let turn = 0; turn < 3; turn++) await page.mouse.wheel(0, -240);
  const [from, to] = (await zoomOf(page)) as [number, number];
  expect(to - from).toBeCloseTo(60 / 8, 0);
  expect((from + to) / 2).toBeCloseTo(30, 0);

  await page.keyboard.down('Shift');
  await drag(page, 0.5, 0.25);
  await page.keyboard.up('Shift');
  const [movedFrom, movedTo] = (await zoomOf(page)) as [number, number];
  expect(movedTo - movedFrom).toBeCloseTo(to - from, 1);
  expect(movedFrom - from).toBeCloseTo((to - from) / 4, 0);
  expect(await timeOf(page)).toBe(undefined);

  await page.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(async () => (await stateOf(page)).has('zoom')).toBe(false);
});

test('two fingers zoom about their middle', async () => {
  const { page } = await browser.openReport(minute());
  const [x, y] = await placeOf(page, 0.5);
  const touch = await page.context().newCDPSession(page);
  const fingers = (apart: number) => [
    { x: x - apart, y, id: 1 },
    { x: x + apart, y, id: 2 },
  ];
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(50) });
  for (const apart of [100, 150, 200]) {
    await touch.send('Input.dispatchTouchEvent', {
      type: 'touchMove',
      touchPoints: fingers(apart),
    });
  }
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  const [from, to] = (await zoomOf(page)) as [number, number];
  expect(to - from).toBeCloseTo(60 / 4, 0);
  expect((from + to) / 2).toBeCloseTo(30, 0);
  expect(await timeOf(page)).toBe(undefined);
});

test('the keyboard does all of it', async () => {
  const { page, reader } = await browser.openReport(minute());
  const times = reader.timePlot().points.map(({ timeSeconds }) => timeSeconds);
  await page.locator('.time-plot').focus();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  const [from, to] = (await zoomOf(page)) as [number, number];
  expect(to - from).toBeCloseTo(60 / 1.6 ** 2, 1);
  await page.keyboard.press('ArrowRight');
  const [laterFrom] = (await zoomOf(page)) as [number, number];
  expect(laterFrom - from).toBeCloseTo(0.2 * (to - from), 1);
  await page.keyboard.press('Home');
  await expect.poll(async () => (await stateOf(page)).has('zoom')).toBe(false);

  // Once the other zoom is drawn, the keys' place stays.
  await expect
    .poll(async () => {
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Enter');
      return timeOf(page);
    })
    .toBeDefined();
  const at = Number(await timeOf(page));
  expect(times).toContain(at);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+Enter');
  const place = times.indexOf(at);
  expect(await timeOf(page)).toBe(`${at}..${times[place + 2]}`);
  await page.keyboard.press('Escape');
  expect(await timeOf(page)).toBe(undefined);
});

test('one click chooses the instant at which the most was live', async () => {
  const { page, reader } = await browser.openReport(minute());
  const { points } = reader.timePlot();
  const most = Math.max(...points.map(({ liveBytes }) => liveBytes));
  await page.getByRole('button', { name: /^▼? ?Peak/ }).click();
  const at = Number(await timeOf(page));
  expect(at).toBe(points.find(({ liveBytes }) => liveBytes === most)!.timeSeconds);
  expect(at).toBe(reader.heapSummary().total.peakSeconds);
});

test('the legend hides a series and shows it again, and the address says so', async () => {
  const { page } = await browser.openReport(minute());
  const button = page.getByRole('button', { name: 'Resident set' });
  expect(await button.getAttribute('aria-pressed')).toBe('true');
  const before = await page.locator('.time-plot canvas').screenshot();
  await button.click();
  expect(await button.getAttribute('aria-pressed')).toBe('false');
  expect((await stateOf(page)).get('line.series')).toBe('buffers,heap,used,external,capacity');
  expect((await page.locator('.time-plot canvas').screenshot()).equals(before)).toBe(false);
  await button.click();
  expect((await stateOf(page)).has('line.series')).toBe(false);
});

test('names of marks and spans are shown as text beside the figures', async () => {
  const { page } = await browser.openReport(minute());
  await page.mouse.move(...(await placeOf(page, 0.5)));
  const names = await page.locator('.time-name').allTextContents();
  expect(names).toContain('import, 20.00 s');
  expect(names.some((name) => name.startsWith('</script><img'))).toBe(true);
  expect(names.join('')).not.toContain('\u202e');
});

test('an address with times beyond the recording shows what there is', async () => {
  const { page } = await browser.openReport(minute(), {
    hash: '#time=1e9..2e9&zoom=5e8..6e8&line.series=nothing',
    width: 400,
    dark: true,
  });
  await page.getByRole('button', { name: 'Choose all' }).click();
  expect(await timeOf(page)).toBe(undefined);
  const height = await page.evaluate(
    () => document.querySelector('.time-line')!.getBoundingClientRect().height,
  );
  expect(height).toBeLessThanOrEqual(121);
});

test.each([
  { hash: '#time=4..20', says: '4.0s to 20.0s (16.0s)' },
  { hash: '#time=4.05..4.25', says: '4.050s to 4.250s (0.200s)' },
  { hash: '#time=4.05..4.25&zoom=4..6', says: '4.050s to 4.250s (0.200s)' },
  { hash: '#time=4', says: 'At 4.0s' },
  { hash: '#time=4&zoom=4..6', says: 'At 4.00s' },
])('what is chosen is told as finely as it has to be: $hash', async ({ hash, says }) => {
  const { page } = await browser.openReport(minute(), { hash });
  expect(await page.textContent('.time-chosen')).toBe(says);
});

test('the sides of a comparison are drawn while they are compared', async () => {
  const { page } = await browser.openReport(minute(), {
    hash: '#panel=compare&compare.a=0..15&compare.b=30..60',
  });
  const plot = (await page.locator('.u-over').boundingBox())!;
  const placeOf = async (side: string) => {
    const { x, width } = (await page.locator(`.time-side-${side}`).boundingBox())!;
    return { from: (x - plot.x) / plot.width, share: width / plot.width };
  };
  expect((await placeOf('a')).from).toBeCloseTo(0, 2);
  expect((await placeOf('a')).share).toBeCloseTo(0.25, 2);
  expect((await placeOf('b')).from).toBeCloseTo(0.5, 2);
  expect((await placeOf('b')).share).toBeCloseTo(0.5, 2);
  await page.getByRole('tab', { name: 'Summary' }).click();
  await page.locator('.time-side-a').waitFor({ state: 'hidden' });
});

test('by keyboard, the names of marks and spans are read with the figures of a snapshot', async () => {
  const { page, reader } = await browser.openReport(minute(), { hash: '#time=9' });
  await page.focus('.time-plot');
  await page.keyboard.press('Shift+ArrowRight');
  const read = page.locator('.time-line [role=status]').last();
  await expect.poll(() => read.textContent()).toMatch(/^10.* live.*, warm, import$/);
  const { liveBytes } = reader.timePlot().points[10]!;
  expect(await read.textContent()).toContain(formatBytes(liveBytes));
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(() => read.textContent()).toMatch(/^11.* live.*, import$/);
});
