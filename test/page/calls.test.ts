import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { callTree } from '../../src/analysis/call-tree/call-tree.js';
import { stacksOf } from '../../src/analysis/flame-graph.js';
import { collapsedStacks } from '../../src/render/collapsed.js';
import { flameSvg } from '../../src/render/flame-svg.js';
import { formatEstimate, formatShare } from '../../src/render/numbers.js';
import { testBrowser } from '../support/browser.js';
import { heapprof } from '../support/command-line.js';
import { recordFixture, temporaryFolder } from '../support/record.js';
import { recording, type WrittenRecording } from '../support/recording.js';

const browser = testBrowser();
let written: WrittenRecording | undefined;

afterEach(() => {
  written?.cleanup();
  written = undefined;
});

/** A program that parses, with a package, and reads buffers; 64, 32 and 4 KiB. Half of what the package made dies after a second. */
function smallRecording(): string {
  const parse = '/home/someone/app/node_modules/json-tool/parse.js:3';
  const path = `main:/home/someone/app/main.js:1 > load:/home/someone/app/load.js:7 > parse:${parse}`;
  written = recording()
    .alloc(path, 4096, { type: 'Array', times: 16 })
    .alloc('main:/home/someone/app/main.js:1 > read:/home/someone/app/io.js:3', 32_768, {
      kind: 'arrayBuffer',
    })
    .alloc('main:/home/someone/app/main.js:2', 4096, { type: 'Map' })
    .free(path, 4096, { at: 1_000_000, type: 'Array', age: 1_000_000, times: 8 })
    .at(60_000_000)
    .stop()
    .write();
  return written.filebase;
}

/** What screen readers are read of the chosen box. */
const chosenItem = (page: Page) => page.textContent('[role=treeitem][aria-selected=true]');

/** Figures of all boxes that arrow keys lead to: the first child again and again. */
async function firstPath(page: Page, steps: number): Promise<string[]> {
  await page.focus('.flame');
  const texts: string[] = [(await chosenItem(page))!];
  for (let k = 0; k < steps; k++) {
    const before = texts.at(-1)!;
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(
      (text) => document.querySelector('[role=treeitem][aria-selected=true]')!.textContent !== text,
      before,
    );
    texts.push((await chosenItem(page))!);
  }
  return texts;
}

/** Goes from the root along these keys, until the box there is this one: the tree may be about to change. */
async function walkTo(page: Page, expected: string, keys: readonly string[]): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.focus('.flame');
        await page.keyboard.press('Home');
        for (const key of keys) await page.keyboard.press(key);
        return chosenItem(page);
      },
      { timeout: 10_000 },
    )
    .toContain(expected);
}

test('arrow keys go through the tree, whose figures are read', async () => {
  const { page } = await browser.openReport(smallRecording(), { hash: '#panel=calls&time=0' });
  await page.waitForSelector('.flame');
  expect(await firstPath(page, 3)).toEqual([
    '(all): 100.0 KiB ± 0%, 100.0 % of all, 18 objects ± 0%',
    'main (main.js:1): 96.0 KiB ± 0%, 96.0 % of all, 17 objects ± 0%',
    'load (load.js:7): 64.0 KiB ± 0%, 64.0 % of all, 16 objects ± 0%',
    'parse (node_modules/json-tool/parse.js:3): 64.0 KiB ± 0%, 64.0 % of all, 16 objects ± 0%',
  ]);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  expect(await chosenItem(page)).toContain('read (io.js:3): 32.0 KiB');
  await page.keyboard.press('ArrowLeft');
  expect(await page.textContent('main [role=status]')).toContain('load (load.js:7)');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /calls\.zoom=2\.\w+/.test(location.hash));
  expect(await page.locator('.zoom-path li').allTextContents()).toEqual(['(all)', 'main', 'load']);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !location.hash.includes('zoom'));
});

test('a zoomed frame stays zoomed in the tree of another time, and in the address', async () => {
  const { page } = await browser.openReport(smallRecording(), { hash: '#panel=calls&time=0' });
  await firstPath(page, 2);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.includes('zoom'));
  await page.getByRole('button', { name: 'Choose all' }).click();
  await page.waitForFunction(() =>
    document.querySelector('.call-title')!.textContent!.includes('on average'),
  );
  expect(await page.locator('.zoom-path li').allTextContents()).toEqual(['(all)', 'main', 'load']);
  await page.reload();
  await page.waitForSelector('.zoom-path li:nth-child(3)');
  await page.getByRole('button', { name: 'Reset zoom' }).click();
  expect(new URL(page.url()).hash).toBe('#panel=calls');
});

