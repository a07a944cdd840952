import { crc32 as nodeCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callTree } from '../../src/analysis/call-tree/call-tree.js';
import { METRICS } from '../../src/analysis/call-tree/metric.js';
import { flowGraph } from '../../src/analysis/flow-graph.js';
import { heapSummary } from '../../src/analysis/summary.js';
import { timePlot } from '../../src/analysis/time-plot.js';
import { openReport } from '../../src/page/data/report-profile.js';
import { crc32 } from '../../src/page/stand-ins/node-zlib.js';
import { type Reader, read } from '../../src/read.js';
import { findInLogs } from '../../src/render/report/find-in-logs.js';
import { makeReport } from '../../src/render/report/report.js';
import { packSections } from '../../src/render/report/report-sections.js';
import { recordFixture } from '../support/record.js';
import { member, recording, writeFamily } from '../support/recording.js';

/** The report of a recording as the page opens it. */
const reportOf = (reader: Reader) => openReport(packSections(reader, findInLogs(reader)));

test('every analysis of a report is that of the recording', async () => {
  const { filebase } = recordFixture('leaky-server.mjs', {
    args: ['300', 'leak'],
    sample: { 128: 1e-2 },
  });
  using reader = read(filebase, 0.02);
  const report = await reportOf(reader);
  expect(timePlot(report)).toEqual(reader.timePlot());
  for (const by of ['type', 'line', 'trace', 'file', 'thread'] as const) {
    expect(heapSummary(report, { by })).toEqual(reader.heapSummary({ by }));
  }
  const last = reader.snapshots.length - 1;
  const range = { from: 0, to: reader.elapsedTime };
  expect(flowGraph([report.snapshots.at(last)!], report.hpm.traces)).toEqual(
    reader.flowGraph(reader.snapshots.at(last)!),
  );
  for (const metric of METRICS.filter((metric) => !metric.startsWith('temporary'))) {
    expect(callTree(report, { ...range, metric })).toEqual(reader.callTree({ ...range, metric }));
  }
});

test('temporary memory of any range of snapshots is what the logs have', async () => {
  const root = member(1, { sampling: { by: 'interval', intervalBytes: 4096 } });
  const worker = member(2, { afterRootMicros: 5_000_000 });
  for (let second = 0; second < 30; second++) {
    const survived = second % 3;
    const options = { at: second * 1_000_000, survived, type: second % 2 ? 'A' : 'B' };
    root
      .alloc('main:a.js:1 > f:a.js:2', 1000, options)
      .free('main:a.js:1 > f:a.js:2', 1000, options);
    worker.alloc('work:w.js:1', 500, options).free('work:w.js:1', 500, options);
  }
  const { filebase, cleanup } = writeFamily({ '': root.stop(), '.w1': worker.stop() });
  using reader = read(filebase, 10);
  const report = await reportOf(reader);
  for (const time of [{ from: 0 }, { from: 10, to: 20 }, { from: 10, to: 10 }, { at: 20 }]) {
    const options = { ...time, metric: 'temporary' } as const;
    const [ofPage, ofLogs] = [callTree(report, options), reader.callTree(options)];
    // Bytes of a stretch are rounded to whole ones.
    expect(Math.abs(ofPage.total.bytes - ofLogs.total.bytes)).toBeLessThanOrEqual(6);
    expect(ofPage.total.bytesError).toBeCloseTo(ofLogs.total.bytesError, -1);
    expect([...ofPage.frames]).toEqual([...ofLogs.frames]);
  }
  // Of the root f's, those of seconds 12, 15 and 18; of the worker's, those of its seconds 6, 9, 12 and 15.
  const { objects } = reader.callTree({ from: 10, to: 20, metric: 'temporary' }).total;
  expect(objects).toBeGreaterThan(7);
  cleanup();
});

test('a report that would be too large is made of a coarser digest, and says so', () => {
  const builder = recording();
  for (let k = 0; k < 400; k++) {
    builder.alloc(`main:a.js:1 > f${k}:a.js:${k}`, 100 + 10 * k, { at: k * 1_000_000 });
  }
  const { filebase, cleanup } = builder.stop().write();
  using reader = read(filebase, 1, 0);
  const { length } = makeReport(reader).html;
  const { html, coarsened } = makeReport(reader, { maxBytes: length - 20_000 });
  expect(html.length).toBeLessThan(length - 20_000);
  expect(coarsened).toMatch(/^To stay below .*; heapprof view has all of it\.$/);
  expect(reader.snapshotInterval).toBe(1);
  expect(() => makeReport(reader, { maxBytes: 1000 })).toThrow(
    /does not fit into 1000 B, however coarse; look at it with heapprof view\.$/,
  );
  cleanup();
});

test('the stand-in for crc32 sums as zlib does', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(crc32(b, crc32(a))).toBe(nodeCrc32(b, nodeCrc32(a)));
    }),
  );
});
