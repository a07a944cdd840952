import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { heapSummary } from '../../src/analysis/summary.js';
import { openReport } from '../../src/page/data/report-profile.js';
import { read } from '../../src/read.js';
import type { ReportSections } from '../../src/render/report/report-data.js';
import { testBrowser } from '../support/browser.js';
import { startHeapprof } from '../support/command-line.js';
import { recording, type WrittenRecording } from '../support/recording.js';

const browser = testBrowser();
let written: WrittenRecording | undefined;
let child: ChildProcess | undefined;

afterEach(async () => {
  if (child?.exitCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  written?.cleanup();
  child = written = undefined;
});

/** Ten minutes, with an allocation every second, each of which lives for 10 seconds. */
function tenMinutes(): string {
  const builder = recording();
  for (let second = 0; second < 600; second++) {
    const options = { at: second * 1e6, type: `T${second % 3}` };
    builder.alloc('main:a.js:1 > f:a.js:2', 1000 + second, options);
    if (second < 10) continue;
    const type = `T${(second - 10) % 3}`;
    builder.free('main:a.js:1 > f:a.js:2', 990 + second, { type, age: 1e7 });
  }
  written = builder.stop().write();
  return written.filebase;
}

/** Starts `heapprof view`, and returns the page's address. */
async function view(filebase: string): Promise<string> {
  child = startHeapprof(['view', filebase, '--no-open'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let address = '';
  for await (const piece of child.stdout!) {
    address += piece;
    if (address.includes('\n')) break;
  }
  return address.trim();
}

/** The status of a request under some host name. */
async function statusOf(url: string, options: { host?: string; method?: string } = {}) {
  const { host = new URL(url).host, method = 'GET' } = options;
  const asked = request(url, { headers: { host }, method });
  asked.end();
  const [response] = await once(asked, 'response');
  response.resume();
  return response.statusCode as number;
}

test('a page that is served gets finer data where it is zoomed in, with the same numbers', async () => {
  const filebase = tenMinutes();
  const url = await view(filebase);
  const page = await browser.open(`${url}#panel=table&zoom=100..150&time=101.5..140`, {
    isServed: true,
  });
  using reader = read(filebase, 0.1);
  const { rows } = reader.heapSummary({ from: 101.5, to: 140, threshold: 0 });
  const shown = () =>
    [...document.querySelectorAll('tbody tr')].map((row) =>
      Number(row.querySelector<HTMLElement>('[data-column=average]')!.dataset.value),
    );
  const bytes = rows.map(({ averageBytes }) => averageBytes);
  // The report itself has no snapshot at 101.5 s, so that its numbers are others.
  await expect.poll(() => page.evaluate(shown), { timeout: 20_000 }).toEqual(bytes);
  // Those of the time line may still be on their way.
  await expect
    .poll(() => page.textContent('.time-finer [role=status]'), { timeout: 20_000 })
    .toBe('');
});

test('what is served of a stretch of time is as if the whole recording were that fine', async () => {
  const filebase = tenMinutes();
  const url = await view(filebase);
  const response = await fetch(`${url}digest?from=200&to=220&interval=0.5`);
  const part = await openReport((await response.json()) as ReportSections);
  using reader = read(filebase, 0.5);
  const range = { from: 200, to: 220, by: 'type', threshold: 0 } as const;
  expect(heapSummary(part, range)).toEqual(reader.heapSummary(range));
  expect(part.totals.map(({ timeMicros }) => timeMicros / 1e6).slice(0, 3)).toEqual([
    0, 199.5, 200,
  ]);
  expect(part.totals.at(-1)!.timeMicros).toBe(220e6);
});

test('nobody else is answered', async () => {
  const url = await view(tenMinutes());
  expect(await statusOf(url)).toBe(200);
  expect(await statusOf(url, { host: 'evil.example' })).toBe(403);
  expect(await statusOf(url, { method: 'POST' })).toBe(405);
  expect(await statusOf(new URL('/', url).href)).toBe(404);
  expect(await statusOf(new URL(`/${'0'.repeat(32)}/`, url).href)).toBe(404);
  expect(await statusOf(`${url}other`)).toBe(404);
  for (const query of [
    '',
    '?from=2&to=1&interval=1',
    '?from=0&to=9&interval=0',
    '?from=0&to=9&interval=1e-6',
  ]) {
    expect(await statusOf(`${url}digest${query}`)).toBe(400);
  }
  expect(await statusOf(`${url}news?edition=1`)).toBe(200);
  expect(await statusOf(`${url}news?edition=1`, { host: 'evil.example' })).toBe(403);
  expect(await statusOf(new URL('/news?edition=1', url).href)).toBe(404);
  for (const query of ['', '?edition=', '?edition=x', '?edition=-1']) {
    expect(await statusOf(`${url}news${query}`)).toBe(400);
  }
});

test('Ctrl-C ends it, and that is no error', async () => {
  await view(tenMinutes());
  child!.kill('SIGINT');
  expect(await once(child!, 'exit')).toEqual([0, null]);
});
