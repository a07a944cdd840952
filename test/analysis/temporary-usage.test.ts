import { afterEach, expect, test } from 'vitest';
import type { TimeOptions } from '../../src/analysis/call-tree/time-choice.js';
import { type CallTreeOptions, Reader } from '../../src/index.js';
import { member, recording, type WrittenRecording, writeFamily } from '../support/recording.js';

let written: WrittenRecording | undefined;

afterEach(() => written?.cleanup());

function temporary(options: CallTreeOptions): Record<string, number> {
  using reader = new Reader(written!.filebase);
  reader.makeDigestSync({ timeInterval: 1, precision: 0 });
  const { nodes, frames } = reader.callTree({ metric: 'temporary', ...options });
  return Object.fromEntries(
    [...nodes.bytes].map((bytes, node) => [frames[nodes.frames[node]!]!.functionName, bytes]),
  );
}

function threeFrees(): WrittenRecording {
  const half = { by: 'bands', bands: [{ belowBytes: 64, probability: 0.5 }] } as const;
  return recording({ sampling: half })
    .alloc('a', 32, { times: 2 })
    .alloc('b', 100, { kind: 'arrayBuffer' })
    .alloc('c', 200)
    .free('a', 32, { at: 1_500_000, times: 2, age: 1_500_000, survived: 0 })
    .free('b', 100, { at: 2_500_000, kind: 'arrayBuffer', age: 2_500_000, survived: 1 })
    .at(4_000_000)
    .stop()
    .write();
}

test.each<[string, CallTreeOptions, Record<string, number>]>([
  ['the first collection', {}, { '(all)': 128, a: 128 }],
  ['two collections', { within: { collections: 2 } }, { '(all)': 228, a: 128, b: 100 }],
  ['two seconds', { within: { seconds: 2 } }, { '(all)': 128, a: 128 }],
  ['a range', { from: 2, to: 3, within: { seconds: 9 } }, { '(all)': 100, b: 100 }],
  ['an instant', { at: 1, within: { seconds: 9 } }, { '(all)': 0 }],
  ['a kind', { kind: 'arrayBuffer', within: { seconds: 9 } }, { '(all)': 100, b: 100 }],
])('temporary is what was freed soon, weighted: %s', (_, options, expected) => {
  written = threeFrees();
  expect(temporary(options)).toEqual(expected);
});

test('the error is that of the sampled events', () => {
  written = threeFrees();
  using reader = new Reader(written.filebase);
  reader.makeDigestSync();
  // Two events of 32 bytes and the weight 2: 32 · √(2 · 2 · 1).
  const { total } = reader.callTree({ metric: 'temporary' });
  expect(total).toEqual({ bytes: 128, bytesError: 64, objects: 4, objectsError: 2 });
});

test('what was freed in both of two times is common to both, and its error cancels', () => {
  written = threeFrees();
  using reader = new Reader(written.filebase);
  reader.makeDigestSync({ timeInterval: 1, precision: 0 });
  const options = { metric: 'temporary', within: { seconds: 9 } } as const;
  const total = (a: TimeOptions, b: TimeOptions) =>
    reader.compareCallTrees(reader, { ...options, a, b }).total.bytes;
  // The second time has the array buffer, too, which is counted without an error.
  expect(total({ from: 0, to: 2 }, { from: 0, to: 3 })).toMatchObject({
    a: 128,
    aError: 64,
    difference: 100,
    differenceError: 0,
  });
  expect(total({ from: 0, to: 2 }, { from: 2, to: 3 })).toMatchObject({
    difference: -28,
    differenceError: 64,
  });
});

test('of a family, times count from the start of the root', () => {
  const worker = member(2, { afterRootMicros: 2_000_000 })
    .alloc('w', 10)
    .free('w', 10, { at: 500_000, age: 500_000 })
    .at(600_000)
    .stop();
  const root = member(1).alloc('r', 1).free('r', 1, { at: 500_000, age: 500_000 });
  written = writeFamily({ '': root.at(4_000_000).stop(), '.w3': worker });
  expect(temporary({ from: 2, to: 3 })).toEqual({ '(all)': 10, w: 10 });
  expect(temporary({ from: 0, to: 1 })).toEqual({ '(all)': 1, r: 1 });
});

test('a limit of nothing is refused', () => {
  written = threeFrees();
  expect(() => temporary({ within: { collections: 0 } })).toThrow(RangeError);
});
