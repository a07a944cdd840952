import { type Chunk, ChunkCounter } from '../../src/digest/chunk.js';
import type { StartChunks } from '../../src/digest/chunk-crew.js';
import { openLog } from '../../src/format/open.js';

/**
 * Reads logs in chunks without any worker threads.
 * @param chosen says by its number which chunks are counted
 * @param onUse is called for each chunk that was used
 */
export function chunksHere(
  chunkBytes: number,
  chosen: (number: number) => boolean,
  onUse: () => void,
): StartChunks {
  return ({ path, limitBytes, timeIntervalMicros, traceCount }) => {
    const log = openLog(path, undefined, { limitBytes });
    const counter = new ChunkCounter(log.cursor(), timeIntervalMicros, traceCount);
    let spare: Chunk['rows'] | undefined;
    return {
      chunkBytes,
      reach(number) {
        if (!chosen(number)) return undefined;
        const rows = spare;
        spare = undefined;
        return counter.count(number * chunkBytes, (number + 1) * chunkBytes, rows);
      },
      giveBack: ({ rows }) => {
        spare = rows;
        onUse();
      },
      close: () => log.close(),
    };
  };
}
