import type { ByteWriter } from './byte-writer.js';
import { TRACE_BITS } from './log-v1.js';

/** Bit 30 of an event's head. */
const IS_FREE = 0x4000_0000;

/**
 * An event as an `.hpd` of version 1 has it.
 * @param deltaMicros time since the event before, a whole number from 0 on
 * @param trace index of the trace, 0 for none
 * @throws RangeError for a trace index from 2^30 on, which does not fit, or a number that is not a whole one from 0 to 2^53 − 1.
 */
export function encodeEventV1(
  out: ByteWriter,
  deltaMicros: number,
  isFree: boolean,
  trace: number,
  sizeBytes: number,
): void {
  if (trace > TRACE_BITS) {
    throw new RangeError(
      `The trace index ${trace} cannot be written: version 1 has indexes below 2^30.`,
    );
  }
  const seconds = deltaMicros < 1e6 ? 0 : Math.floor(deltaMicros / 1e6);
  out.u32be(isFree ? trace + IS_FREE : trace);
  out
    .varint(seconds)
    .varint(deltaMicros - seconds * 1e6)
    .varint(sizeBytes);
}
