/** What has become of a chunk. */
const ChunkState = { free: 0, claimed: 1, counted: 2, refused: 3 } as const;

const POSITION = 0;
const CLOSED = 1;
const CHUNKS = 2;

/** How far ahead of the main thread chunks are counted, for each worker: what is counted is kept in memory until its turn. */
const CHUNKS_AHEAD = 4;

/** The longest time that the main thread waits for a chunk; a thread that has died does not say so. */
const PATIENCE_MS = 10_000;

/** Who counts which chunk of a log, in memory that the main thread and its workers share. Chunks have the numbers 0, 1, 2, … */
export class ChunkBoard {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #workers: number;

  /** @param memory of {@link ChunkBoard.memoryFor} */
  constructor(memory: SharedArrayBuffer, workers: number) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
    this.#workers = workers;
  }

  /** Memory for a board of so many chunks. */
  static memoryFor(chunkCount: number): SharedArrayBuffer {
    return new SharedArrayBuffer((CHUNKS + chunkCount) * Int32Array.BYTES_PER_ELEMENT);
  }

  /**
   * For workers: the next chunk to count, once there is one.
   * @returns undefined when there will be no more
   */
  claim(): number | undefined {
    const cells = this.#cells;
    for (;;) {
      const position = Atomics.load(cells, POSITION);
      if (Atomics.load(cells, CLOSED) !== 0) return undefined;
      const chunk = this.#claimAhead(position);
      if (chunk !== undefined) return chunk;
      Atomics.wait(cells, POSITION, position);
    }
  }

  /** For workers: whether a chunk that was claimed has been handed over, or cannot be counted by itself. */
  settle(chunk: number, isCounted: boolean): void {
    const cell = CHUNKS + chunk;
    Atomics.store(this.#cells, cell, isCounted ? ChunkState.counted : ChunkState.refused);
    Atomics.notify(this.#cells, cell);
  }

  /**
   * For the main thread, when it has come to a chunk; waits until it is counted, if it was claimed.
   * @returns whether it is counted; if not, the main thread goes through it itself
   */
  reach(chunk: number): boolean {
    const cells = this.#cells;
    const cell = CHUNKS + chunk;
    const before = Atomics.compareExchange(cells, cell, ChunkState.free, ChunkState.refused);
    Atomics.store(cells, POSITION, chunk);
    Atomics.notify(cells, POSITION);
    if (before === ChunkState.claimed) {
      Atomics.wait(cells, cell, ChunkState.claimed, PATIENCE_MS);
    }
    return Atomics.load(cells, cell) === ChunkState.counted;
  }

  /** For the main thread: no more chunks are wanted. */
  close(): void {
    Atomics.store(this.#cells, CLOSED, 1);
    // Whoever waits for the position sees another.
    Atomics.store(this.#cells, POSITION, -1);
    Atomics.notify(this.#cells, POSITION);
  }

  /**
   * The first chunks to be claimed are not next to each other: the main thread, which counts as well, would have to wait for one that was just begun. Only
   * where it is slower than the workers are its own claimed too.
   */
  #claimAhead(position: number): number | undefined {
    const threads = this.#workers + 1;
    const last = this.#cells.length - CHUNKS - 1;
    const end = Math.min(position + CHUNKS_AHEAD * this.#workers, last);
    for (let chunk = position + 1; chunk <= end; chunk++) {
      if (chunk % threads !== 0 && this.#isClaimed(chunk)) return chunk;
    }
    for (let chunk = position + threads + 1; chunk <= end; chunk++) {
      if (this.#isClaimed(chunk)) return chunk;
    }
    return undefined;
  }

  #isClaimed(chunk: number): boolean {
    const { free, claimed } = ChunkState;
    return Atomics.compareExchange(this.#cells, CHUNKS + chunk, free, claimed) === free;
  }
}
