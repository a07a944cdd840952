import type { DigestOptions } from '../../src/digest/digest.js';
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
