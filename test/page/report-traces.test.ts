import { expect, test } from 'vitest';
import { ByteWriter } from '../../src/format/byte-writer.js';
import type { TraceTable } from '../../src/format/log.js';
import type { Frame, Trace } from '../../src/model/frame.js';
import { decodeTraces } from '../../src/page/data/report-traces.js';
import { encodeTraces } from '../../src/render/report/traces-section.js';

const frame = (functionName: string): Frame => ({
  functionName,
  file: '/a.js',
  line: 1,
  column: 2,
});
const [MAIN, LOAD, PARSE] = [frame('main'), frame('load'), frame('parse')];

/** Traces 1 to 5, of which 4 has no frames, and 5 is like 2. */
const STACKS: readonly Trace[] = [[MAIN], [MAIN, LOAD], [MAIN, LOAD, PARSE], [], [MAIN, LOAD]];
const PARENTS = [0, 1, 2, 0, 1];
const TABLE: TraceTable = {
  traceCount: STACKS.length,
  string: () => '',
  parent: (trace) => PARENTS[trace - 1] ?? 0,
  innermostFrame: (trace) => STACKS[trace - 1]?.at(-1),
  trace: (trace) => STACKS[trace - 1],
};

test('a report has the stacks of its rows, with their callers, and no others', () => {
  const types = [new Map([[3, 'Map']])];
  const { traces, typeNames } = decodeTraces(encodeTraces(TABLE, new Set([3, 4]), types));
  expect(typeNames).toEqual(types);
  expect(traces.traceCount).toBe(5);
  for (const trace of [1, 2, 3, 4]) {
    expect(traces.trace(trace)).toEqual(STACKS[trace - 1]);
    expect(traces.parent(trace)).toBe(PARENTS[trace - 1]);
    expect(traces.innermostFrame(trace)).toEqual(STACKS[trace - 1]!.at(-1));
  }
  for (const trace of [0, 5, 6]) {
    expect(traces.trace(trace)).toBeUndefined();
    expect(traces.innermostFrame(trace)).toBeUndefined();
    expect(traces.parent(trace)).toBe(0);
  }
  // Equal stacks are one call, and both are there.
  const both = decodeTraces(encodeTraces(TABLE, new Set([2, 5]), types)).traces;
  expect(both.trace(2)).toEqual(both.trace(5));
});

test('traces of a damaged report are an error, and no call is its own caller', () => {
  const frames = new ByteWriter();
  frames.varint(1).string('f').varint(1).varint(1).varint(1).varint(0).varint(0);
  for (const distance of [0, 2]) {
    const bytes = new ByteWriter();
    bytes.raw(frames.bytes()).varint(1).varint(distance).varint(1).varint(0).varint(0).varint(0);
    expect(() => decodeTraces(bytes.bytes())).toThrow(/not after its caller/);
  }
  const tooMany = new ByteWriter();
  tooMany.raw(frames.bytes()).varint(1_000_000).varint(1);
  expect(() => decodeTraces(tooMany.bytes())).toThrow(/do not fit/);
});
