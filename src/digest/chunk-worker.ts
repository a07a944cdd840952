// Entry of the worker threads that count chunks of a log: see ChunkCrew.
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openLog } from '../format/open.js';
import { type Chunk, ChunkCounter } from './chunk.js';
import { ChunkBoard } from './chunk-board.js';
import type { CrewTask } from './chunk-crew.js';
import type { SiteArrays } from './site-counter.js';

const task = workerData as CrewTask & { readonly port: MessagePort };
const { path, limitBytes, chunkBytes, timeIntervalMicros, traceCount, workers, port } = task;
const board = new ChunkBoard(task.memory, workers);
const log = openLog(path, undefined, { limitBytes });
const counter = new ChunkCounter(log.cursor(), timeIntervalMicros, traceCount);
for (let number = board.claim(); number !== undefined; number = board.claim()) {
  let isCounted = false;
  try {
    const arrays = receiveMessageOnPort(port)?.message as SiteArrays | undefined;
    const chunk = counter.count(number * chunkBytes, (number + 1) * chunkBytes, arrays);
    if (chunk !== undefined) port.postMessage({ number, chunk }, buffersOf(chunk));
    isCounted = chunk !== undefined;
  } finally {
    // An error ends this thread. The main thread goes through the chunk itself, meets the same, and says so.
    board.settle(number, isCounted);
  }
}
log.close();
port.close();

function buffersOf({ rows, bufferTimes, bufferBytes }: Chunk): ArrayBuffer[] {
  return [bufferTimes, bufferBytes, ...Object.values(rows)].map((array) => array.buffer);
}
