import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MemoryEvent } from '../../src/model/event.js';
import { weightOf } from '../../src/model/sampling.js';
import type { Snapshot } from '../../src/model/snapshot.js';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import { replay } from '../support/replay.js';

const DATA = fileURLToPath(new URL('../data/heapprof-v1/', import.meta.url));
const INTERVAL_MICROS = 50_000;

interface Golden {
  readonly snapshots: readonly { readonly usage: Readonly<Record<string, number>> }[];
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heapprof-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A sample in a folder of its own, with its digest. */
function open(sample: string): ProfileReader {
  for (const suffix of ['hpm', 'hpd']) {
    copyFileSync(path.join(DATA, `${sample}.${suffix}`), path.join(folder, `${sample}.${suffix}`));
  }
  const reader = new ProfileReader(path.join(folder, sample));
  reader.makeDigestSync({ timeInterval: INTERVAL_MICROS / 1e6, precision: 0 });
  return reader;
}

function golden(sample: string): Golden {
  const packed = readFileSync(path.join(DATA, `${sample}.golden.json.gz`));
  return JSON.parse(gunzipSync(packed).toString()) as Golden;
}

test.each(['mixed', 'json'])('the snapshots of %s are what a replay gives', (sample) => {
  using reader = open(sample);
  const events = [...reader.hpd.events()];
  const expected = replay(
    {
      sampling: reader.hpm.facts.sampling,
      events,
      heapRecords: [],
      endMicros: events.at(-1)!.timeMicros,
      typeIndex: () => 0,
    },
    { timeIntervalMicros: INTERVAL_MICROS, precision: 0 },
  );
  const snapshots = [...reader.snapshots];
  expect(snapshots.length).toBe(expected.length);
  snapshots.forEach((snapshot, k) => {
    expectAlike(snapshot, expected[k]!);
  });
});

/** Weights of version 1 are fractions: one sum may round to another whole number than the other. */
function expectAlike(snapshot: Snapshot, expected: Snapshot) {
  expect(snapshot.timeMicros).toBe(expected.timeMicros);
  for (const rows of ['liveRows', 'allocatedRows'] as const) {
    expect(snapshot[rows].map((row) => row.trace)).toEqual(expected[rows].map((row) => row.trace));
    snapshot[rows].forEach((row, k) => {
      for (const figure of ['bytes', 'objects', 'bytesError', 'objectsError'] as const) {
        expect(Math.abs(row[figure] - expected[rows][k]![figure])).toBeLessThanOrEqual(1);
      }
    });
  }
}

// Snapshot k of the original is taken at (k + 1) × interval and after the event that crosses it: one
// interval and one event later than its label says. Ours of (k + 1) × interval, and that event, is the same.
test('the snapshots of mixed are those of the original, one interval and one event earlier', () => {
  using reader = open('mixed');
  const original = golden('mixed').snapshots;
  const ours = reader.snapshots;
  expect(ours.length).toBe(original.length + 2);
  const events = [...reader.hpd.events()];
  original.forEach(({ usage }, k) => {
    const snapshot = ours.at(k + 1)!;
    const usual = usageWith(snapshot, crossing(events, snapshot), reader);
    expect(usual).toEqual(new Map(Object.entries(usage).map(([key, n]) => [Number(key), n])));
  });
});

// The original counts in 32 bits, and cuts each event's weighted size to a whole number: its sums are
// lower by less than a millionth, and wrong by a multiple of 4 GiB.
test('the snapshots of json are those of the original as well, but for its overflow', () => {
  using reader = open('json');
  const original = golden('json').snapshots;
  const events = [...reader.hpd.events()];
  expect(original.length).toBeGreaterThan(0);
  original.forEach(({ usage }, k) => {
    const snapshot = reader.snapshots.at(k + 1)!;
    const ours = usageWith(snapshot, crossing(events, snapshot), reader);
    expect([...ours.keys()].sort()).toEqual(Object.keys(usage).map(Number).sort());
    for (const [trace, bytes] of ours) {
      const difference = (bytes - usage[trace]!) % 2 ** 32;
      expect(difference).toBeGreaterThanOrEqual(-1);
      expect(difference).toBeLessThan(bytes / 1e6 + 1);
    }
  });
});

function crossing(events: readonly MemoryEvent[], snapshot: Snapshot): MemoryEvent {
  return events.find((event) => event.timeMicros > snapshot.timeMicros)!;
}

/** Live bytes by trace after one more event. */
function usageWith(
  snapshot: Snapshot,
  event: MemoryEvent,
  reader: ProfileReader,
): Map<number, number> {
  const usage = new Map(snapshot.liveRows.map((row) => [row.trace, row.bytes]));
  const sign = event.operation === 'allocation' ? 1 : -1;
  const bytes = sign * event.sizeBytes * weightOf(reader.hpm.facts.sampling, event.sizeBytes);
  usage.set(event.trace, (usage.get(event.trace) ?? 0) + bytes);
  for (const [trace, bytes] of usage) if (bytes === 0) usage.delete(trace);
  return usage;
}

test('with a weight of 1 the live bytes of json are those of the objects that were logged', () => {
  using reader = open('json');
  reader.makeDigestSync({ timeInterval: 60, precision: 0, weight: 1 });
  let bytes = 0;
  for (const { operation, sizeBytes } of reader.hpd.events()) {
    bytes += operation === 'allocation' ? sizeBytes : -sizeBytes;
  }
  expect(reader.totals.at(-1)!.live.heap).toMatchObject({ bytes, bytesError: 0 });
});
