import type { Trace } from '../model/frame.js';
import type { RecordingFacts } from '../model/recording.js';
import type { SizeBand } from '../model/sampling.js';
import type { ByteWriter } from './byte-writer.js';
import { cannotBeSaid } from './export-error.js';
import { EARLIEST_START_SECONDS } from './metadata-v1.js';

/** What stands for the probability 1. */
const CERTAIN = 0xffff_ffff;

/** How far a probability may be off, relative to itself, because of the 32 bits that it has. */
const MAX_ROUNDING = 0.005;

/** When a recording began. */
export type StartTime = Pick<RecordingFacts, 'startWallMicros' | 'startWallNanos'>;

/**
 * What an `.hpm` and an `.hpc` of version 1 begin with: the version and the start.
 * @throws HeapprofError for a start before July 1970 or after 2105, by which readers tell these files from others.
 */
export function encodeStartV1(out: ByteWriter, start: StartTime): void {
  const { startWallMicros, startWallNanos = 0 } = start;
  const seconds = Math.floor(startWallMicros / 1e6);
  if (!(seconds >= EARLIEST_START_SECONDS && seconds < 2 ** 32)) {
    throw cannotBeSaid(`a start ${seconds} seconds after 1970-01-01`);
  }
  out
    .u32be(1)
    .u64be(seconds)
    .u64be((startWallMicros - seconds * 1e6) * 1000 + startWallNanos);
}

/**
 * The head of an `.hpm` of version 1; traces follow it.
 * @throws HeapprofError for what version 1 cannot say: a start as above, or a probability so small that its 32 bits would
 *   change it by more than half a percent.
 */
export function encodeHeadV1(out: ByteWriter, start: StartTime, bands: readonly SizeBand[]): void {
  encodeStartV1(out, start);
  out.varint(bands.length);
  for (const { belowBytes, probability } of bands) {
    const scaled = Math.round(probability * CERTAIN);
    if (Math.abs(scaled - probability * CERTAIN) > MAX_ROUNDING * probability * CERTAIN) {
      throw cannotBeSaid(
        `the probability ${probability} with which sizes below ${belowBytes} bytes were logged`,
      );
    }
    out.u64be(belowBytes).u32be(scaled);
  }
}

/** A trace as an `.hpm` of version 1 has it: files and lines, the innermost first. */
export function encodeTraceV1(out: ByteWriter, trace: Trace): void {
  for (let k = trace.length - 1; k >= 0; k--) {
    const { file, line } = trace[k]!;
    out.varint(line + 1).string(file);
  }
  out.varint(0);
}
