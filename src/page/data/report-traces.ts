import { ByteReader } from '../../format/byte-reader.js';
import type { TraceTable } from '../../format/log.js';
import type { Frame, Trace } from '../../model/frame.js';

/** The traces of a report, and the names of types of each of its recordings. */
export interface ReportTraces {
  readonly traces: TraceTable;
  readonly typeNames: readonly ReadonlyMap<number, string>[];
}

/**
 * Reads the part `traces` of a report (docs/report-format.md).
 * @throws DecodeError if it is damaged.
 */
export function decodeTraces(bytes: Uint8Array): ReportTraces {
  const from = new ByteReader(bytes);
  const list = <Item>(leastBytes: number, item: () => Item): Item[] => {
    const count = from.varint();
    from.expectItems(count, leastBytes);
    return Array.from({ length: count }, item);
  };
  const strings = list(1, () => from.string());
  const stringOf = (index: number) => strings[index - 1] ?? '';
  const frames = list(
    4,
    (): Frame => ({
      functionName: stringOf(from.varint()),
      file: stringOf(from.varint()),
      line: from.varint(),
      column: from.varint(),
    }),
  );
  const nodeCount = from.varint();
  from.expectItems(nodeCount, 2);
  const calls: Calls = {
    callers: new Uint32Array(nodeCount + 1),
    frames: new Uint32Array(nodeCount + 1),
  };
  for (let node = 1; node <= nodeCount; node++) {
    const distance = from.varint();
    if (distance < 1 || distance > node) throw from.error('a call is not after its caller');
    calls.callers[node] = node - distance;
    calls.frames[node] = from.varint() - 1;
  }
  const traceCount = from.varint();
  const listedCount = from.varint();
  from.expectItems(listedCount, 2);
  const listed: ListedTraces = {
    traces: new Uint32Array(listedCount),
    nodes: new Uint32Array(listedCount),
  };
  let trace = 0;
  for (let place = 0; place < listedCount; place++) {
    trace += from.varint();
    listed.traces[place] = trace;
    listed.nodes[place] = from.varint();
  }
  const typeNames = list(
    1,
    () => new Map(list(2, () => [from.varint(), stringOf(from.varint())] as const)),
  );
  return { traces: new NodeTraces(traceCount, frames, calls, listed), typeNames };
}

/** A tree of calls, in columns: element n belongs to call n, which counts from 1. */
interface Calls {
  /** Who calls; comes earlier, 0 is none. */
  readonly callers: Uint32Array;
  /** What is called; counts from 0. */
  readonly frames: Uint32Array;
}

/** Which traces there are, rising, and the innermost call of each. */
interface ListedTraces {
  readonly traces: Uint32Array;
  readonly nodes: Uint32Array;
}

/** Traces as nodes of a tree of calls. There may be a million, so they are columns. */
class NodeTraces implements TraceTable {
  readonly traceCount: number;
  readonly #frames: readonly Frame[];
  readonly #calls: Calls;
  readonly #listed: ListedTraces;
  /** The trace that has each call as its innermost; 0 for none. */
  readonly #traceOf: Uint32Array;

  constructor(traceCount: number, frames: readonly Frame[], calls: Calls, listed: ListedTraces) {
    this.traceCount = traceCount;
    this.#frames = frames;
    this.#calls = calls;
    this.#listed = listed;
    this.#traceOf = new Uint32Array(calls.callers.length);
    listed.nodes.forEach((node, place) => {
      this.#traceOf[node] = listed.traces[place]!;
    });
  }

  /** Names of types are those of their recording, not of all. */
  string(): string {
    return '';
  }

  parent(trace: number): number {
    const caller = this.#calls.callers[this.#nodeOf(trace) ?? 0] ?? 0;
    return caller === 0 ? 0 : this.#traceOf[caller]!;
  }

  innermostFrame(trace: number): Frame | undefined {
    const node = this.#nodeOf(trace) ?? 0;
    return node === 0 ? undefined : this.#frames[this.#calls.frames[node]!];
  }

  trace(trace: number): Trace | undefined {
    const { callers, frames } = this.#calls;
    const innermost = this.#nodeOf(trace);
    if (innermost === undefined) return undefined;
    let length = 0;
    for (let node = innermost; node > 0; node = callers[node]!) length += 1;
    const stack = new Array<Frame>(length);
    for (let node = innermost; node > 0; node = callers[node]!) {
      length -= 1;
      stack[length] = this.#frames[frames[node]!]!;
    }
    return stack;
  }

  /** The innermost call of a trace, 0 for one without frames; undefined for one that is not listed. */
  #nodeOf(trace: number): number | undefined {
    const { traces, nodes } = this.#listed;
    let [first, end] = [0, traces.length];
    while (first < end) {
      const middle = (first + end) >>> 1;
      if (traces[middle]! < trace) first = middle + 1;
      else end = middle;
    }
    return traces[first] === trace ? nodes[first] : undefined;
  }
}
