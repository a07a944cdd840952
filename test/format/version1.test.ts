import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogItem } from '../../src/format/log.js';
import { openRecording } from '../../src/format/open.js';
import { writeFiles } from '../support/recording.js';
import { type EventV1, encodeEventsV1, encodeMetadataV1 } from '../support/version1.js';

const DATA = new URL('../data/heapprof-v1/', import.meta.url);

interface Golden {
  readonly initialTime: number;
  readonly samplingRate: Readonly<Record<string, number>>;
  readonly events: number;
  readonly allocs: number;
  readonly frees: number;
  readonly maxTrace: number;
  /** File and line of each frame, outermost first. */
  readonly traces: readonly (readonly (readonly [string, number])[])[];
}

function golden(name: string): Golden {
  return JSON.parse(gunzipSync(readFileSync(new URL(`${name}.golden.json.gz`, DATA))).toString());
}

/** The original reader's events: microseconds since the one before, trace, signed size. */
function goldenEvents(name: string): string[] {
  const text = gunzipSync(readFileSync(new URL(`${name}.events.csv.gz`, DATA))).toString();
  return text.trim().split('\n').slice(1);
}

function readEvents(filebase: string): EventV1[] {
  const { log, close } = openRecording(filebase);
  const events: EventV1[] = [];
  let previousMicros = 0;
  for (const { timeMicros, operation, trace, sizeBytes } of log.events()) {
    const deltaMicros = timeMicros - previousMicros;
    events.push({ deltaMicros, trace, sizeBytes, isFree: operation === 'free' });
    previousMicros = timeMicros;
  }
  close();
  return events;
}

describe.each(['json', 'mixed'])('the original recording "%s"', (name) => {
  const filebase = new URL(name, DATA).pathname;
  const expected = golden(name);

  test('has the events that the original reads', () => {
    const events = readEvents(filebase);
    const rows = events.map(
      ({ deltaMicros, trace, sizeBytes, isFree }) =>
        `${deltaMicros},${trace},${isFree ? -sizeBytes : sizeBytes}`,
    );
    expect(rows).toEqual(goldenEvents(name));
    // The golden takes every row above 0 for an allocation; an object of no bytes shows neither way.
    expect(events.filter((e) => !e.isFree && e.sizeBytes > 0).length).toBe(expected.allocs);
    expect(events.length).toBe(expected.allocs + expected.frees);
  });

  test('has the header that the original reads', () => {
    const { metadata, log, close } = openRecording(filebase);
    const { facts } = metadata;
    expect(facts.version).toBe(1);
    expect(facts.process).toBeUndefined();
    expect(log.recordingId).toBe(facts.recordingId);
    expect(Math.abs(facts.startWallMicros - expected.initialTime * 1e6)).toBeLessThan(1);
    expect(facts.sampling).toEqual({
      by: 'bands',
      bands: Object.entries(expected.samplingRate).map(([belowBytes, probability]) => ({
        belowBytes: Number(belowBytes),
        probability,
      })),
    });
    close();
  });

  test('has the traces that the original reads', () => {
    const { metadata, close } = openRecording(filebase);
    const { traces, damage } = metadata;
    expect(damage).toEqual([]);
    expect(traces.traceCount).toBe(expected.maxTrace);
    expect(expected.traces.map((_, k) => traces.trace(k + 1))).toEqual(
      expected.traces.map((frames) =>
        frames.map(([file, line]) => ({ functionName: '', file, line, column: 0 })),
      ),
    );
    close();
  });

  test('comes out byte for byte when it is encoded again', () => {
    const events = Buffer.from(encodeEventsV1(readEvents(filebase)));
    expect(events.equals(readFileSync(`${filebase}.hpd`))).toBe(true);
    const head = readFileSync(`${filebase}.hpm`);
    const metadata = encodeMetadataV1({
      startSeconds: head.readUInt32BE(8),
      startNanos: head.readUInt32BE(16),
      bands: Object.entries(expected.samplingRate).map(([belowBytes, probability]) => ({
        belowBytes: Number(belowBytes),
        probability,
      })),
      traces: expected.traces,
    });
    expect(Buffer.from(metadata)).toEqual(head);
  });
});