test('of what is found, the share is that of the stacks that have it', async () => {
  const { page, reader } = await browser.openReport(smallRecording(), {
    hash: '#panel=calls&time=0&calls.search=%2Fload%7Cparse%2F',
  });
  await page.waitForSelector('.flame');
  expect(await page.textContent('output')).toBe('64.0 % in 2 frames');
  const { nodes, total } = reader.callTree({ at: 0, focus: [/load|parse/] });
  expect(nodes.bytes[0]! / total.bytes).toBe(0.64);
  await page.getByRole('searchbox', { name: 'Search frames' }).fill('/(/');
  await page.waitForFunction(() =>
    document.querySelector('output')!.textContent!.includes('Invalid regular expression'),
  );
});

test('a frame is inspected, focused and hidden, and shown again', async () => {
  const { page } = await browser.openReport(smallRecording(), { hash: '#panel=calls&time=0' });
  await page.waitForSelector('.flame');
  await walkTo(page, 'load (load.js:7)', ['ArrowDown', 'ArrowDown']);
  await page.getByRole('button', { name: 'Hide' }).click();
  const hidden = page.getByRole('list', { name: 'Hidden' });
  expect(await hidden.textContent()).toContain('load (/home/someone/app/load.js:');
  expect(new URL(page.url()).hash).toContain('calls.hide=load');
  expect(await page.evaluate(() => document.activeElement!.className)).toBe('flame');
  await walkTo(page, 'parse (node_modules/json-tool/parse.js:3)', ['ArrowDown', 'ArrowDown']);
  await hidden.getByRole('button').click();
  await walkTo(page, 'load (load.js:7)', ['ArrowDown', 'ArrowDown']);
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Inspect' }).click();
  // The root is the function, its caller is above it.
  await walkTo(page, 'main (main.js:1): 64.0 KiB ± 0%, 64.0 % of all, 16 objects ± 0%', [
    'ArrowUp',
  ]);
  expect(new URL(page.url()).hash).toContain('calls.view=inspect');
  await page.getByRole('radio', { name: 'Overview' }).check();
  await walkTo(page, 'read (io.js:3)', ['ArrowDown', 'ArrowDown', 'ArrowRight']);
  await page.getByRole('button', { name: 'Focus' }).click();
  await walkTo(page, 'main (main.js:1): 32.0 KiB ± 0%, 32.0 % of all, 1 object ± 0%', [
    'ArrowDown',
  ]);
});

test('with only my code, the frames of a package are one', async () => {
  const { page } = await browser.openReport(smallRecording(), {
    hash: '#panel=calls&time=0&calls.mine=yes',
  });
  await page.waitForSelector('.flame');
  expect((await firstPath(page, 3))[3]).toBe(
    'node_modules/json-tool: 64.0 KiB ± 0%, 64.0 % of all, 16 objects ± 0%',
  );
});

test.each([
  ['overview', 'live', []],
  ['hotspots', 'allocated-objects', ['--view', 'hotspots', '--metric', 'allocated-objects']],
  ['hotspots', 'temporary', ['--view', 'hotspots', '--metric', 'temporary', '--kind', 'heap']],
])(
  'of a real program, the %s by %s has the numbers of the command line',
  async (view, metric, args) => {
    const { filebase } = recordFixture('leaky-server.mjs', {
      args: ['300', 'leak'],
      sample: { 128: 1e-2 },
    });
    const kind = args.includes('--kind') ? '&calls.kind=heap' : '';
    const { page } = await browser.openReport(filebase, {
      hash: `#panel=calls&calls.view=${view}&calls.metric=${metric}${kind}`,
    });
    await page.waitForSelector('.flame');
    const { stdout } = heapprof([
      'flame',
      filebase,
      '--from',
      '0',
      '--threshold',
      '0',
      '--json',
      ...args,
    ]);
    const { nodes } = JSON.parse(stdout) as {
      nodes: { parent: number; share: number; bytes: number; bytesError: number }[];
    };
    const children = nodes.filter(({ parent }) => parent === 0).slice(0, 20);
    expect(children.length).toBeGreaterThan(3);
    const items = await page.locator('[role=treeitem]').allTextContents();
    for (const [place, node] of [nodes[0]!, ...children].entries()) {
      const figures = `${formatEstimate(node.bytes, node.bytesError)}, ${formatShare(node.share)} of all`;
      expect(items[place]).toContain(figures);
    }
  },
);

