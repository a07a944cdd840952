// Creates and terminates worker threads while it is recorded, and they are too: workers.mjs ENGINE COUNT FOLDER. At any time a quarter of
// them live.
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { isProfiling, start, stop } from '../../../dist/index.js';
import { optionsOf } from './options.mjs';

if (isMainThread) {
  const [, , engine, count, folder] = process.argv;
  start(path.join(folder, 'recording'), { 128: 0.1 }, optionsOf(engine));
  const kept = [];
  const garbage = setInterval(() => kept.push(Array.from({ length: 1000 }, (_, k) => ({ k }))), 5);
  const live = [];
  for (let n = 1; n <= Number(count); n++) {
    live.push(await startWorker(n, engine, folder));
    if (live.length >= Number(count) / 4) await endWorker(live.shift(), n);
  }
  for (const worker of live) await endWorker(worker, 0);
  clearInterval(garbage);
  stop();
  console.log(kept.length);
} else {
  // A worker of a recorded thread may be recorded already.
  const { filebase, engine } = workerData;
  if (!isProfiling()) start(filebase, { 128: 0.1 }, optionsOf(engine));
  parentPort.postMessage('recorded');
  const kept = [];
  for (let n = 0; ; n++) {
    kept[n % 1000] = Array.from({ length: 100 }, (_, k) => `${n} ${k}`);
    if (n % 100 === 0) await sleep(1);
  }
}

async function startWorker(n, engine, folder) {
  const filebase = path.join(folder, `recording.w${n}`);
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { filebase, engine } });
  await once(worker, 'message');
  return worker;
}

// At another time of its life each: at once, in the middle of things, and after the recorder's first steps.
async function endWorker(worker, n) {
  await sleep((n * 37) % 400);
  await worker.terminate();
}
