import { expect, test } from 'vitest';
import { flameGraph } from '../../src/analysis/flame-graph.js';
import { fakeProfile, type RowText } from './fake-profile.js';

function stacks(live: readonly RowText[]) {
  const profile = fakeProfile([{ seconds: 4, live }]);
  const graph = flameGraph(profile.snapshots.at(0)!, profile.hpm.traces);
  return graph.stacks.map(({ labels, bytes }) => [labels.join(' | '), bytes]);
}

test('a stack has a label per frame, outermost first, with what is known; the largest stack comes first', () => {
  const live = [
    { trace: 'main:/app/main.js:1', bytes: 10 },
    { trace: 'main:/app/main.js:1 > :/app/a.js:2 > slice', bytes: 30 },
  ];
  expect(stacks(live)).toEqual([
    ['main (/app/main.js:1) | /app/a.js:2 | slice', 30],
    ['main (/app/main.js:1)', 10],
  ]);
});

test('types and kinds of one trace, and traces with the same labels, are one stack', () => {
  const live = [
    { trace: 'main:/app/a.mjs:1', bytes: 1, type: 'Map' },
    { trace: 'main:/app/a.mjs:1', bytes: 2, type: 'Array' },
    { trace: 'main:file:///app/a.mjs:1', bytes: 4 },
  ];
  expect(stacks(live)).toEqual([['main (/app/a.mjs:1)', 7]]);
});

test('bytes without a trace are (other), and a stack without bytes is left out', () => {
  const live = [
    { trace: '', bytes: 5 },
    { trace: 'main', bytes: 0 },
  ];
  expect(stacks(live)).toEqual([['(other)', 5]]);
});

test('stacks of equal size are in the order of their labels, a stack before those that go on from it', () => {
  const live = ['b', 'a > c > d', 'a > c', 'a > b > z', 'a'].map((trace) => ({ trace, bytes: 8 }));
  expect(stacks([...live, { trace: 'z > a', bytes: 9 }])).toEqual([
    ['z | a', 9],
    ...['a', 'a | b | z', 'a | c', 'a | c | d', 'b'].map((labels) => [labels, 8]),
  ]);
});
