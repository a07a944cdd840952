import type { UsageColumns } from '../format/usage-columns.js';
import { KINDS, type Kind } from '../model/event.js';
import type { UsageTotal } from '../model/snapshot.js';
import { wholeNumber } from './whole-number.js';

/** Sums over all rows of each kind; the standard error of a sum is the root of the sum of squares. */
export function totalsByKind(rows: UsageColumns): Record<Kind, UsageTotal> {
  const bytes = [0, 0];
  const objects = [0, 0];
  const bytesVariance = [0, 0];
  const objectsVariance = [0, 0];
  for (let row = 0; row < rows.count; row++) {
    const kind = rows.typeKinds[row]! & 1;
    bytes[kind]! += rows.bytes[row]!;
    objects[kind]! += rows.objects[row]!;
    bytesVariance[kind]! += rows.bytesErrors[row]! ** 2;
    objectsVariance[kind]! += rows.objectsErrors[row]! ** 2;
  }
  const total = (kind: Kind): UsageTotal => {
    const k = KINDS.indexOf(kind);
    return {
      bytes: wholeNumber(bytes[k]!),
      objects: wholeNumber(objects[k]!),
      bytesError: wholeNumber(Math.sqrt(bytesVariance[k]!)),
      objectsError: wholeNumber(Math.sqrt(objectsVariance[k]!)),
    };
  };
  return { heap: total('heap'), arrayBuffer: total('arrayBuffer') };
}
