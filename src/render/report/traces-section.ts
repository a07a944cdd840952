import { ByteWriter } from '../../format/byte-writer.js';
import type { TraceTable } from '../../format/log.js';
import type { Frame } from '../../model/frame.js';

/** Names of types of one recording, by their indexes in it. */
export type TypeNames = ReadonlyMap<number, string>;

/** Above the index of any frame, so that a node and a frame make one whole number. */
const MOST_FRAMES = 2 ** 26;

/**
 * The traces of a digest's rows, with all their callers, and the names of types: docs/report-format.md.
 * @param used indexes of the traces, as `traces` counts
 * @param types of each recording of the family
 */
export function encodeTraces(
  traces: TraceTable,
  used: ReadonlySet<number>,
  types: readonly TypeNames[],
): Uint8Array {
  const strings = new Interned<string, string>();
  const frames = new Interned<string, Frame>();
  const nodes = new Interned<number, readonly [parent: number, frame: number]>();
  // Tables mostly give out the same frame as the same object.
  const frameIndexes = new Map<Frame, number>();
  const frameIndex = (frame: Frame) => {
    const known = frameIndexes.get(frame);
    if (known !== undefined) return known;
    const { functionName, file, line, column } = frame;
    strings.indexOf(functionName, functionName);
    strings.indexOf(file, file);
    const index = frames.indexOf(`${line}:${column}:${functionName}\n${file}`, frame);
    frameIndexes.set(frame, index);
    return index;
  };
  const calleeOf = (node: number, frame: Frame) => {
    const index = frameIndex(frame);
    return nodes.indexOf(node * MOST_FRAMES + index, [node, index]);
  };
  const nodeOf = new Map<number, number>();
  for (const trace of withCallers(traces, used)) {
    // A caller has a lower index, so its node is known, and only one frame is new. Where there is none, the trace is taken as a whole.
    const caller = nodeOf.get(traces.parent(trace));
    const innermost = traces.innermostFrame(trace);
    const node =
      caller !== undefined && innermost !== undefined
        ? calleeOf(caller, innermost)
        : (traces.trace(trace) ?? []).reduce(calleeOf, 0);
    nodeOf.set(trace, node);
  }
  for (const names of types) for (const name of names.values()) strings.indexOf(name, name);

  const out = new ByteWriter();
  out.varint(strings.items.length);
  for (const string of strings.items) out.string(string);
  out.varint(frames.items.length);
  for (const { functionName, file, line, column } of frames.items) {
    out.varint(strings.indexOf(functionName, functionName)).varint(strings.indexOf(file, file));
    out.varint(line).varint(column);
  }
  out.varint(nodes.items.length);
  for (const [index, [parent, frame]] of nodes.items.entries()) {
    out.varint(index + 1 - parent).varint(frame);
  }
  out.varint(traces.traceCount).varint(nodeOf.size);
  let before = 0;
  for (const [trace, node] of nodeOf) {
    out.varint(trace - before).varint(node);
    before = trace;
  }
  out.varint(types.length);
  for (const names of types) {
    out.varint(names.size);
    for (const [index, name] of names) out.varint(index).varint(strings.indexOf(name, name));
  }
  return out.bytes();
}

/** Rising. */
function withCallers(traces: TraceTable, used: ReadonlySet<number>): number[] {
  const all = new Set<number>();
  for (const trace of used) {
    for (let index = trace; index > 0 && !all.has(index); index = traces.parent(index)) {
      all.add(index);
    }
  }
  return [...all].sort((a, b) => a - b);
}

/** Items with indexes from 1, in the order in which they came. */
class Interned<Key, Item> {
  readonly items: Item[] = [];
  readonly #indexes = new Map<Key, number>();

  indexOf(key: Key, item: Item): number {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.items.push(item);
    this.#indexes.set(key, this.items.length);
    return this.items.length;
  }
}
