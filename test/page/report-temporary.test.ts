import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CallTree,
  type CallTreeOptions,
  callTree,
} from '../../src/analysis/call-tree/call-tree.js';
import { foldTemporary } from '../../src/analysis/call-tree/temporary-fold.js';
import { FreeCounter } from '../../src/analysis/call-tree/temporary-frees.js';
import { openReport } from '../../src/page/data/report-profile.js';
import { decodeTemporary } from '../../src/page/data/report-temporary.js';
import { type Reader, read } from '../../src/read.js';
import { findInLogs } from '../../src/render/report/find-in-logs.js';
import { makeReport } from '../../src/render/report/report.js';
import { packSections, SectionPacker } from '../../src/render/report/report-sections.js';
import { encodeTemporary } from '../../src/render/report/temporary-section.js';
import { REAL_RECORDINGS, readReal } from '../support/real-recordings.js';
import { member, recording, writeFamily } from '../support/recording.js';

/** The report of a recording as the page opens it. */
const reportOf = (reader: Reader) => openReport(packSections(reader, findInLogs(reader)));

/** What each node has, by the frames that lead to it. */
function figuresByPath({ nodes, frames }: CallTree): Map<string, readonly number[]> {
  const paths: string[] = [];
  const figures = new Map<string, readonly number[]>();
  for (let node = 0; node < nodes.count; node++) {
    const { functionName, file, line, column } = frames[nodes.frames[node]!]!;
    const label = `${functionName} ${file}:${line}:${column}`;
    paths.push(
      node === 0
        ? ''
        : `${paths[nodes.parents[node]!]}\n${Math.sign(nodes.depths[node]!)} ${label}`,
    );
    figures.set(paths[node]!, [
      nodes.bytes[node]!,
      nodes.bytesErrors[node]!,
      nodes.objects[node]!,
      nodes.objectsErrors[node]!,
      nodes.localBytes[node]!,
      nodes.localObjects[node]!,
    ]);
  }
  return figures;
}

/** Both have the same nodes with the same figures, but for the order in which they were added up. */
function expectSameTrees(ofPage: CallTree, ofLogs: CallTree): void {
  const [page, logs] = [figuresByPath(ofPage), figuresByPath(ofLogs)];
  expect(page.size).toBe(logs.size);
  const different = [...logs].filter(([path, figures]) =>
    figures.some((figure, k) => {
      const ofPage = page.get(path)?.[k] ?? Number.NaN;
      return !(Math.abs(ofPage - figure) <= 1e-9 * Math.max(figure, 1));
    }),
  );
  expect(different).toEqual([]);
}

test.each(REAL_RECORDINGS)(
  'temporary memory of %s is frame by frame that of the logs, over all of it and in ranges',
  async (name) => {
    const reader = readReal(name);
    const report = await reportOf(reader);
    const end = reader.elapsedTime;
    const times = [
      { from: 0 },
      { from: end / 3, to: end / 2 },
      { at: end / 4 },
      { from: end, to: end },
    ];
    for (const time of times) {
      for (const view of ['overview', 'hotspots'] as const) {
        const options: CallTreeOptions = { ...time, view, metric: 'temporary' };
        expectSameTrees(callTree(report, options), reader.callTree(options));
      }
    }
    const ofKind = { metric: 'temporary-objects', kind: 'arrayBuffer' } as const;
    expectSameTrees(callTree(report, ofKind), reader.callTree(ofKind));
  },
);

/** A root and a worker that frees a second after it, both every second; a third each survives 0, 1 and 2 collections. */
function family() {
  const root = member(1, { sampling: { by: 'interval', intervalBytes: 4096 } });
  const worker = member(2, { afterRootMicros: 5_000_000 });
  for (let second = 0; second < 30; second++) {
    const survived = second % 3;
    const options = { at: second * 1_000_000, survived, type: second % 2 ? 'A' : 'B' };
    const ofRoot = `main:a.js:1 > f${second % 2}:a.js:2`;
    root.alloc(ofRoot, 1000, options).free(ofRoot, 1000, options);
    worker.alloc('work:w.js:1', 500, options).free('work:w.js:1', 500, options);
  }
  return writeFamily({ '': root.stop(), '.w1': worker.stop() });
}

test('temporary memory of a family is that of all its members, each with its own sampling', async () => {
  const { filebase, cleanup } = family();
  using reader = read(filebase, 10);
  const report = await reportOf(reader);
  for (const time of [{ from: 0 }, { from: 10, to: 20 }, { from: 10, to: 10 }, { at: 20 }]) {
    const options = { ...time, metric: 'temporary' } as const;
    expectSameTrees(callTree(report, options), reader.callTree(options));
  }
  // Of the root, what was freed at 12, 15 and 18 s, a thousand bytes each; of the worker, at 11, 14, 17 and 20 s.
  const { objects } = callTree(report, { from: 10, to: 20, metric: 'temporary' }).total;
  expect(objects).toBeCloseTo(3 / -Math.expm1(-1000 / 4096) + 4);
  cleanup();
});

