// How large reports are, and how fast the page answers in Debian's chromium, by the number of nodes of the call tree.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { median } from './statistics.mjs';

const script = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Debian's. */
const CHROMIUM = '/usr/bin/chromium';
const NODES = [1_000, 100_000, 1_000_000];
const QUICK_NODES = [1_000];
const INTERACTIONS = 20;
/** Longer than anything should take. */
const PATIENCE_MS = 180_000;
const SETTLE_MS = 400;

/** Rows of the tables `page` and `report`. */
export async function measurePage({ quick }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-bench-'));
  try {
    const page = [];
    for (const nodes of quick ? QUICK_NODES : NODES) page.push(await pageRow(folder, nodes));
    return { page, report: [dayRow(folder, quick)] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function pageRow(folder, nodes) {
  const filebase = path.join(folder, `tree${nodes}`);
  run(script('tree-recording.mjs'), filebase, nodes);
  const html = `${filebase}.html`;
  const report = JSON.parse(run(script('report-run.mjs'), filebase, html));
  const url = pathToFileURL(html).href;
  const context = await chromium.launchPersistentContext(path.join(folder, `profile${nodes}`), {
    executablePath: CHROMIUM,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    viewport: { width: 1280, height: 800 },
  });
  try {
    const numbers = await opened(context, `${url}#panel=summary`, 'numbers');
    const { page, ms: flameMs } = await opened(context, `${url}#panel=calls`, 'flame');
    const rest = await interactions(page);
    return {
      nodes: report.nodes.toLocaleString('en-US'),
      'report, MB': (report.bytes / 1e6).toFixed(1),
      'written in, s': (report.ms / 1000).toFixed(1),
      'first paint, ms': Math.round(numbers.paintMs),
      'with numbers, ms': Math.round(numbers.ms),
      'flame graph, ms': Math.round(flameMs),
      ...rest,
    };
  } finally {
    await context.close();
  }
}

/** A page that was opened, and after how many milliseconds it had something to show. */
async function opened(context, url, what) {
  const page = await context.newPage();
  await page.addInitScript(waitForPage, what);
  await page.goto(url);
  await page.waitForFunction(() => window.benchMs !== undefined, undefined, {
    timeout: PATIENCE_MS,
  });
  const [ms, paintMs] = await page.evaluate(() => [
    window.benchMs,
    performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  ]);
  return { page, ms, paintMs };
}

/** Runs in the page: notes when the panel has figures, or its flame graph has been drawn, and the browser has shown that. */
function waitForPage(what) {
  const isThere = () => {
    const panel = document.querySelector('[role=tabpanel]');
    if (what === 'numbers') return /\d [KMG]iB/.test(panel?.textContent ?? '');
    const canvas = panel?.querySelector('.flame canvas');
    if (!canvas || canvas.width === 0 || canvas.height === 0) return false;
    const { data } = canvas.getContext('2d').getImageData(canvas.width / 2, 8, 1, 1);
    return data[3] > 0;
  };
  const look = () => {
    if (!isThere()) return requestAnimationFrame(look);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      window.benchMs = performance.now();
    };
    port2.postMessage(undefined);
  };
  requestAnimationFrame(look);
}

/** Milliseconds from an event to the end of the frame that follows it, of each sort of interaction. */
async function interactions(page) {
  await page.evaluate(() => {
    window.benchTimes = [];
    for (const type of ['pointermove', 'mousemove', 'click', 'keydown', 'input']) {
      addEventListener(
        type,
        ({ timeStamp }) => {
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => window.benchTimes.push(performance.now() - timeStamp);
            port2.postMessage(undefined);
          });
        },
        true,
      );
    }
  });
  const box = await page.locator('.flame canvas').boundingBox();
  const at = (k) => ({
    x: box.x + box.width * (0.05 + 0.9 * ((k * 0.618) % 1)),
    y: box.y + Math.min(box.height, 400) * (0.1 + 0.8 * ((k * 0.414) % 1)),
  });
  const measure = async (act) => {
    const worst = [];
    for (let k = 0; k < INTERACTIONS; k++) {
      await page.evaluate(() => {
        window.benchTimes = [];
      });
      await act(k);
      await page.waitForFunction(() => window.benchTimes.length > 0, undefined, {
        timeout: PATIENCE_MS,
      });
      worst.push(await page.evaluate(() => Math.max(...window.benchTimes)));
      await page.waitForTimeout(SETTLE_MS / 4);
    }
    return `${Math.round(median(worst))} / ${Math.round(Math.max(...worst))}`;
  };
  const hover = await measure((k) => page.mouse.move(at(k).x, at(k).y));
  const zoom = await measure(async (k) => {
    await page.mouse.click(at(k).x, at(k).y);
    if (k % 2 === 1) await page.keyboard.press('Escape');
  });
  await page.keyboard.press('Escape');
  const search = page.getByRole('searchbox').first();
  await search.focus();
  const text = 'function1234function';
  const typed = await measure((k) => page.keyboard.press(text[k]));
  return { 'hover, ms': hover, 'zoom, ms': zoom, 'search, ms': typed };
}

/** A day by the minute. */
function dayRow(folder, quick) {
  const filebase = path.join(folder, 'day');
  const events = quick ? 1_000_000 : 10_000_000;
  run(
    script('../generate-log.mjs'),
    filebase,
    '--version',
    2,
    '--events',
    events,
    '--traces',
    10_000,
  );
  const report = JSON.parse(run(script('report-run.mjs'), filebase, `${filebase}.html`, 1440));
  return {
    what: '1,440 snapshots of 10,000 traces',
    'MB (limit 10)': (report.bytes / 1e6).toFixed(2),
    'written in, s': (report.ms / 1000).toFixed(1),
    'made coarser': report.coarsened ?? 'no',
  };
}

function run(file, ...args) {
  return execFileSync(process.execPath, [file, ...args.map(String)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
}
