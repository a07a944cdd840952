import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAge, encodeAge } from '../../src/format/age-code.js';
import { openRecording } from '../../src/format/open.js';
import type { HeapRecord, Mark } from '../../src/model/event.js';
import type { RecordingEnd } from '../../src/model/recording.js';
import { type RecordingBuilder, recording } from '../support/recording.js';

type Step = (builder: RecordingBuilder) => void;

const FRAMES = [
  'main',
  'load:app.js:7',
  'read:node:fs:3:9',
  ':file:///a b.mjs:1000000:1',
  'größe:ä.js:1',
];
const trace = fc
  .array(fc.constantFrom(...FRAMES), { maxLength: 4 })
  .map((names) => names.join(' > '));
const size = fc.oneof(
  fc.nat(200),
  fc.nat(2 ** 31),
  fc.nat(2 ** 50 - 1).map((n) => n * 8),
);
const kind = fc.constantFrom('heap' as const, 'arrayBuffer' as const);
const type = fc.constantFrom('', 'Array', 'Map', '(internal)');
const count = fc.oneof(fc.nat(1000), fc.maxSafeNat());

const later: fc.Arbitrary<(now: number) => number> = fc
  .oneof(fc.nat(200), fc.nat(100_000), fc.nat(1e10))
  .map((micros) => (now) => now + micros);

const heapRecord = fc.record({
  gcKind: fc.constantFrom(0, 1, 2, 4, 8, 16),
  pauseMicros: count,
  usedBeforeBytes: count,
  usedAfterBytes: count,
  committedBytes: count,
  limitBytes: count,
  externalBytes: count,
  arrayBufferBytes: count,
  residentSetBytes: count,
  earlierArrayBufferBytes: count,
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(trace, size, kind, type, fc.integer({ min: 1, max: 3 })).map(
      ([trace, size, kind, type, times]): Step =>
        (b) =>
          b.alloc(trace, size, { kind, type, times }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(trace, size, kind, type, count, fc.nat(300), fc.boolean()).map(
      ([trace, size, kind, type, age, survived, late]): Step =>
        (b) =>
          b.free(trace, size, { kind, type, age, survived, late }),
    ),
  },
  heapRecord.map(
    (record): Step =>
      (b) =>
        b.heap(record),
  ),
  fc.string({ unit: 'grapheme' }).map(
    (name): Step =>
      (b) =>
        b.mark(name),
  ),
  fc.tuple(fc.string(), count).map(
    ([name, id]): Step =>
      (b) =>
        b.beginSpan(name, id).endSpan(name, id),
  ),
  fc.constant<Step>((b) => b.flush()),
);

const steps = fc.array(fc.tuple(later, step), { maxLength: 60 });

function build(list: readonly (readonly [(now: number) => number, Step])[]): RecordingBuilder {
  const builder = recording();
  let now = 0;
  for (const [later, step] of list) {
    now = later(now);
    step(builder.at(now));
  }
  return builder;
}

test('heap records of older files do not say how much the earlier array buffers are', () => {
  const builder = recording().heap({ usedAfterBytes: 1 }).heap({ usedAfterBytes: 2 }).flush();
  builder.heap({ earlierArrayBufferBytes: 3 }).heap({ earlierArrayBufferBytes: 0 });
  const { filebase, cleanup } = builder.write();
  const { log, close } = openRecording(filebase);
  const records = [...log.items()].flatMap((item) => (item.item === 'heap' ? item.records : []));
  close();
  cleanup();
  expect(records).toEqual(builder.heapRecords);
  expect(records.map((record) => 'earlierArrayBufferBytes' in record)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('whatever is recorded is read back', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), (list, stopped) => {
      const builder = build(list);
      if (stopped) builder.stop({ reason: 'error', message: 'the disk is full' });
      const { filebase, cleanup } = builder.write();
      const { metadata, log, close } = openRecording(filebase);
      const heapRecords: HeapRecord[] = [];
      const marks: Mark[] = [];
      const ends: RecordingEnd[] = [];
      for (const item of log.items()) {
        expect(item.item).not.toBe('damage');
        if (item.item === 'heap') heapRecords.push(...item.records);
        if (item.item === 'marks') marks.push(...item.marks);
        if (item.item === 'end') ends.push(item.end);
      }
      expect(heapRecords).toEqual(builder.heapRecords);
      expect(marks).toEqual(builder.marks);
      expect(ends.map(({ reason, message, events }) => [reason, message, events])).toEqual(
        stopped ? [['error', 'the disk is full', builder.events.length]] : [],
      );
      expect(log.cutBytes).toBe(0);
      expect(metadata.damage).toEqual([]);
      const events = [...log.events()].map(({ ageMicros, survivedCollections, ...event }) => {
        expect(ageMicros === undefined).toBe(event.operation === 'allocation');
        expect(survivedCollections === undefined).toBe(event.operation === 'allocation');
        return event;
      });
      expect(events).toEqual(builder.events);
      close();
      cleanup();
    }),
  );
});

test('the fate of a free is read back, its age to an eighth of its power of two', () => {
  const fates = fc.array(fc.tuple(fc.oneof(fc.nat(20), fc.nat(2 ** 40)), fc.nat(300)));
  fc.assert(
    fc.property(fates, (list) => {
      const builder = recording();
      for (const [age, survived] of list)
        builder.alloc('main', 8).free('main', 8, { age, survived });
      const { filebase, cleanup } = builder.write();
      const { log, close } = openRecording(filebase);
      const read = [...log.events()].filter(({ operation }) => operation === 'free');
      expect(read.map((event) => [event.ageMicros, event.survivedCollections])).toEqual(
        list.map(([age, survived]) => [decodeAge(encodeAge(age)), Math.min(survived, 255)]),
      );
      close();
      cleanup();
    }),
  );
});

test('a block by its columns says the same as event by event', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const { filebase, cleanup } = build(list).write();
      const { metadata, log, close } = openRecording(filebase);
      const fromColumns: unknown[] = [];
      for (const item of log.items()) {
        if (item.item !== 'events' || item.block.layout !== 'sites') continue;
        const { block } = item;
        const times = block.timesMicros();
        expect(times[0]).toBe(block.firstTimeMicros);
        expect(times[block.count - 1]).toBe(block.lastTimeMicros);
        for (let k = 0; k < block.count; k++) {
          const site = block.codes[k]! >> 1;
          expect(site).toBeLessThan(block.siteCount);
          fromColumns.push([
            times[k],
            block.codes[k]! & 1,
            block.siteTraces[site],
            block.siteSizesBytes[site],
            block.siteTypeKinds[site]! & 1,
            metadata.traces.string(block.siteTypeKinds[site]! >> 1),
          ]);
        }
      }
      const fromEvents = [...log.events()].map((event) => [
        event.timeMicros,
        event.operation === 'free' ? 1 : 0,
        event.trace,
        event.sizeBytes,
        event.kind === 'heap' ? 0 : 1,
        event.type,
      ]);
      expect(fromColumns).toEqual(fromEvents);
      close();
      cleanup();
    }),
  );
});

