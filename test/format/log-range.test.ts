import fs, { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeBlock } from '../../src/format/block.js';
import { BlockType, FILE_HEADER_BYTES } from '../../src/format/constants.js';
import type { EventLog, LogItem, TimeRange } from '../../src/format/log.js';
import { openLog } from '../../src/format/open.js';
import type { HeapRecord, Mark, MemoryEvent } from '../../src/model/event.js';
import type { RecordingEnd } from '../../src/model/recording.js';
import { type Step, steps, writeSteps } from '../support/random-log.js';
import { recording, writeFiles } from '../support/recording.js';
import { encodeEventsV1 } from '../support/version1.js';

/** So small that a log of a few kilobytes is searched as one of gigabytes is. */
const CHUNK_BYTES = 64;

/** What a log has of a range, apart from damage. */
interface Content {
  readonly events: readonly MemoryEvent[];
  readonly records: readonly HeapRecord[];
  readonly marks: readonly Mark[];
  readonly ends: readonly RecordingEnd[];
}

function contentOf(log: EventLog, range?: TimeRange): Content {
  const items = itemsOf(log, range);
  return {
    events: [...log.events(range)],
    records: items.flatMap((item) => (item.item === 'heap' ? item.records : [])),
    marks: items.flatMap((item) => (item.item === 'marks' ? item.marks : [])),
    ends: items.flatMap((item) => (item.item === 'end' ? [item.end] : [])),
  };
}

/** All but the events, whose blocks are reused. */
function itemsOf(log: EventLog, range?: TimeRange): LogItem[] {
  return [...log.items(range)].filter(({ item }) => item !== 'events');
}

/** The same by reading everything and leaving out what is not of the range. */
function filtered(whole: Content, from: number, to: number): Content {
  const within = <Thing extends { readonly timeMicros: number }>(things: readonly Thing[]) =>
    things.filter(({ timeMicros }) => timeMicros >= from && timeMicros <= to);
  return {
    events: within(whole.events),
    records: within(whole.records),
    marks: within(whole.marks),
    ends: within(whole.ends),
  };
}

function withLog<Result>(
  hpd: Uint8Array,
  use: (log: EventLog) => Result,
  chunkBytes = CHUNK_BYTES,
) {
  const { filebase, cleanup } = writeFiles({ hpd });
  const log = openLog(`${filebase}.hpd`, undefined, { chunkBytes });
  try {
    return use(log);
  } finally {
    log.close();
    cleanup();
  }
}

function bytesOf(things: readonly Step[]): Uint8Array {
  const builder = recording();
  writeSteps(builder, things, { by: 'bands', bands: [] });
  return builder.stop().files().hpd;
}

function risingTimes(gaps: readonly number[]): number[] {
  let time = 0;
  return gaps.map((gap) => {
    time += gap * 100;
    return time;
  });
}

/**
 * The header of a log, and its blocks, with one event or heap record each. A heap record stands before the events of its
 * time, by as many blocks of events as `lags` says in turn.
 */
function laggingBlocks(
  eventTimes: readonly number[],
  recordTimes: readonly number[],
  lags: readonly number[],
): Uint8Array[] {
  const pieces = (things: ReturnType<typeof recording>) => things.pieces().hpd;
  const builder = recording();
  for (const time of eventTimes) builder.alloc('a', 8, { at: time }).flush();
  const [header, ...events] = pieces(builder);
  const before = events.map((): Uint8Array[] => []);
  let place = 0;
  const after: Uint8Array[] = [];
  for (const [k, time] of recordTimes.entries()) {
    const natural = eventTimes.findIndex((eventTime) => eventTime >= time);
    const own = natural < 0 ? events.length : natural;
    place = Math.max(place, own - lags[k % lags.length]!);
    const record = pieces(recording().heap({ timeMicros: time, usedAfterBytes: k }))[1]!;
    (before[place] ?? after).push(record);
  }
  const inOrder = events.flatMap((block, k) => [...before[k]!, block]);
  return [header!, ...inOrder, ...after].map((bytes) => Uint8Array.from(bytes));
}

