// Makes the picture of the page in the README, docs/images/page.png: records the shop in scripts/page-picture/, writes its report and has
// Debian's chromium draw the call trees. Needs dist/, the addon (npm run build) and chromium (npm run browser). Writes to out/page-picture/ too.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const FOLDER = 'out/page-picture';
const PROGRAM = 'scripts/page-picture';
const FILEBASE = `${FOLDER}/shop`;
const REPORT = `${FOLDER}/report.html`;
const PICTURE = 'docs/images/page.png';

/** The calls of the program's own code. */
const HASH = '#panel=calls&calls.mine=yes';

/** What leaks: the pointer is on it. */
const LEAK = 'rememberOrder';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
mkdirSync(FOLDER, { recursive: true });
const sample = ['--sample', '{"128": 1e-2, "8192": 0.5}'];
// From its own folder, so that paths are short.
heapprof(
  ['run', '-o', path.resolve(FILEBASE), ...sample, '--', '--expose-gc', 'shop.mjs'],
  PROGRAM,
);
heapprof(['report', FILEBASE, '-o', REPORT]);

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 740 } });
await page.goto(pathToFileURL(path.resolve(REPORT)).href + HASH);
await page.waitForSelector('.flame');
// Fonts and the time line come a moment later.
await page.waitForTimeout(1000);
await pointAtLeak();
await page.screenshot({ path: PICTURE });
await browser.close();

/** Moves the pointer over the boxes, row by row, until it is on what leaks. */
async function pointAtLeak() {
  const { x, y, width, height } = await page.locator('.flame canvas').boundingBox();
  for (let down = 9; down < height; down += 18) {
    for (let right = 20; right < width; right += 40) {
      await page.mouse.move(x + right, y + down);
      const name = page.locator('[role=tooltip] b');
      if ((await name.count()) > 0 && (await name.textContent()) === LEAK) return;
    }
  }
  console.error(`${REPORT} has no box of ${LEAK} that the pointer could find.`);
  process.exit(1);
}

/** @param {string[]} args @param {string} [cwd] */
function heapprof(args, cwd) {
  const { status } = spawnSync(process.execPath, [path.resolve('dist/cli/main.js'), ...args], {
    ...(cwd && { cwd }),
    stdio: 'inherit',
    timeout: 120_000,
  });
  if (status !== 0) process.exit(status ?? 1);
}
