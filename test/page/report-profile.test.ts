import { expect, test } from 'vitest';
import { callTree } from '../../src/analysis/call-tree/call-tree.js';
import { METRICS } from '../../src/analysis/call-tree/metric.js';
import { flowGraph } from '../../src/analysis/flow-graph.js';
import { heapSummary } from '../../src/analysis/summary.js';
import { timePlot } from '../../src/analysis/time-plot.js';
import { openReport } from '../../src/page/data/report-profile.js';
import { type Reader, read } from '../../src/read.js';
import { findInLogs } from '../../src/render/report/find-in-logs.js';
import { makeReport } from '../../src/render/report/report.js';
import { packSections } from '../../src/render/report/report-sections.js';
import { REAL_RECORDINGS, readReal } from '../support/real-recordings.js';
import { recordFixture } from '../support/record.js';
import { recording } from '../support/recording.js';

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

test.each(REAL_RECORDINGS)('snapshots of %s are those of the digest, row by row', async (name) => {
  const reader = readReal(name);
  const report = await reportOf(reader);
  expect(report.snapshots).toHaveLength(reader.snapshots.length);
  for (const [index, snapshot] of [...reader.snapshots].entries()) {
    expect(report.snapshots.at(index)).toEqual(snapshot);
  }
  expect(report.totals).toEqual(reader.totals);
  const { traceCount } = reader.hpm.traces;
  const used = new Set([...report.snapshots].flatMap((s) => s.liveRows.map(({ trace }) => trace)));
  for (const trace of used) {
    expect(report.hpm.traces.trace(trace)).toEqual(reader.hpm.traces.trace(trace));
  }
  expect(report.hpm.traces.traceCount).toBe(traceCount);
});

test('a report that would be too large is made of a coarser digest, and says so', () => {
  const builder = recording();
  for (let k = 0; k < 400; k++) {
    const size = 100 + ((k * 7919) % 10_007);
    builder.alloc(`main:a.js:1 > f${k}:a.js:${k}`, size, { at: k * 1_000_000 });
  }
  const { filebase, cleanup } = builder.stop().write();
  using reader = read(filebase, 1, 0);
  const { length } = makeReport(reader).html;
  const { html, coarsened } = makeReport(reader, { maxBytes: length - 10_000 });
  expect(html.length).toBeLessThan(length - 10_000);
  expect(coarsened).toMatch(/^To stay below .*; heapprof view has all of it\.$/);
  expect(reader.snapshotInterval).toBe(1);
  expect(() => makeReport(reader, { maxBytes: 1000 })).toThrow(
    /does not fit into 1000 B, however coarse; look at it with heapprof view\.$/,
  );
  cleanup();
});
