// One process of the digest benchmark: digest-run.mjs FILEBASE. Prints {digestMs, decodeMs, peakBytes} as JSON.
import { performance } from 'node:perf_hooks';
import { openRecording } from '../../dist/format/open.js';
import { read } from '../../dist/index.js';

const [, , filebase] = process.argv;

function timed(action) {
  const before = performance.now();
  action();
  return performance.now() - before;
}

const decodeMs = timed(() => {
  const recording = openRecording(filebase);
  for (const _ of recording.log.items());
  recording.close();
});
const digestMs = timed(() => {
  read(filebase, { timeInterval: 0.9 + Math.random() / 10, precision: 0.01 }).close();
});
console.log(
  JSON.stringify({ decodeMs, digestMs, peakBytes: process.resourceUsage().maxRSS * 1024 }),
);
