import { crc32 } from 'node:zlib';
import type { DigestOptions } from '../../src/digest/digest.js';
import {
  BLOCK_CRC_OFFSET,
  BLOCK_HEADER_BYTES,
  BlockType,
  FILE_HEADER_BYTES,
} from '../../src/format/constants.js';
import type { Snapshot } from '../../src/model/snapshot.js';
import { type DigestInfo, ProfileReader } from '../../src/reader/profile-reader.js';
import type { RecordingBuilder } from './recording.js';

/** The digest of a recording: its facts and all its snapshots. */
export function digestOf(
  builder: RecordingBuilder,
  { timeIntervalMicros, precision, weight }: DigestOptions,
): { readonly facts: DigestInfo; readonly snapshots: readonly Snapshot[] } {
  const { filebase, cleanup } = builder.write();
  try {
    using reader = new ProfileReader(filebase);
    reader.makeDigestSync({ timeInterval: timeIntervalMicros / 1e6, precision, weight });
    return { facts: reader.hpc, snapshots: [...reader.snapshots] };
  } finally {
    cleanup();
  }
}

/** Live rows as a person writes them: `{'main > load': 4096}`, bytes by the trace's function names. */
export function liveBytes(reader: ProfileReader, snapshot: Snapshot): Record<string, number> {
  const bytes: Record<string, number> = {};
  for (const row of snapshot.liveRows) {
    const frames = reader.rawTrace(row.trace) ?? [];
    const name = frames.map((frame) => frame.functionName).join(' > ') || '(other)';
    bytes[name] = (bytes[name] ?? 0) + row.bytes;
  }
  return bytes;
}

/** A digest as if an earlier heapprof had made it: it has another block at its beginning, which is whole. */
export function asOfEarlier(digest: Buffer): Buffer {
  const file = Buffer.from(digest);
  const block = file.subarray(FILE_HEADER_BYTES);
  const payloadEnd = BLOCK_HEADER_BYTES + block.readUInt32LE(4);
  block[3] = BlockType.earlierDigest;
  const header = crc32(block.subarray(0, BLOCK_CRC_OFFSET));
  block.writeUInt32LE(
    crc32(block.subarray(BLOCK_HEADER_BYTES, payloadEnd), header),
    BLOCK_CRC_OFFSET,
  );
  return file;
}