/** Ranges as shares of a log's length, so that most lie within it; and some times that things really have. */
const ranges = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 8, maxLength: 8 });

function expectSameRanges(log: EventLog, pairs: readonly (readonly [number, number])[]): void {
  const whole = contentOf(log);
  const times = [...whole.events, ...whole.records, ...whole.marks, ...whole.ends]
    .map(({ timeMicros }) => timeMicros)
    .sort((a, b) => a - b);
  const last = times.at(-1) ?? 0;
  for (const [a, b] of pairs) {
    const exact = times[a % Math.max(times.length, 1)] ?? 0;
    for (const from of [exact, Math.round((last * a) / 1000)]) {
      const to = from + Math.round((last * b) / 5000);
      const range = { fromMicros: from, toMicros: to };
      expect(contentOf(log, range)).toEqual(filtered(whole, from, to));
      const rest = { fromMicros: from };
      expect(contentOf(log, rest)).toEqual(filtered(whole, from, Number.POSITIVE_INFINITY));
      expect(contentOf(log, { toMicros: from })).toEqual(filtered(whole, 0, from));
    }
  }
}

describe('a range of a log is what reading everything finds of it', () => {
  const things = steps(1_000_000, 300);

  test('for any events and blocks', () => {
    fc.assert(
      fc.property(things, ranges, (things, pairs) =>
        withLog(bytesOf(things), (log) => expectSameRanges(log, pairs)),
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  test('for any damage, and where the log was cut', () => {
    const damages = fc.array(
      fc.record({ at: fc.nat(9999), length: fc.nat(40), value: fc.nat(255) }),
      { maxLength: 4 },
    );
    const cuts = fc.oneof(fc.constant(0), fc.nat(9999));
    fc.assert(
      fc.property(things, ranges, damages, cuts, (things, pairs, damages, cut) => {
        const hpd = bytesOf(things);
        for (const { at, length, value } of damages) {
          const start = 16 + Math.floor(((hpd.length - 16) * at) / 10_000);
          hpd.fill(value, start, Math.min(start + 1 + length, hpd.length));
        }
        const kept = hpd.subarray(0, 16 + Math.ceil(((hpd.length - 16) * (10_000 - cut)) / 10_000));
        withLog(kept, (log) => expectSameRanges(log, pairs));
      }),
      { numRuns: 150, seed: 2 },
    );
  });

  test('for lengths of blocks that lead astray', () => {
    fc.assert(
      fc.property(things, ranges, fc.nat(999), fc.nat(5000), (things, pairs, which, length) => {
        const hpd = Buffer.from(bytesOf(things));
        const blocks: number[] = [];
        for (let at = hpd.indexOf('hpb'); at >= 0; at = hpd.indexOf('hpb', at + 1)) blocks.push(at);
        hpd.writeUInt32LE(length, blocks[which % blocks.length]! + 4);
        withLog(hpd, (log) => expectSameRanges(log, pairs));
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  test('for heap records that were written long before the events of their time, and damage among them', () => {
    const gaps = fc.array(fc.nat(3), { minLength: 5, maxLength: 40 });
    const lags = fc.array(fc.nat(12), { minLength: 1, maxLength: 5 });
    const damages = fc.array(
      fc.record({
        block: fc.nat(99),
        part: fc.constantFrom('sync', 'type', 'length', 'payload'),
        value: fc.nat(255),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(gaps, gaps, lags, damages, ranges, (a, b, lags, damages, pairs) => {
        const blocks = laggingBlocks(risingTimes(a), risingTimes(b), lags);
        for (const { block, part, value } of damages) {
          const bytes = blocks[1 + (block % (blocks.length - 1))]!;
          bytes[{ sync: 1, type: 3, length: 4, payload: bytes.length - 1 }[part]] = value;
        }
        withLog(Buffer.concat(blocks), (log) => expectSameRanges(log, pairs));
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test('for version 1', () => {
    const deltas = fc.array(fc.nat(3e6), { maxLength: 50 });
    fc.assert(
      fc.property(deltas, ranges, (deltas, pairs) => {
        const event = { trace: 1, sizeBytes: 8, isFree: false };
        const hpd = encodeEventsV1(deltas.map((deltaMicros) => ({ ...event, deltaMicros })));
        if (hpd.length > 0) withLog(hpd, (log) => expectSameRanges(log, pairs));
      }),
      { numRuns: 50, seed: 4 },
    );
  });
});

test('blocks that a range has a part of are given whole, and others not at all', () => {
  const builder = recording();
  for (const second of [1, 2, 3, 4]) {
    builder.alloc('a', 8, { at: second * 1e6 }).alloc('a', 8, { at: second * 1e6 + 10 });
    builder.flush();
  }
  withLog(builder.files().hpd, (log) => {
    const blocks: (readonly [number, number])[] = [];
    for (const item of log.items({ fromMicros: 2e6 + 5, toMicros: 3e6 })) {
      if (item.item !== 'events') throw new Error(item.item);
      blocks.push([item.block.firstTimeMicros, item.block.lastTimeMicros]);
    }
    expect(blocks).toEqual([
      [2e6, 2e6 + 10],
      [3e6, 3e6 + 10],
    ]);
  });
});

describe('a second out of a long log', () => {
  /** 5,000 seconds with a heap record and a block of 1,000 events each: 15 MB. */
  function longLog(): Uint8Array {
    const [header, heap, events] = recording().heap().alloc('a', 8, { times: 1000 }).pieces().hpd;
    const pieces = [header!];
    for (let second = 0; second < 5000; second++) {
      // Within a block times count from its first.
      const at = (block: Uint8Array, type: number, count: number) =>
        pieces.push(encodeBlock(type, second * 1e6, count, block.subarray(24)));
      at(heap!, BlockType.heapRecords, 1);
      at(events!, BlockType.events, 1000);
    }
    return Buffer.concat(pieces);
  }

  /** How many bytes are read from the disk. */
  function bytesRead(hpd: Uint8Array, range: TimeRange): { bytes: number; events: number } {
    const { filebase, cleanup } = writeFiles({ hpd });
    const log = openLog(`${filebase}.hpd`, undefined, { chunkBytes: 8192 });
    const original = fs.readSync;
    let bytes = 0;
    Object.assign(fs, {
      readSync: (...args: Parameters<typeof fs.readSync>) => {
        const count = Reflect.apply(original, fs, args) as number;
        bytes += count;
        return count;
      },
    });
    syncBuiltinESMExports();
    try {
      let events = 0;
      for (const item of log.items(range)) if (item.item === 'events') events += item.block.count;
      return { events, bytes };
    } finally {
      Object.assign(fs, { readSync: original });
      syncBuiltinESMExports();
      log.close();
      cleanup();
    }
  }

  test('is found by reading a small part of it', () => {
    const hpd = longLog();
    for (const second of [1, 3500, 4999]) {
      const micros = second * 1e6;
      const { events, bytes } = bytesRead(hpd, { fromMicros: micros, toMicros: micros });
      expect(events).toBe(1000);
      expect(bytes).toBeLessThan(hpd.length / 10);
    }
    // All of it takes all of it.
    expect(bytesRead(hpd, {}).bytes).toBeGreaterThanOrEqual(hpd.length - FILE_HEADER_BYTES);
  });
});

test('a log that was cut since it was opened ends a range early', () => {
  const builder = recording();
  for (let k = 0; k < 100; k++) builder.alloc('a', 8, { at: k * 1e6 }).flush();
  const { filebase, cleanup } = writeFiles(builder.files());
  const log = openLog(`${filebase}.hpd`, undefined, { chunkBytes: CHUNK_BYTES });
  const descriptor = openSync(`${filebase}.hpd`, 'r+');
  ftruncateSync(descriptor, Math.floor(readFileSync(`${filebase}.hpd`).length / 2));
  closeSync(descriptor);
  expect([...log.events({ fromMicros: 10e6, toMicros: 12e6 })]).toHaveLength(3);
  expect([...log.events({ fromMicros: 90e6 })]).toEqual([]);
  log.close();
  writeFileSync(`${filebase}.hpd`, '');
  cleanup();
});
