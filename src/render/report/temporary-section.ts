import type { TemporaryFrees } from '../../analysis/call-tree/temporary-frees.js';
import { ByteWriter } from '../../format/byte-writer.js';

/** Temporary memory by site and snapshot: docs/report-format.md. */
export function encodeTemporary(frees: TemporaryFrees): Uint8Array {
  const { traces, typeKinds, sizesBytes, starts, snapshots, counts } = frees;
  const out = new ByteWriter();
  out.varint(traces.length).varint(counts.length);
  let trace = 0;
  for (const each of traces) {
    out.varint(each - trace);
    trace = each;
  }
  for (const typeKind of typeKinds) out.varint(typeKind);
  for (const size of sizesBytes) out.varint(size);
  for (let site = 0; site < traces.length; site++) out.varint(starts[site + 1]! - starts[site]!);
  for (let site = 0; site < traces.length; site++) {
    let snapshot = 0;
    for (let k = starts[site]!; k < starts[site + 1]!; k++) {
      out.varint(snapshots[k]! - snapshot);
      snapshot = snapshots[k]!;
    }
  }
  for (const count of counts) out.varint(count);
  return out.bytes();
}