test('folded, the smallest traces are "other" of their member, and sums and errors are the same', async () => {
  const { filebase, cleanup } = family();
  using reader = read(filebase, 10);
  const options = { from: 0, metric: 'temporary' } as const;
  const all = reader.callTree(options);
  const packer = new SectionPacker(reader, findInLogs(reader));
  // The worker has 5,000 bytes of about 51,000.
  const folded = callTree(await openReport(packer.pack(0.12)), options);
  expect(folded.total.bytes).toBeCloseTo(all.total.bytes);
  expect(folded.total.bytesError).toBeCloseTo(all.total.bytesError);
  expect(folded.total.objects).toBeCloseTo(all.total.objects);
  const [before, after] = [figuresByPath(all), figuresByPath(folded)];
  const gone = [...before.keys()].filter((path) => !after.has(path));
  expect(gone).toEqual(['\n1 work w.js:1:0']);
  expect(before.get(gone[0]!)![0]).toBe(5000);
  for (const [path, figures] of after) {
    if (before.has(path)) expect(figures[0]).toBeCloseTo(before.get(path)![0]!);
  }
  cleanup();
});

test('nothing, something or everything is folded: counts by type, size and snapshot remain', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(60), fc.nat(5), fc.integer({ min: 1, max: 9 }), fc.nat(4)), {
        maxLength: 80,
      }),
      fc.nat(100),
      (events, percent) => {
        const precision = percent / 100;
        const counter = new FreeCounter();
        const inOrder = [...events].sort((a, b) => a[3] - b[3]);
        for (const [trace, typeKind, size, snapshot] of inOrder) {
          counter.add(trace, typeKind, size, snapshot, 1);
        }
        const frees = counter.frees();
        const members = [0, 20, 40].map((firstTrace) => ({
          firstTrace,
          sampling: { by: 'bands', bands: [] } as const,
        }));
        const folded = foldTemporary(frees, precision, members);
        const memberOf = (trace: number) => Math.min(Math.floor(trace / 20), 2);
        const sums = (of: typeof frees) => {
          const found: Record<string, number> = {};
          for (const [site, trace] of of.traces.entries()) {
            for (let k = of.starts[site]!; k < of.starts[site + 1]!; k++) {
              const key = `${memberOf(trace)} ${of.typeKinds[site]} ${of.sizesBytes[site]} ${of.snapshots[k]}`;
              found[key] = (found[key] ?? 0) + of.counts[k]!;
            }
          }
          return found;
        };
        expect(sums(folded)).toEqual(sums(frees));
        const bytes = (trace: number) =>
          events.reduce((sum, event) => sum + (event[0] === trace ? event[2] : 0), 0);
        const total = events.reduce((sum, event) => sum + event[2], 0);
        const gone = [...new Set(frees.traces)].filter((trace) => !folded.traces.includes(trace));
        expect(gone.reduce((sum, trace) => sum + bytes(trace), 0)).toBeLessThanOrEqual(
          precision * total + 1e-9,
        );
      },
    ),
  );
});

test('what is written of temporary memory is read again', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.nat(2 ** 32 - 1),
          fc.nat(2 ** 32 - 1),
          fc.nat(Number.MAX_SAFE_INTEGER),
          fc.nat(500),
          fc.nat(3),
        ),
        { maxLength: 40 },
      ),
      (events) => {
        const counter = new FreeCounter();
        for (const [trace, typeKind, size, snapshot, more] of events.sort((a, b) => a[3] - b[3])) {
          counter.add(trace, typeKind, size, snapshot, 1 + more);
        }
        const frees = counter.frees();
        expect(decodeTemporary(encodeTemporary(frees))).toEqual(frees);
        expect(frees.counts.reduce((sum, count) => sum + count, 0)).toBe(
          events.reduce((sum, [, , , , more]) => sum + 1 + more, 0),
        );
      },
    ),
  );
});

test('where a report would be too large, temporary memory is folded before the digest is made coarser, and the report says so', () => {
  const builder = recording();
  for (let k = 0; k < 3000; k++) {
    const trace = `main:a.js:1 > f${k}_${(k * 7919) % 10_007}:a${(k * 31) % 997}.js:${k}`;
    const options = { at: Math.floor(k / 50) * 1_000_000 };
    builder
      .alloc(trace, k < 2990 ? 16 : 1_000_000, options)
      .free(trace, k < 2990 ? 16 : 1_000_000, options);
  }
  const { filebase, cleanup } = builder.stop().write();
  using reader = read(filebase, { timeInterval: 10, precision: 0.1 });
  const whole = makeReport(reader);
  expect(whole.coarsened).toBeUndefined();
  const { html, coarsened } = makeReport(reader, { maxBytes: whole.html.length - 2000 });
  expect(html.length).toBeLessThanOrEqual(whole.html.length - 2000);
  expect(coarsened).toMatch(
    /^To stay below \S+ \S+, the report puts the call stacks with the least temporary memory, up to \d+ % of it, together as "other"; heapprof view has all of it\.$/,
  );
  cleanup();
});
