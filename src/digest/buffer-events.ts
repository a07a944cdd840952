import type { EventBlock } from '../format/log.js';

/** Hands the events of array buffers in a block to `take`, in their order: the time in the log, and the object's bytes, below 0 for a free. */
export function eachBufferEvent(
  block: EventBlock,
  take: (timeMicros: number, sizeBytes: number) => void,
): void {
  if (block.layout === 'plain' || !block.hasArrayBuffers) return;
  const { codes, count, siteTypeKinds, siteSizesBytes } = block;
  const times = block.timesMicros();
  for (let k = 0; k < count; k++) {
    const code = codes[k]!;
    const site = code >> 1;
    if ((siteTypeKinds[site]! & 1) === 0) continue;
    const sizeBytes = siteSizesBytes[site]!;
    take(times[k]!, (code & 1) === 0 ? sizeBytes : -sizeBytes);
  }
}
