import { expect, test } from 'vitest';
import { treeOf } from '../../src/analysis/call-tree/call-tree.js';
import type { StackUsage } from '../../src/analysis/call-tree/stack-usage.js';
import { compare } from '../../src/analysis/compare.js';
import { frameLabel } from '../../src/analysis/frame-label.js';
import type { Frame } from '../../src/model/frame.js';
import { fakeProfile } from './fake-profile.js';

/** Numbers from 0 up to 1, the same each time: a linear congruential generator (Numerical Recipes). */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const FRAMES: readonly Frame[] = Array.from({ length: 60 }, (_, k) => ({
  functionName: `f${k}`,
  file: '/app/a.js',
  line: k + 1,
  column: 0,
}));

/** Stacks of which most begin as the one before them. */
function stacks(count: number): StackUsage[] {
  const random = randoms(7);
  let frames: readonly Frame[] = [];
  return Array.from({ length: count }, () => {
    const kept = frames.slice(0, Math.floor(random() * 30));
    const added = Array.from(
      { length: 1 + Math.floor(random() * 6) },
      () => FRAMES[Math.floor(random() ** 2 * FRAMES.length)]!,
    );
    frames = [...kept, ...added];
    return {
      member: 0,
      frames,
      type: '',
      kind: 'heap',
      bytes: random() * 1000,
      bytesError: random() * 10,
      objects: random() * 10,
      objectsError: random(),
    };
  });
}

const TIME = { fromSeconds: 0, toSeconds: 1, isInstant: true };

test('a tree of thousands of nodes has for each path what the stacks that come through it have, the largest first', () => {
  const usages = stacks(1500);
  for (const view of ['overview', 'hotspots'] as const) {
    for (const maxDepth of [12, 200]) {
      const expected = new Map<string, { bytes: number; variance: number; local: number }>();
      const at = (path: string) => {
        const known = expected.get(path) ?? { bytes: 0, variance: 0, local: 0 };
        expected.set(path, known);
        return known;
      };
      for (const { frames, bytes, bytesError } of usages) {
        const way = (view === 'hotspots' ? frames.toReversed() : frames).slice(0, maxDepth);
        const paths = way.map((_, k) =>
          way
            .slice(0, k + 1)
            .map(frameLabel)
            .join('>'),
        );
        for (const path of ['', ...paths]) {
          at(path).bytes += bytes;
          at(path).variance += bytesError ** 2;
        }
        at(paths.at(-1)!).local += bytes;
      }
      const { nodes, frames } = treeOf(usages, TIME, { view, maxDepth });
      expect(nodes.count).toBeGreaterThan(1500);
      expect(nodes.count).toBe(expected.size);
      const paths: string[] = [''];
      const found: unknown[] = [];
      const lastChild = new Map<number, number>();
      for (let node = 0; node < nodes.count; node++) {
        const parent = nodes.parents[node]!;
        if (node > 0) {
          const label = frameLabel(frames[nodes.frames[node]!]!);
          paths[node] = parent === 0 ? label : `${paths[parent]}>${label}`;
        }
        const before = lastChild.get(parent);
        lastChild.set(parent, node);
        found.push({
          path: paths[node],
          depth: Math.abs(nodes.depths[node]!),
          bytes: nodes.bytes[node],
          bytesError: nodes.bytesErrors[node],
          localBytes: nodes.localBytes[node],
          isInOrder: before === undefined || nodes.bytes[before]! >= nodes.bytes[node]!,
        });
      }
      expect(found).toEqual(
        paths.map((path) => {
          const { bytes, variance, local } = expected.get(path)!;
          const depth = path === '' ? 0 : path.split('>').length;
          const bytesError = Math.sqrt(variance);
          return { path, depth, bytes, bytesError, localBytes: local, isInOrder: true };
        }),
      );
      expect(new Set(paths).size).toBe(nodes.count);
    }
  }
});

/** Of two times of a program with many stacks. */
function manyTraces() {
  const random = randoms(11);
  const texts = [...new Set(stacks(400).map(({ frames }) => frames))].map((frames) =>
    frames.map(({ functionName, file, line }) => `${functionName}:${file}:${line}`).join(' > '),
  );
  const rows = () =>
    texts
      .filter(() => random() < 0.8)
      .map((trace) => ({ trace, bytes: Math.floor(random() * 1e6), error: random() * 1000 }));
  return [rows(), rows()] as const;
}

test('comparing by trace, each stack has a row, also where one is the beginning of another', () => {
  const [a, b] = manyTraces();
  const profile = fakeProfile([
    { seconds: 0, live: a },
    { seconds: 10, live: b },
  ]);
  const { rows } = compare({ profile, to: 0 }, { profile, from: 10 }, { by: 'trace' });
  const sums = (of: typeof a) => {
    const byTrace = new Map<string, number>();
    for (const { trace, bytes } of of) byTrace.set(trace, (byTrace.get(trace) ?? 0) + bytes);
    return byTrace;
  };
  const [inA, inB] = [sums(a), sums(b)];
  const found = rows.map(({ labels, ...row }) => ({
    trace: labels.map((label) => label.replace(/ \((.*)\)/, ':$1')).join(' > '),
    ...row,
  }));
  expect(new Set(found.map(({ trace }) => trace))).toEqual(new Set([...inA.keys(), ...inB.keys()]));
  expect(found).toHaveLength(new Set([...inA.keys(), ...inB.keys()]).size);
  for (const row of found) {
    expect([row.a, row.b]).toEqual([inA.get(row.trace) ?? 0, inB.get(row.trace) ?? 0]);
  }
});
