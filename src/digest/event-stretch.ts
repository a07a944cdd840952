import type { EventBlock } from '../format/log.js';

/** How many events of a block (from its first on) are at or before a time; those before `from` are known to be. */
export function eventsUntil(block: EventBlock, from: number, timeMicros: number): number {
  // Where the rest of the block has no border in it, its times need not be looked at.
  if (block.lastTimeMicros <= timeMicros) return block.count;
  const times = block.timesMicros();
  let to = from;
  while (to < block.count && times[to]! <= timeMicros) to++;
  return to;
}
