import { describe, expect, test } from 'vitest';
import { openRecording } from '../../src/format/open.js';
import type { HeapRecord } from '../../src/model/event.js';
import { read } from '../../src/read.js';
import { eventsIn, ownFrame, recordFixture } from '../support/record.js';

const NODE_ARGS = ['--expose-gc'];

/** Another thread may free buffers between the reading of the clock and of V8's count. */
const RACE_MICROS = 2000;

/** What a recording at rate 1 says of array buffers around the time of each heap record, beside Node's own figure. */
function balance(filebase: string): { least: number; most: number; record: HeapRecord }[] {
  const recording = openRecording(filebase);
  const records: HeapRecord[] = [];
  for (const item of recording.log.items()) if (item.item === 'heap') records.push(...item.records);
  const steps = [{ timeMicros: 0, live: 0 }];
  for (const { timeMicros, kind, operation, sizeBytes } of recording.log.events()) {
    if (kind !== 'arrayBuffer') continue;
    const change = operation === 'allocation' ? sizeBytes : -sizeBytes;
    steps.push({ timeMicros, live: steps.at(-1)!.live + change });
  }
  recording.close();
  return records.map((record) => {
    const from = steps.findLastIndex((step) => step.timeMicros <= record.timeMicros - RACE_MICROS);
    const to = steps.findLastIndex((step) => step.timeMicros <= record.timeMicros + RACE_MICROS);
    const around = steps.slice(Math.max(from, 0), to + 1).map(({ live }) => live);
    return { least: Math.min(...around), most: Math.max(...around), record };
  });
}

test('at rate 1, array buffers add up to those of Node at any moment, with what is left from before the start', () => {
  const { filebase, stderr } = recordFixture('buffers.cjs', {
    nodeArgs: NODE_ARGS,
    sample: { 1: 1 },
  });
  expect(stderr).toBe('');
  const moments = balance(filebase);
  expect(Math.max(...moments.map(({ most }) => most))).toBeGreaterThan(20e6);
  for (const { least, most, record } of moments) {
    const expected = record.arrayBufferBytes - record.earlierArrayBufferBytes!;
    expect(expected, `at ${record.timeMicros} µs`).toBeGreaterThanOrEqual(0.99 * least - 1000);
    expect(expected, `at ${record.timeMicros} µs`).toBeLessThanOrEqual(1.01 * most + 1000);
  }
  // After the last collection nothing happens any more, so that the two are equal.
  const { most, record } = moments.at(-1)!;
  expect(record.arrayBufferBytes - record.earlierArrayBufferBytes!).toBe(most);
});

test('each array buffer is there once, with its exact line and size', () => {
  const { filebase } = recordFixture('buffers.cjs', { nodeArgs: NODE_ARGS, sample: { 1: 1 } });
  const allocations = eventsIn(filebase, 'buffers.cjs').filter(
    ({ kind, operation }) => kind === 'arrayBuffer' && operation === 'allocation',
  );
  const at = (line: number) =>
    allocations.filter(({ frame }) => frame?.line === line).map(({ sizeBytes }) => sizeBytes);
  expect(at(14)).toEqual(new Array(600).fill(20_000));
  expect(at(15)).toEqual(new Array(600).fill(3_000));
  expect(at(16)).toEqual(new Array(600).fill(800));
  expect(at(17)).toEqual(new Array(600).fill(50_000));
  expect(at(19)).toEqual(new Array(40).fill(9_000));
  expect(at(28)).toEqual(new Array(200).fill(30_000));
});

test('array buffers that another thread has taken are freed when that thread frees them', () => {
  const { filebase } = recordFixture('buffers.cjs', { nodeArgs: NODE_ARGS, sample: { 1: 1 } });
  const frees = eventsIn(filebase, 'buffers.cjs').filter(
    ({ kind, operation, frame }) =>
      kind === 'arrayBuffer' && operation === 'free' && frame?.line === 28,
  );
  expect(frees).toHaveLength(200);
});

describe('array buffers are sampled at the rates of their sizes', () => {
  test.each([
    { sample: { 1000: 0.2, 10000: 0.5 }, probabilities: { 16: 0.2, 15: 0.5, 14: 1 } },
    {
      intervalBytes: 10_000,
      probabilities: { 16: 1 - Math.exp(-0.08), 15: 1 - Math.exp(-0.3), 14: 1 - Math.exp(-2) },
    },
  ])('$sample $intervalBytes', ({ probabilities, ...how }) => {
    for (const seed of [1, 2, 3]) {
      const { filebase } = recordFixture('buffers.cjs', { nodeArgs: NODE_ARGS, seed, ...how });
      const events = eventsIn(filebase, 'buffers.cjs');
      for (const [line, probability] of Object.entries(probabilities)) {
        const logged = events.filter(
          ({ kind, operation, frame }) =>
            kind === 'arrayBuffer' && operation === 'allocation' && frame?.line === Number(line),
        ).length;
        const sigma = Math.sqrt(600 * probability * (1 - probability));
        expect(Math.abs(logged - 600 * probability), `line ${line}`).toBeLessThanOrEqual(4 * sigma);
      }
    }
  });
});

test('a digest has array buffers apart from the heap, at the lines that keep them', () => {
  const { filebase } = recordFixture('buffers.cjs', { nodeArgs: NODE_ARGS, sample: { 1: 1 } });
  const profile = read(filebase, { timeInterval: 0.1, precision: 0 });
  const last = profile.snapshots.at(-1)!;
  const byLine = new Map<number | undefined, number>();
  for (const { kind, trace, bytes } of last.liveRows) {
    const line = ownFrame(profile.rawTrace(trace))?.line;
    if (kind === 'arrayBuffer') byLine.set(line, (byLine.get(line) ?? 0) + bytes);
  }
  // The second half of what is kept at last: at least the 300 of the second turn.
  expect(byLine.get(14)).toBeGreaterThanOrEqual(300 * 20_000);
  expect(byLine.get(19)).toBeGreaterThanOrEqual(20 * 9_000);
  const total = [...byLine.values()].reduce((sum, bytes) => sum + bytes, 0);
  expect(last.live.arrayBuffer.bytes).toBe(total);
  profile.close();
});
