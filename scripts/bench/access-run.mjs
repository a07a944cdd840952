// How fast a digest answers: access-run.mjs FILEBASE. Prints as JSON {openMs, snapshotMs, timePlotMs}: opening a digest of 1,440 snapshots, the median of a
// hundred snapshots anywhere in it, and a time plot of all of them with one line.
import { performance } from 'node:perf_hooks';
import { openDigest } from '../../dist/format/open-digest.js';
import { read } from '../../dist/index.js';
import { median } from './statistics.mjs';

const [, , filebase] = process.argv;

function timed(action) {
  const before = performance.now();
  action();
  return performance.now() - before;
}

const first = read(filebase);
const seconds = first.elapsedTime;
first.close();
read(filebase, { timeInterval: seconds / 1438.5, precision: 0 }).close();

const openMs = timed(() => openDigest(`${filebase}.hpc`).close());
const reader = read(filebase);
const times = Array.from({ length: 100 }, (_, k) => (((k * 37) % 100) / 100) * seconds);
const snapshotMs = median(times.map((time) => timed(() => reader.snapshotAt(time))));
const timePlotMs = timed(() => reader.timePlot({ line: 'generated.js:100' }));
reader.close();
console.log(JSON.stringify({ openMs, snapshotMs, timePlotMs }));
