import { expect, test } from 'vitest';
import { testBrowser } from '../support/browser.js';
import { recording } from '../support/recording.js';

const browser = testBrowser();

/** A row of the table: what its cells stand for, and the text of the last. */
const readTable = () =>
  [...document.querySelectorAll('tbody tr')].map((row) => ({
    numbers: [...row.querySelectorAll<HTMLElement>('td[data-value]')].map((cell) =>
      Number(cell.dataset.value),
    ),
    name: row.lastElementChild!.textContent,
  }));

function smallRecording() {
  return recording()
    .alloc('main:app.js:1 > load:app.js:7', 4096, { type: 'Array', times: 10 })
    .heap({ timeMicros: 1_000_000, usedAfterBytes: 1_000_000, limitBytes: 4_000_000 })
    .alloc('main:app.js:1 > read:io.js:3', 65_536, { kind: 'arrayBuffer', at: 30_000_000 })
    .free('main:app.js:1 > load:app.js:7', 4096, { at: 90_000_000, type: 'Array', age: 90_000_000 })
    .at(120_000_000)
    .stop()
    .write();
}

test('the table has the numbers of the heap summary', async () => {
  const { filebase, cleanup } = smallRecording();
  const { page, reader } = await browser.openReport(filebase, { hash: '#panel=table' });
  await page.waitForSelector('tbody tr');
  const { rows } = reader.heapSummary({ threshold: 0 });
  expect(await page.evaluate(readTable)).toEqual(
    rows.map((row) => ({
      numbers: [row.averageBytes, row.peakBytes, row.share, row.averageObjects, row.allocatedBytes],
      name:
        row.subject.by === 'type' && row.subject.kind === 'heap'
          ? row.subject.type
          : expect.any(String),
    })),
  );
  cleanup();
});
