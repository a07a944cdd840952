import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlotTable } from '../../src/digest/slot-table.js';

function expectSlots(pairs: readonly (readonly [trace: number, typeKind: number])[]): void {
  const table = new SlotTable();
  const keys = pairs.map(([trace, typeKind]) => `${trace} ${typeKind}`);
  const distinct = [...new Set(keys)];
  const numbers = new Map(distinct.map((key, slot) => [key, slot]));
  expect(pairs.map(([trace, typeKind]) => table.slotOf(trace, typeKind))).toEqual(
    keys.map((key) => numbers.get(key)),
  );
  expect(table.count).toBe(distinct.length);
  expect(distinct.map((_, slot) => `${table.traces[slot]} ${table.typeKinds[slot]}`)).toEqual(
    distinct,
  );
}

test('each pair of trace and type has a slot of its own, and keeps it', () => {
  const u32 = fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 0xffff_ffff }));
  fc.assert(fc.property(fc.array(fc.tuple(u32, u32), { maxLength: 500 }), expectSlots));
});

test('ten thousand traces of many types have slots of their own, and keep them', () => {
  const pairs = Array.from({ length: 20_000 }, (_, k) => [k % 10_000, (k % 10_000) % 7] as const);
  expectSlots([...pairs, ...pairs.map(([trace]) => [trace % 5, trace] as const)]);
});