test('two iterations of one log do not disturb each other', () => {
  const builder = recording();
  for (let k = 0; k < 10; k++)
    builder
      .alloc('main', k, { at: k })
      .alloc('main', 100 + k)
      .flush();
  const { filebase, cleanup } = builder.write();
  const { log, close } = openRecording(filebase);
  const one = log.events();
  const two = log.events();
  one.next();
  expect([...two]).toEqual(builder.events);
  expect([...one]).toEqual(builder.events.slice(1));
  close();
  cleanup();
});

test('every trace of a tree has its frames, outermost first', () => {
  const builder = recording();
  const inner = builder.trace('main:a.js:1 > load:a.js:2:5 > load:a.js:2:5');
  const { filebase, cleanup } = builder.write();
  const { traces } = openRecording(filebase).metadata;
  const main = { functionName: 'main', file: 'a.js', line: 1, column: 0 };
  const load = { functionName: 'load', file: 'a.js', line: 2, column: 5 };
  expect(traces.traceCount).toBe(3);
  expect(traces.trace(inner)).toEqual([main, load, load]);
  expect(traces.trace(traces.parent(inner))).toEqual([main, load]);
  expect(traces.innermostFrame(1)).toEqual(main);
  expect(traces.parent(1)).toBe(0);
  expect([traces.trace(0), traces.trace(4), traces.innermostFrame(0)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  cleanup();
});

test('a block of events holds as many as fit, of as many sites as there can be', () => {
  const builder = recording();
  for (let k = 0; k < 70_000; k++) builder.alloc('main', k % 32_768, { at: k });
  const { filebase, cleanup } = builder.write();
  const { log, close } = openRecording(filebase);
  let events = 0;
  let sum = 0;
  for (const item of log.items()) {
    if (item.item !== 'events' || item.block.layout !== 'sites') continue;
    const { block } = item;
    expect(block.siteCount).toBe(32_768);
    events += block.count;
    for (let k = 0; k < block.count; k++) sum += block.siteSizesBytes[block.codes[k]! >> 1]!;
  }
  expect(events).toBe(70_000);
  expect(sum).toBe(builder.events.reduce((total, { sizeBytes }) => total + sizeBytes, 0));
  close();
  cleanup();
});
