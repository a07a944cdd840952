import { afterEach, expect, test } from 'vitest';
import { surveyFamily } from '../../src/analysis/family-survey.js';
import { formatBytes } from '../../src/base/units.js';
import { read } from '../../src/read.js';
import { formatShare, formatTime } from '../../src/render/numbers.js';
import { testBrowser } from '../support/browser.js';
import { heapprof } from '../support/command-line.js';
import { member, type WrittenRecording, writeFamily } from '../support/recording.js';

const browser = testBrowser();
let written: WrittenRecording | undefined;

afterEach(() => {
  written?.cleanup();
  written = undefined;
});

const MIB = 2 ** 20;
const SECOND = 1_000_000;

/** A second of one thread: what it keeps, what dies at once, and a garbage collection. */
function live(builder: ReturnType<typeof member>, seconds: number, name: string, limit: number) {
  for (let second = 0; second < seconds; second++) {
    const at = second * SECOND;
    const path = `main:${name}.js:1 > keep:${name}.js:7`;
    builder.alloc(path, 65_536, { at, type: 'Session' });
    builder.alloc(path, 32_768, { at, type: 'Row', times: 4 });
    builder.free(path, 32_768, { at: at + 500_000, type: 'Row', age: 500_000, times: 4 });
    builder.heap({
      timeMicros: at + 500_000,
      gcKind: second % 2 ? 4 : 1,
      pauseMicros: 1000 * (1 + second),
      usedBeforeBytes: (2 + second) * MIB,
      usedAfterBytes: (1 + second) * MIB,
      limitBytes: limit,
    });
  }
  return builder.at(seconds * SECOND).stop();
}

/** A root of 20 seconds, three workers from its 2nd to its 12th, of which one is nearly out of memory, and a child of 5 seconds. */
function family(): string {
  const workers = ['parse', 'render', '<b>store\u202e</b>'].map((threadName, k) => {
    const worker = member(2 + k, {
      afterRootMicros: 2 * SECOND,
      description: { threadId: k + 1, threadName },
    });
    return live(worker, 10, `w${k}`, k === 2 ? 12 * MIB : 4096 * MIB);
  });
  const child = member(9, {
    afterRootMicros: 6 * SECOND,
    description: { pid: 99, argv: ['node', '/srv/child.js'] },
  });
  written = writeFamily({
    '': live(member(1), 20, 'root', 4096 * MIB),
    '.w1': workers[0]!,
    '.w2': workers[1]!,
    '.w3': workers[2]!,
    '.p99': live(child, 5, 'child', 2048 * MIB),
  });
  // The digest that everything on the page is from: a snapshot every second.
  read(written.filebase, 1).close();
  return written.filebase;
}

const LABELS = [
  'main',
  'worker 1 "parse"',
  'worker 2 "render"',
  'worker 3 "<b>store\\u{202e}</b>"',
  'process 99 (child.js)',
];

/** The cells of a table for people, row by row. */
const cellsOf = (rows: Element[]) =>
  rows.map((row) => [...row.children].map((cell) => cell.textContent!.trim()));

test('the summary has a row for each thread, with a heap and collections of its own', async () => {
  const { page, reader } = await browser.openReport(family());
  await page.waitForSelector('.of-threads');
  const rows = await page.locator('.of-threads tbody tr').evaluateAll(cellsOf);
  const { members } = surveyFamily(reader.members);
  expect(rows.map(([label]) => label)).toEqual(LABELS);
  for (const [k, [, start, length, events, heap, share, collections, pauses, pauseShare, end]] of [
    ...rows.entries(),
  ]) {
    const { startSeconds, log } = members[k]!;
    const seconds = [20, 10, 10, 10, 5][k]!;
    expect([start, length]).toEqual([formatTime(startSeconds), formatTime(seconds)]);
    expect(events).toBe(String(log.allocations + log.frees));
    const most = (1 + seconds) * MIB;
    const limit = [4096, 4096, 4096, 12, 2048][k]! * MIB;
    expect([heap, share]).toEqual([formatBytes(most), formatShare(most / limit)]);
    expect(collections).toBe(String(seconds));
    const paused = (seconds * (seconds + 1)) / 2000;
    expect([pauses, pauseShare]).toEqual([formatTime(paused), formatShare(paused / seconds)]);
    expect(end).toBe('stopped');
  }
});

test('a thread that is nearly out of memory is a finding, however much the others have left', async () => {
  const { page } = await browser.openReport(family());
  const finding = page.locator('[data-finding=threadCapacity]');
  // Figures do not part from their units.
  expect((await finding.textContent())!.replaceAll('\u00a0', ' ')).toContain(
    'worker 3 "<b>store\\u{202e}</b>"11.0 MiB of its heap were in use, 91.7 % of the 12.0 MiB that V8 lets it grow to.',
  );
  await finding.getByRole('link', { name: 'Garbage collection' }).click();
  await page.waitForSelector('.gc .of-threads');
});

test('of garbage collection, each thread has the share of its own time, in a range too', async () => {
  const { page } = await browser.openReport(family(), { hash: '#panel=gc&time=0..6' });
  await page.waitForSelector('.of-threads');
  const rows = await page.locator('.of-threads tbody tr').evaluateAll(cellsOf);
  // The root had 6 of its collections by then, of 1 to 6 ms; the workers, which began after 2 s, 4 in 4 seconds. The child had none.
  expect(rows).toEqual([
    [LABELS[0], '6', '21 ms', '0.4 %', '7.0 MiB', '4.0 GiB'],
    [LABELS[1], '4', '10 ms', '0.3 %', '5.0 MiB', '4.0 GiB'],
    [LABELS[2], '4', '10 ms', '0.3 %', '5.0 MiB', '4.0 GiB'],
    [LABELS[3], '4', '10 ms', '0.3 %', '5.0 MiB', '12.0 MiB'],
  ]);
  const share = await page
    .locator('[data-figure="Time in garbage collection"]')
    .getAttribute('data-value');
  expect(Number(share)).toBeCloseTo(0.051 / (6 + 3 * 4));
});

test('the table by thread, and leaks by thread, are those of the command line', async () => {
  const filebase = family();
  const { page, reader } = await browser.openReport(filebase, {
    hash: '#panel=table&table.by=thread&table.threshold=0',
  });
  await page.waitForSelector('tbody tr');
  const shown = await page
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [
        row.querySelector('.name')!.textContent,
        Number(row.querySelector<HTMLElement>('[data-column=average]')!.dataset.value),
      ]),
    );
  const { rows } = reader.heapSummary({ by: 'thread', threshold: 0 });
  expect(shown.map(([, bytes]) => bytes)).toEqual(rows.map(({ averageBytes }) => averageBytes));
  expect(shown.map(([name]) => name).sort()).toEqual([...LABELS].sort());

  await page.getByRole('tab', { name: 'Lifetimes' }).click();
  const panel = page.getByRole('tabpanel');
  const sentence = heapprof(['leaks', filebase])
    .stdout.split('\n')
    .find((line) => line.startsWith('Full garbage collections:'))!;
  expect(sentence).toMatch(
    / worker 1 "parse" 5, .*, process 99 \(child\.js\) 2, and in each thread 6 are needed/,
  );
  // The root had enough of them.
  expect(sentence).not.toContain('main');
  expect((await panel.textContent())!.split(sentence)).toHaveLength(2);
});

test.each([
  ['summary', 1280],
  ['summary', 400],
  ['gc', 400],
])('the panel %s of a family is no wider than %i px', async (panel, width) => {
  const { page } = await browser.openReport(family(), { hash: `#panel=${panel}`, width });
  await page.waitForSelector('.of-threads');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
});
