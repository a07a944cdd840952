import type { TemporaryFrees } from '../../analysis/call-tree/temporary-frees.js';
import { ByteReader } from '../../format/byte-reader.js';

/**
 * Reads the part `temporary` of a report (docs/report-format.md).
 * @throws DecodeError if it is damaged.
 */
export function decodeTemporary(bytes: Uint8Array): TemporaryFrees {
  const from = new ByteReader(bytes);
  const siteCount = from.varint();
  const countCount = from.varint();
  from.expectItems(4 * siteCount + 2 * countCount, 1);
  let trace = 0;
  const traces = new Uint32Array(siteCount).map(() => {
    trace += from.varint();
    return trace;
  });
  const typeKinds = new Uint32Array(siteCount).map(() => from.varint());
  const sizesBytes = new Float64Array(siteCount).map(() => from.varint());
  const starts = new Uint32Array(siteCount + 1);
  for (let site = 0; site < siteCount; site++) {
    starts[site + 1] = Math.min(starts[site]! + from.varint(), countCount);
  }
  const snapshots = new Uint32Array(countCount);
  for (let site = 0; site < siteCount; site++) {
    let snapshot = 0;
    for (let k = starts[site]!; k < starts[site + 1]!; k++) {
      snapshot += from.varint();
      snapshots[k] = snapshot;
    }
  }
  const counts = new Uint32Array(countCount).map(() => from.varint());
  return { traces, typeKinds, sizesBytes, starts, snapshots, counts };
}
