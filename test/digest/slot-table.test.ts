import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlotTable } from '../../src/digest/slot-table.js';

/** Slots by the plainest way there is. */
function expectSlots(pairs: readonly (readonly [trace: number, typeKind: number])[]): void {
  const table = new SlotTable();
  const slots = new Map<string, number>();
  for (const [trace, typeKind] of pairs) {
    const key = `${trace} ${typeKind}`;
    if (!slots.has(key)) slots.set(key, slots.size);
    const slot = table.slotOf(trace, typeKind);
    expect(slot).toBe(slots.get(key));
    expect([table.traces[slot], table.typeKinds[slot]]).toEqual([trace, typeKind]);
  }
  expect(table.count).toBe(slots.size);
}

test('each pair of trace and type has a slot of its own, and keeps it', () => {
  const u32 = fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 0xffff_ffff }));
  fc.assert(fc.property(fc.array(fc.tuple(u32, u32), { maxLength: 500 }), expectSlots));
});

test('ten thousand traces of many types have slots of their own, and keep them', () => {
  const pairs = Array.from({ length: 20_000 }, (_, k) => [k % 10_000, (k % 10_000) % 7] as const);
  expectSlots([...pairs, ...pairs.map(([trace]) => [trace % 5, trace] as const)]);
});
