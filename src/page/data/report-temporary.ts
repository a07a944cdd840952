import type { TemporaryRow, TemporaryTable } from '../../analysis/call-tree/temporary-usage.js';
import { ByteReader } from '../../format/byte-reader.js';
import { KINDS } from '../../model/event.js';

/**
 * Reads the part `temporary` of a report (docs/report-format.md).
 * @throws DecodeError if it is damaged.
 */
export function decodeTemporary(bytes: Uint8Array): TemporaryTable {
  const from = new ByteReader(bytes);
  const list = <Item>(leastBytes: number, item: () => Item): Item[] => {
    const count = from.varint();
    from.expectItems(count, leastBytes);
    return Array.from({ length: count }, item);
  };
  const types = list(1, () => from.string());
  const row = (): TemporaryRow => {
    const [member, trace, typeKind] = [from.varint(), from.varint(), from.varint()];
    return {
      member,
      trace,
      type: types[Math.floor(typeKind / KINDS.length)] ?? '',
      kind: KINDS[typeKind % KINDS.length]!,
      bytes: from.varint(),
      bytesError: from.varint(),
      objects: from.varint(),
    };
  };
  return { rows: list(1, () => list(6, row)) };
}
