import type { TemporaryTable } from '../../analysis/call-tree/temporary-usage.js';
import { ByteWriter } from '../../format/byte-writer.js';
import { KINDS } from '../../model/event.js';

/** Temporary memory by snapshot: docs/report-format.md. Numbers are rounded to whole ones, as those of digests are. */
export function encodeTemporary({ rows }: TemporaryTable): Uint8Array {
  const types = new Map<string, number>();
  for (const { type } of rows.flat()) if (!types.has(type)) types.set(type, types.size);
  const out = new ByteWriter();
  out.varint(types.size);
  for (const type of types.keys()) out.string(type);
  out.varint(rows.length);
  for (const ofSnapshot of rows) {
    out.varint(ofSnapshot.length);
    for (const { member, trace, type, kind, bytes, bytesError, objects } of ofSnapshot) {
      out
        .varint(member)
        .varint(trace)
        .varint(types.get(type)! * KINDS.length + KINDS.indexOf(kind));
      out.varint(Math.round(bytes)).varint(Math.round(bytesError)).varint(Math.round(objects));
    }
  }
  return out.bytes();
}
