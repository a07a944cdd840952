import path from 'node:path';
import { chromium } from 'playwright-core';
import { withInspectedNode } from './inspected-node.mjs';

const TOP_ROWS = 20;
const TIMEOUT_MILLIS = 120_000;

/** Chrome's DevTools, in Chromium without a window, load our `.heapprofile` in the memory panel: its table then has our bytes. */
export async function* judgeInDevTools({ filebase, folder, run, heapprof, ourJson }) {
  const file = path.join(folder, 'profile.heapprofile');
  heapprof('export', filebase, '--format', 'heapprofile', '--at', 'peak', '-o', file);
  const executablePath = run('which', ['chromium']).trim();
  const rows = await withInspectedNode((address) => tableOf(file, address, executablePath));

  const { nodes, total } = ourJson(
    ...['--at', 'peak', '--view', 'hotspots', '--max-depth', '1', '--threshold', '0'],
  );
  const ours = nodes
    .filter(({ depth, localBytes }) => depth === -1 && localBytes > 0)
    .map(({ frame, localBytes }) => `${shownName(frame)} ${localBytes}`);
  const top = rows.slice(0, TOP_ROWS);
  const agreeing = top.filter(({ name, selfBytes }) => ours.includes(`${name} ${selfBytes}`));
  yield verdict(
    `"${top[0]?.name}" leads with ${top[0]?.selfBytes} bytes, ours "${ours[0]}"`,
    top.length > 0 && ours[0] === `${top[0].name} ${top[0].selfBytes}`,
  );
  yield verdict(
    `${agreeing.length} of the top ${top.length} functions have our bytes`,
    agreeing.length === top.length,
  );
  const sum = rows.reduce((bytes, { selfBytes }) => bytes + selfBytes, 0);
  yield verdict(
    `${rows.length} functions with ${sum} bytes, ours ${total.bytes}`,
    sum === total.bytes,
  );
}

/** The rows of DevTools' table of a profile, bottom up: the functions that allocated, the largest first. */
async function tableOf(file, address, executablePath) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(TIMEOUT_MILLIS);
    // The front end that Chromium brings along, for programs of Node.js.
    await page.goto(`devtools://devtools/bundled/js_app.html?ws=${address}&panel=heap-profiler`);
    await page.getByRole('tab', { name: 'Memory' }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Load profile' }).first().click(),
    ]);
    await chooser.setFiles(file);
    await page.getByRole('treeitem', { name: 'Loaded' }).click();
    const cell = 'td.numeric-column[aria-label*=" bytes"]';
    await page.locator(cell).first().waitFor();
    // Sizes are shown rounded; a cell's label, for screen readers, has all digits.
    return await page.locator(`tr:has(${cell})`).evaluateAll((lines) =>
      lines.map(({ cells: [self, , name] }) => ({
        selfBytes: Number.parseInt(self.ariaLabel, 10),
        // A link to the line may come after it.
        name: name.firstChild.textContent,
      })),
    );
  } finally {
    await browser.close();
  }
}

/** A frame as DevTools name it. */
function shownName(frame) {
  if (frame === '(other)') return frame;
  return / \(.+:\d+\)$/.test(frame) ? frame.replace(/ \(.+:\d+\)$/, '') : '(anonymous)';
}

function verdict(says, isGood) {
  return { tool: 'DevTools', says, isGood };
}