describe('a recording of version 1', () => {
  const METADATA = encodeMetadataV1({
    startSeconds: 1_600_000_000,
    startNanos: 999_999_999,
    bands: [{ belowBytes: 64, probability: 0 }],
    traces: [
      [['a.py', 1]],
      [],
      [
        ['a.py', 1],
        ['b.py', 0],
      ],
      [
        ['x.py', 9],
        ['b.py', 2],
      ],
    ],
  });

  function withFiles<Result>(
    hpd: Uint8Array,
    use: (filebase: string) => Result,
    hpm = METADATA,
  ): Result {
    const { filebase, cleanup } = writeFiles({ hpm, hpd });
    try {
      return use(filebase);
    } finally {
      cleanup();
    }
  }

  function items(hpd: Uint8Array): { events: EventV1[]; others: LogItem[]; cutBytes: number } {
    return withFiles(hpd, (filebase) => {
      const { log, close } = openRecording(filebase);
      const others = [...log.items()].filter(({ item }) => item !== 'events');
      const { cutBytes } = log;
      close();
      return { events: readEvents(filebase), others, cutBytes };
    });
  }

  test('may have been started a moment ago: an empty .hpd has no events', () => {
    expect(items(new Uint8Array(0))).toEqual({ events: [], others: [], cutBytes: 0 });
  });

  test('cuts its start to microseconds', () => {
    withFiles(new Uint8Array(0), (filebase) => {
      expect(openRecording(filebase).metadata.facts.startWallMicros).toBe(1_600_000_000_999_999);
    });
  });

  test('gives a trace its parent where that is a trace too', () => {
    withFiles(new Uint8Array(0), (filebase) => {
      const { traces } = openRecording(filebase).metadata;
      expect([0, 1, 2, 3, 4, 5].map((trace) => traces.parent(trace))).toEqual([0, 0, 0, 1, 0, 0]);
      expect(traces.trace(2)).toEqual([]);
      expect(traces.innermostFrame(3)).toMatchObject({ file: 'b.py', line: 0 });
      expect(traces.trace(5)).toBeUndefined();
    });
  });

  test('never goes back in time when the clock does, and keeps what the clock says after', () => {
    const clock = [1_000_000, 900_000, 950_000, 1_000_010, 2_000_000];
    const written = clock.map((time, k) => ({
      deltaMicros: time - (clock[k - 1] ?? 0),
      trace: 1,
      sizeBytes: 8,
      isFree: false,
    }));
    const times: number[] = [];
    for (const { deltaMicros } of items(encodeEventsV1(written)).events) {
      times.push((times.at(-1) ?? 0) + deltaMicros);
    }
    expect(times).toEqual([1_000_000, 1_000_000, 1_000_000, 1_000_010, 2_000_000]);
  });

  const event = fc.record({
    deltaMicros: fc.oneof(fc.nat(300), fc.nat(1e9)),
    trace: fc.nat(2 ** 30 - 1),
    sizeBytes: fc.oneof(fc.nat(300), fc.maxSafeNat()),
    isFree: fc.boolean(),
  });
  const log = fc
    .array(event, { maxLength: 40 })
    .map((events) => events.map((e, k) => (k === 0 ? { ...e, trace: e.trace % 2 } : e)));

  test('gives back any events', () => {
    fc.assert(
      fc.property(log, (events) => {
        expect(items(encodeEventsV1(events))).toEqual({ events, others: [], cutBytes: 0 });
      }),
    );
  });

  test('when cut anywhere, gives a prefix of its events and says how many bytes are left', () => {
    fc.assert(
      fc.property(log, fc.nat(), (events, cut) => {
        const bytes = encodeEventsV1(events);
        const kept = bytes.subarray(0, cut % (bytes.length + 1));
        const read = items(kept);
        expect(read.events).toEqual(events.slice(0, read.events.length));
        expect(read.others).toEqual([]);
        expect(encodeEventsV1(read.events).length + read.cutBytes).toBe(kept.length);
      }),
    );
  });

  test.each([
    ['a size above 2^53 − 1', '00000001 00 01 ffffffffffffffff01'],
    ['a size of more bytes than any number has', '00000001 00 01 80808080808080808000'],
    ['microseconds of a second or more', '00000001 00 c0843d 08'],
    ['a time above what can be counted', '00000001 ffffffffffffff0f 00 08'],
  ])('reports %s, and keeps the events before it', (_, hex) => {
    const good: EventV1[] = [{ deltaMicros: 3, trace: 1, sizeBytes: 8, isFree: false }];
    const bad = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const read = items(Buffer.concat([encodeEventsV1(good), bad, Buffer.alloc(100)]));
    expect(read.events).toEqual(good);
    expect(read.others).toMatchObject([
      { item: 'damage', damage: { offset: 7, bytes: bad.length + 100 } },
    ]);
  });

  test('of any bytes is read to its end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const hpd = Buffer.concat([Buffer.from([0, 0, 0, 1]), bytes]);
        const { events, others } = items(hpd);
        expect(events.every(({ deltaMicros }) => deltaMicros >= 0)).toBe(true);
        expect(others.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('whose .hpm is cut has a prefix of its traces, or says that its head is not whole', () => {
    for (let cut = 0; cut < METADATA.length; cut++) {
      const hpm = METADATA.subarray(0, cut);
      const read = () =>
        withFiles(new Uint8Array(0), (filebase) => openRecording(filebase).metadata, hpm);
      if (cut < 33) {
        expect(read).toThrow(/recording\.hpm: /);
      } else {
        const { traces, damage } = read();
        expect(damage).toEqual([]);
        expect(traces.traceCount).toBe([40, 41, 54, 67].filter((end) => end <= cut).length);
      }
    }
  });
});
