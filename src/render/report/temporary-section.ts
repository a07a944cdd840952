import { ByteWriter } from '../../format/byte-writer.js';
import { encodeRows } from '../../format/hpc-blocks.js';
import type { UsageColumns } from '../../format/usage-columns.js';

/** Temporary memory by snapshot: docs/report-format.md. */
export function encodeTemporary(columns: readonly UsageColumns[]): Uint8Array {
  const out = new ByteWriter();
  out.varint(columns.length);
  for (const rows of columns) {
    const ofSnapshot = new ByteWriter();
    encodeRows(ofSnapshot, rows);
    out.varint(rows.count).varint(ofSnapshot.lengthBytes).raw(ofSnapshot.bytes());
  }
  return out.bytes();
}
