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
  let node = 0;
  const nodes = list(2, () => {
    node += 1;
    return { parent: node - from.varint(), frame: frames[from.varint() - 1]! };
  });
  const traceCount = from.varint();
  let trace = 0;
  const nodeOf = new Map(
    list(2, () => {
      trace += from.varint();
      return [trace, from.varint()] as const;
    }),
  );
  const typeNames = list(
    1,
    () => new Map(list(2, () => [from.varint(), stringOf(from.varint())] as const)),
  );
  return { traces: new NodeTraces(traceCount, nodes, nodeOf), typeNames };
}

/** A call: its caller, which counts from 1 (0 is none) and comes earlier, and the frame that is called. */
interface CallNode {
  readonly parent: number;
  readonly frame: Frame;
}

/** Traces as nodes of a tree of calls. */
class NodeTraces implements TraceTable {
  readonly traceCount: number;
  readonly #nodes: readonly CallNode[];
  readonly #nodeOf: ReadonlyMap<number, number>;
  readonly #traceOf: ReadonlyMap<number, number>;

  constructor(traceCount: number, nodes: readonly CallNode[], nodeOf: ReadonlyMap<number, number>) {
    this.traceCount = traceCount;
    this.#nodes = nodes;
    this.#nodeOf = nodeOf;
    this.#traceOf = new Map([...nodeOf].map(([trace, node]) => [node, trace]));
  }

  /** Names of types are those of their recording, not of all. */
  string(): string {
    return '';
  }

  parent(trace: number): number {
    const node = this.#nodes[(this.#nodeOf.get(trace) ?? 0) - 1];
    return this.#traceOf.get(node?.parent ?? 0) ?? 0;
  }

  innermostFrame(trace: number): Frame | undefined {
    return this.#nodes[(this.#nodeOf.get(trace) ?? 0) - 1]?.frame;
  }

  trace(trace: number): Trace | undefined {
    const innermost = this.#nodeOf.get(trace);
    if (innermost === undefined) return undefined;
    const frames: Frame[] = [];
    for (let node = this.#nodes[innermost - 1]; node; node = this.#nodes[node.parent - 1]) {
      frames.push(node.frame);
    }
    return frames.reverse();
  }
}
