import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SiteCounter } from '../../src/digest/site-counter.js';

type Site = readonly [trace: number, typeKind: number, sizeBytes: number];

function expectSites(sites: readonly Site[]): void {
  const counter = new SiteCounter();
  const keys = sites.map((site) => site.join(' '));
  const distinct = [...new Set(keys)];
  const numbers = new Map(distinct.map((key, number) => [key, number]));
  expect(sites.map((site) => counter.siteOf(...site))).toEqual(keys.map((key) => numbers.get(key)));
  expect(counter.count).toBe(distinct.length);
  expect(distinct.map((_, number) => describe(counter, number))).toEqual(distinct);
}

function describe(counter: SiteCounter, site: number): string {
  return `${counter.trace(site)} ${counter.typeKind(site)} ${counter.sizeBytes(site)}`;
}

test('each trace, type and size has a site of its own, and keeps it', () => {
  const u32 = fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 0xffff_ffff }));
  // Sizes that differ by 2^32 look alike in the table.
  const size = fc.oneof(
    fc.nat(20),
    fc.nat(3).map((n) => 8 + n * 2 ** 32),
    fc.constant(Number.MAX_SAFE_INTEGER),
  );
  fc.assert(fc.property(fc.array(fc.tuple(u32, u32, size), { maxLength: 500 }), expectSites));
});

test('ten thousand traces of many types have sites of their own, and keep them', () => {
  const sites = Array.from({ length: 20_000 }, (_, k): Site => {
    const trace = k % 10_000;
    return [trace, trace % 7, 8 * (trace % 9)];
  });
  expectSites([...sites, ...sites.map(([trace]): Site => [trace % 5, trace, 16])]);
});

test('sites out of play are forgotten where they are many; the others keep their counts and their order', () => {
  const counter = new SiteCounter();
  for (let size = 0; size < 100_000; size++) counter.add(counter.siteOf(1, 0, size), 1, 0);
  for (let size = 0; size < 100_000; size++) {
    // Every tenth is freed no more than once, the others altogether.
    if (size % 10 !== 0) counter.add(counter.siteOf(1, 0, size), 0, 1);
  }
  const inPlay = counter.takeFresh().filter((site) => counter.settle(site));
  expect(inPlay.length).toBe(10_000);
  counter.forgetOthers(inPlay);
  expect(counter.count).toBe(10_000);
  expect(counter.generation).toBe(1);
  expect(Array.from(inPlay, (site) => counter.sizeBytes(site))).toEqual(
    Array.from({ length: 10_000 }, (_, k) => k * 10),
  );
  expect(Array.from(inPlay).every((site) => counter.live(site) === 1)).toBe(true);
  expect(counter.siteOf(1, 0, 50)).toBe(inPlay[5]);
  const again = counter.siteOf(1, 0, 51);
  expect([counter.live(again), counter.allocated(again)]).toEqual([0, 0]);
});
