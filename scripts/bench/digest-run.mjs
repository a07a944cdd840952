// One process of the digest benchmark: digest-run.mjs FILEBASE. Prints as JSON {decodeMs, digestMs, digestOnlyMs, digest200Ms, peakBytes}:
// going through the log without doing anything with it; opening the recording and digesting it at the default interval of 60 seconds, with and
// without the opening, in which code is not yet compiled; and into 200 snapshots.
import { performance } from 'node:perf_hooks';
import { openRecording } from '../../dist/format/open.js';
import { Reader, read } from '../../dist/index.js';

const [, , filebase] = process.argv;

function timed(action) {
  const before = performance.now();
  action();
  return performance.now() - before;
}

function digest(timeInterval) {
  return timed(() => read(filebase, { timeInterval, precision: 0.01 }).close());
}

const digestMs = digest(60);
const peakBytes = process.resourceUsage().maxRSS * 1024;
const openMs = timed(() => new Reader(filebase).close());
const decodeMs = timed(() => {
  const recording = openRecording(filebase);
  for (const _ of recording.log.items());
  recording.close();
});
const reader = read(filebase);
const elapsedSeconds = reader.elapsedTime;
reader.close();
const digest200Ms = digest(elapsedSeconds / 200);
console.log(
  JSON.stringify({
    decodeMs: decodeMs - openMs,
    digestMs,
    digestOnlyMs: digestMs - openMs,
    digest200Ms,
    peakBytes,
  }),
);