test('a pointer on a box shows its figures, how long its objects live, and where it is', async () => {
  const { page } = await browser.openReport(smallRecording(), { hash: '#panel=calls&time=0' });
  const box = (await page.locator('.flame canvas').boundingBox())!;
  await page.mouse.move(box.x + 20, box.y + 3 * 18 + 9);
  expect(await page.textContent('[role=tooltip]')).toBe(
    'parsenode_modules/json-tool/parse.js:3 · package json-toolbytes64.0 KiB ± 0%share64.0 % of all bytesobjects16 ± 0%local64.0 KiB ± 0%, 16 objects ± 0%half live for1.05 s (1.02 s–end)',
  );
  await page.mouse.click(box.x + 20, box.y + 2 * 18 + 9);
  await page.waitForFunction(() => location.hash.includes('zoom=2.'));
  await page.mouse.click(box.x + 20, box.y + 2 * 18 + 9, { button: 'right' });
  expect(await page.getByRole('menuitem').allTextContents()).toEqual([
    'Zoom',
    'Inspect',
    'Focus',
    'Hide',
  ]);
  await page.keyboard.press('Escape');
  expect(await page.locator('[role=menu]').count()).toBe(0);
});

test('hostile names are text', async () => {
  const evil = '<img src=x onerror=alert(1)>\u202e';
  written = recording().alloc(`main:a.js:1 > ${evil}:b.js:2`, 4096).stop().write();
  const { page } = await browser.openReport(written.filebase, { hash: '#panel=calls&time=0' });
  await page.waitForSelector('.flame');
  expect((await firstPath(page, 2))[2]).toContain('onerror=alert(1)>\\u{202e} (b.js:2)');
  await page.getByRole('button', { name: 'Hide' }).click();
  expect(await page.textContent('.frame-chip')).toContain('<img src=x onerror=alert(1)>\\u{202e}');
  expect(await page.evaluate(() => document.images.length)).toBe(0);
});

test('a recording of version 1 says that it has no temporary memory', async () => {
  // Elsewhere, since a digest is made beside it.
  const filebase = path.join(temporaryFolder(), 'mixed');
  for (const suffix of ['.hpm', '.hpd'])
    cpSync(`test/data/heapprof-v1/mixed${suffix}`, filebase + suffix);
  const { page } = await browser.openReport(filebase, {
    hash: '#panel=calls&calls.metric=temporary',
  });
  const note = page.getByRole('alert');
  await note.waitFor();
  expect(await note.textContent()).toMatch(
    /^There is no temporary memory: .* is a recording of the original heapprof, which does not say how old an object was/,
  );
  await page.getByRole('combobox', { name: 'Measured by' }).selectOption('live');
  await page.waitForSelector('.flame');
});

test.each([
  [1280, false],
  [400, true],
])('nothing of it is wider than a window of %i px', async (width, dark) => {
  const { page } = await browser.openReport(smallRecording(), {
    hash: '#panel=calls&time=0&calls.hide=a,b&calls.focus=main',
    width,
    dark,
  });
  await page.waitForSelector('.flame');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
});

test('what is shown can be had as files, the same as those of the command line', async () => {
  const { page, reader } = await browser.openReport(smallRecording(), {
    hash: '#panel=calls&calls.view=hotspots&calls.metric=allocated',
  });
  await page.waitForSelector('.flame');
  const saved = async (name: string) => {
    await page.getByRole('button', { name: 'Download' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const tree = callTree(reader, { view: 'hotspots', metric: 'allocated', from: 0 });
  const texts = { title: (await page.textContent('h1'))!, cwd: reader.hpm.facts.process?.cwd };
  const PNG_START = '\x89PNG';
  expect((await saved('PNG')).bytes.toString('latin1', 0, 4)).toBe(PNG_START);
  const svg = await saved('SVG');
  expect(svg.name).toMatch(/-call-tree\.svg$/);
  expect(svg.bytes.toString()).toBe(flameSvg(tree, texts));
  expect((await saved('Collapsed stacks')).bytes.toString()).toBe(
    [...collapsedStacks(stacksOf(tree))].join(''),
  );
  expect(gunzipSync((await saved('pprof')).bytes).length).toBeGreaterThan(100);
  expect(JSON.parse((await saved('speedscope')).bytes.toString()).profiles).toHaveLength(4);
});
