// Writes a report: report-run.mjs FILEBASE HTML [SNAPSHOTS]. Prints as JSON {ms, bytes, nodes, coarsened}; the digest is made before, with so many snapshots (3 unless said otherwise), each
// of them with all traces if there are few snapshots. Of a few snapshots the limit of a report's size is not kept, so that large trees can be measured.
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { read } from '../../dist/index.js';
import { makeReport } from '../../dist/render/report/report.js';

const [, , filebase, html, snapshots] = process.argv;
const isTree = snapshots === undefined;

const first = read(filebase);
const seconds = first.elapsedTime;
first.close();
const timeInterval = isTree ? seconds / 2 : seconds / (Number(snapshots) - 1.5);
const reader = read(filebase, { timeInterval, ...(isTree && { precision: 0 }) });
const before = performance.now();
const report = makeReport(reader, isTree ? { maxBytes: Number.POSITIVE_INFINITY } : {});
const ms = performance.now() - before;
writeFileSync(html, report.html);
console.log(
  JSON.stringify({
    ms,
    bytes: Buffer.byteLength(report.html),
    nodes: isTree ? reader.callTree({ from: 0 }).nodes.count - 1 : undefined,
    snapshots: reader.totals.length,
    coarsened: report.coarsened,
  }),
);
reader.close();
