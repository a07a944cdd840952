import { cpSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testBrowser } from '../support/browser.js';
import { recordFixture, temporaryFolder } from '../support/record.js';
import { recording } from '../support/recording.js';

const browser = testBrowser();

const PANELS = ['summary', 'calls', 'compare', 'table', 'flow', 'lifetimes', 'gc'];

/** A recording of version 1, elsewhere, since a digest is made beside it. */
function version1(name: string): string {
  const filebase = path.join(temporaryFolder(), name);
  for (const suffix of ['.hpm', '.hpd']) {
    cpSync(`test/data/heapprof-v1/${name}${suffix}`, filebase + suffix);
  }
  return filebase;
}

const BUFFER = 'main:a.js:1 > read:a.js:2';

const RECORDINGS: Readonly<Record<string, () => string>> = {
  'without events': () => recording().stop().write().filebase,
  'without events or an end': () => recording().write().filebase,
  'of a minute without events': () => recording().at(60_000_000).stop().write().filebase,
  'of one object': () => recording().alloc('main:a.js:1', 64).at(10_000).stop().write().filebase,
  'of one object without a stack': () =>
    recording().alloc('', 64).at(10_000).stop().write().filebase,
  'of array buffers only': () =>
    recording()
      .alloc(BUFFER, 65_536, { kind: 'arrayBuffer', times: 5 })
      .free(BUFFER, 65_536, { kind: 'arrayBuffer', at: 2_000_000, age: 2_000_000 })
      .at(9_000_000)
      .stop()
      .write().filebase,
  'of which nothing is left': () =>
    recording()
      .alloc(BUFFER, 4096, { times: 5 })
      .free(BUFFER, 4096, { at: 2_000_000, age: 2_000_000, times: 5 })
      .at(9_000_000)
      .stop()
      .write().filebase,
  'of all allocations': () => recordFixture('sizes.cjs', { sample: {} }).filebase,
  'of version 1, json': () => version1('json'),
  'of version 1, mixed': () => version1('mixed'),
};

test.each(Object.keys(RECORDINGS))(
  'a recording %s opens on every panel, with nothing odd on it',
  async (name) => {
    const { page } = await browser.openReport(RECORDINGS[name]!());
    for (const panel of PANELS) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `panel=${panel}`);
      const text = () => page.getByRole('tabpanel').textContent();
      await expect.poll(text).not.toMatch(/Working|Drawing|^$/);
      const { length } = (await text())!.replace(/\s/g, '');
      expect(length, panel).toBeGreaterThan(20);
      expect(await text(), panel).not.toMatch(
        /\bNaN\b|\bundefined\b|\bnull\b|Infinity|\[object|\b1 (objects|rows|boxes|frames)\b|live for to/,
      );
    }
  },
);

test('a recording without events says so, and no panel is empty without a reason', async () => {
  const { page } = await browser.openReport(RECORDINGS['without events']!());
  const panel = page.getByRole('tabpanel');
  await panel.getByText('Nothing was recorded').waitFor();
  expect(await page.locator('[data-finding]').count()).toBe(1);
  const reasons = {
    calls: 'There is no such memory in the chosen time.',
    compare: 'A and B are the same',
    table: 'Nothing was live or allocated in this time',
    flow: 'Nothing was live at 0 s',
    lifetimes: 'The log has no allocation',
    gc: 'no records of V8’s heap',
  };
  for (const [name, reason] of Object.entries(reasons)) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `panel=${name}`);
    await panel.getByText(reason).first().waitFor();
  }
});

test('of more marks than a page can show, the summary says how many there are; and what the digest is', async () => {
  const builder = recording();
  for (let k = 0; k < 5100; k++) builder.at(k * 1000).mark(`m${k}`);
  const { filebase } = builder.alloc('main:a.js:1', 64).stop().write();
  const { page } = await browser.openReport(filebase);
  const facts = page.locator('.facts');
  await facts.getByText('5,100, of which the time line has the first 5,000').waitFor();
  await facts.getByText(/^\d+ snapshots, every .*, precision 0\.01$/).waitFor();
});
