import { ByteWriter } from '../../src/format/byte-writer.js';
import type { SizeBand } from '../../src/model/sampling.js';

/** Bytes of an `.hpm` of version 1. Traces are given outermost frame first. */
export function encodeMetadataV1(content: {
  readonly startSeconds: number;
  readonly startNanos: number;
  readonly bands: readonly SizeBand[];
  readonly traces: readonly (readonly (readonly [file: string, line: number])[])[];
}): Uint8Array {
  const out = new ByteWriter();
  bigEndian(out, 1, 4);
  bigEndian(out, content.startSeconds, 8);
  bigEndian(out, content.startNanos, 8);
  out.varint(content.bands.length);
  for (const { belowBytes, probability } of content.bands) {
    bigEndian(out, belowBytes, 8);
    bigEndian(out, Math.round(probability * 0xffff_ffff), 4);
  }
  for (const trace of content.traces) {
    for (const [file, line] of trace.toReversed()) out.varint(line + 1).string(file);
    out.varint(0);
  }
  return out.bytes();
}

export interface EventV1 {
  readonly deltaMicros: number;
  readonly trace: number;
  readonly sizeBytes: number;
  readonly isFree: boolean;
}

/** Bytes of an `.hpd` of version 1. */
export function encodeEventsV1(events: readonly EventV1[]): Uint8Array {
  const out = new ByteWriter();
  for (const { deltaMicros, trace, sizeBytes, isFree } of events) {
    const seconds = Math.floor(deltaMicros / 1e6);
    const head = trace + (seconds < 0 ? 2 ** 31 : 0) + (isFree ? 2 ** 30 : 0);
    bigEndian(out, head, 4);
    out
      .varint(Math.abs(seconds))
      .varint(deltaMicros - seconds * 1e6)
      .varint(sizeBytes);
  }
  return out.bytes();
}

function bigEndian(out: ByteWriter, value: number, byteCount: number): void {
  for (let k = byteCount - 1; k >= 0; k--) out.u8(Math.floor(value / 256 ** k) % 256);
}
