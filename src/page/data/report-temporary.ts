import type { TemporaryTable } from '../../analysis/call-tree/temporary-table.js';
import { ByteReader } from '../../format/byte-reader.js';
import type { TraceSpan } from '../../format/family-traces.js';
import { decodeRows } from '../../format/hpc-blocks.js';
import { UsageColumns } from '../../format/usage-columns.js';
import { rowsOf } from '../../reader/snapshot-list.js';

/**
 * Reads the part `temporary` of a report (docs/report-format.md); its rows are decoded when they are asked for.
 * @param spans as for the rows of the digest
 * @throws DecodeError if it is damaged.
 */
export function decodeTemporary(bytes: Uint8Array, spans: readonly TraceSpan[]): TemporaryTable {
  const from = new ByteReader(bytes);
  const places = Array.from({ length: from.varint() }, () => {
    const [count, length] = [from.varint(), from.varint()];
    const start = from.position;
    from.position += length;
    return { count, payload: bytes.subarray(start, start + length) };
  });
  const columns = new UsageColumns();
  return {
    at: (index) => {
      const place = places[index];
      if (place === undefined) return [];
      decodeRows(new ByteReader(place.payload), place.count, columns);
      return rowsOf(columns, spans);
    },
  };
}
