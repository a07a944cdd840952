import { describe, expect, test } from 'vitest';
import { openRecording } from '../../src/format/open.js';
import type { HeapRecord } from '../../src/model/event.js';
import { read } from '../../src/read.js';
import { eventsIn, ownFrame, recordFixture } from '../support/record.js';

const NODE_ARGS = ['--expose-gc'];

/** What a recording at rate 1 says of array buffers at the time of each heap record, beside Node's own figure. */
function balance(filebase: string): { ours: number; record: HeapRecord }[] {
  const recording = openRecording(filebase);
  const records: HeapRecord[] = [];
  for (const item of recording.log.items()) if (item.item === 'heap') records.push(...item.records);
  const result: { ours: number; record: HeapRecord }[] = [];
  let live = 0;
  for (const event of recording.log.events()) {
    while (
      result.length < records.length &&
      records[result.length]!.timeMicros < event.timeMicros
    ) {
      result.push({ ours: live, record: records[result.length]! });
    }
    if (event.kind !== 'arrayBuffer') continue;
    live += event.operation === 'allocation' ? event.sizeBytes : -event.sizeBytes;
  }
  while (result.length < records.length)
    result.push({ ours: live, record: records[result.length]! });
  recording.close();
  return result;
}

test('at rate 1, array buffers add up to those of Node at any moment, with what is left from before the start', () => {
  const { filebase, stderr } = recordFixture('buffers.cjs', {
    nodeArgs: NODE_ARGS,
    sample: { 1: 1 },
  });
  expect(stderr).toBe('');
  const moments = balance(filebase);
  expect(Math.max(...moments.map(({ ours }) => ours))).toBeGreaterThan(20e6);
  for (const { ours, record } of moments) {
    const expected = record.arrayBufferBytes - record.earlierArrayBufferBytes!;
    // A free of another thread may come between the two readings.
    expect(
      Math.abs(ours - expected),
      `at ${record.timeMicros} µs: ${ours}, ${expected}`,
    ).toBeLessThanOrEqual(Math.max(0.01 * expected, 1000));
  }
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
