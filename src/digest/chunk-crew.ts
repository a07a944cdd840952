import { availableParallelism } from 'node:os';
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from 'node:worker_threads';
import { OWN_WORKER_NAME } from '../base/own-worker.js';
import type { Chunk } from './chunk.js';
import { ChunkBoard } from './chunk-board.js';

/** A log of version 2 that is to be read in chunks. */
export interface ChunkedLog {
  readonly path: string;
  /** What lies beyond is not read. */
  readonly limitBytes: number;
  readonly timeIntervalMicros: number;
  readonly traceCount: number;
}

/** Where the chunks of a log come from. Number k is that of the blocks that begin from k × `chunkBytes` on, and before the next. */
export interface ChunkSource {
  readonly chunkBytes: number;
  /** A chunk; undefined where there is none. Numbers rise from call to call. */
  reach(number: number): Chunk | undefined;
  /** Takes back the memory of a chunk's rows, which are not needed any more. */
  giveBack(chunk: Chunk): void;
  /** Ends the work. */
  close(): void;
}

/**
 * Begins to read a log in chunks.
 * @param place where the reading begins, bytes from the start of the file
 * @returns undefined where that is not worth while
 */
export type StartChunks = (log: ChunkedLog, place: number) => ChunkSource | undefined;

/** How many threads a crew has beside the main thread, and into what parts the log is divided. */
export interface CrewSize {
  readonly workers: number;
  readonly chunkBytes: number;
}

/** Large enough that handing over does not matter, small enough that what is counted ahead takes little memory. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Until a worker has started, the main thread has read half as much. */
const LEAST_BYTES = 64 * 1024 * 1024;

/** Each takes some 40 MB, and what more of them count the main thread could hardly add up. */
const MOST_WORKERS = 2;

/** Starts a crew where the log is long and the machine has more than one core. */
export const startCrew: StartChunks = (log, place) => {
  const workers = Math.min(availableParallelism() - 1, MOST_WORKERS);
  const isWorthWhile = workers > 0 && log.limitBytes - place >= LEAST_BYTES;
  return isWorthWhile ? new ChunkCrew(log, { workers, chunkBytes: CHUNK_BYTES }) : undefined;
};

/** What a worker has to know. */
export interface CrewTask extends ChunkedLog, CrewSize {
  readonly memory: SharedArrayBuffer;
}

/**
 * Worker threads that count chunks of a log ahead of the main thread. Which block is the first of a part of the file, a worker finds by itself: the main thread
 * looks whether it comes to the same one.
 *
 * The crew only saves time: where a worker does not start, fails, or cannot count a chunk, the main thread goes through the blocks itself.
 */
export class ChunkCrew implements ChunkSource {
  readonly chunkBytes: number;
  readonly #board: ChunkBoard;
  readonly #workers: Worker[] = [];
  readonly #ports: MessagePort[] = [];
  readonly #counted = new Map<number, { readonly chunk: Chunk; readonly port: MessagePort }>();
  /** Whose the last chunk was. */
  #lender: MessagePort | undefined;

  constructor(log: ChunkedLog, size: CrewSize) {
    this.chunkBytes = size.chunkBytes;
    const memory = ChunkBoard.memoryFor(Math.ceil(log.limitBytes / size.chunkBytes));
    this.#board = new ChunkBoard(memory, size.workers);
    for (let k = 0; k < size.workers; k++) this.#start({ ...log, ...size, memory });
  }

  /** May wait for a worker that is at this chunk. */
  reach(number: number): Chunk | undefined {
    return this.#board.reach(number) ? this.#receive(number) : undefined;
  }

  giveBack({ rows }: Chunk): void {
    const buffers = Object.values(rows).map((array) => array.buffer as ArrayBuffer);
    this.#lender?.postMessage(rows, buffers);
  }

  close(): void {
    this.#board.close();
    for (const port of this.#ports) port.close();
    for (const worker of this.#workers) void worker.terminate();
  }

  #start(task: CrewTask): void {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(new URL('./chunk-worker.js', import.meta.url), {
      name: OWN_WORKER_NAME,
      workerData: { ...task, port: port2 },
      transferList: [port2],
      // What the program has Node load first is not for this thread.
      execArgv: [],
      env: {},
    });
    // A worker that fails leaves its chunks to the main thread.
    worker.on('error', () => {});
    worker.unref();
    port1.unref();
    this.#workers.push(worker);
    this.#ports.push(port1);
  }

  /** What workers have sent up to now is taken in; what is of earlier chunks is not wanted any more. */
  #receive(wanted: number): Chunk | undefined {
    for (const port of this.#ports) {
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
        const { number, chunk } = next.message as { number: number; chunk: Chunk };
        this.#counted.set(number, { chunk, port });
      }
    }
    const { chunk, port } = this.#counted.get(wanted) ?? {};
    this.#lender = port;
    for (const number of this.#counted.keys()) if (number <= wanted) this.#counted.delete(number);
    return chunk;
  }
}
