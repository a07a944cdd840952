// Starts and stops recordings, one after the other: restart.mjs ENGINE COUNT FILEBASE [MALLOC ADDON]. Prints as JSON what the process has
// after a third of them and at the end: { resident, heap, malloc } in bytes, descriptors and threads.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { start, stop } from '../../../dist/index.js';
import { optionsOf } from './options.mjs';

const [, , engine, count, filebase, mallocAddon] = process.argv;
const mallocBytes = mallocAddon ? createRequire(import.meta.url)(mallocAddon) : () => 0;
const options = optionsOf(engine);

async function measure() {
  globalThis.gc?.();
  // What was closed is closed in a turn of the loop.
  await sleep(100);
  const { rss, heapUsed } = process.memoryUsage();
  return {
    resident: rss,
    heap: heapUsed,
    malloc: mallocBytes(),
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
  };
}

const third = Math.floor(Number(count) / 3);
const measured = [];
for (let i = 1; i <= Number(count); i++) {
  start(filebase, undefined, options);
  stop();
  if (i === third || i === Number(count)) measured.push(await measure());
}
console.log(JSON.stringify({ between: Number(count) - third, measured }));
