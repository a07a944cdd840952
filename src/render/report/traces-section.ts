import { PairNumbers } from '../../base/pair-numbers.js';
import { ByteWriter } from '../../format/byte-writer.js';
import type { TraceTable } from '../../format/log.js';
import type { Frame } from '../../model/frame.js';

/** Names of types of one recording, by their indexes in it. */
export type TypeNames = ReadonlyMap<number, string>;

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
  /** Calls: their caller, and their frame. */
  const nodes = new PairNumbers();
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
  const calleeOf = (node: number, frame: Frame) => nodes.numberOf(node, frameIndex(frame));
  const listed = withCallers(traces, used);
  /** Of each trace, by its index. */
  const nodeOf = new Uint32Array(traces.traceCount + 1);
  for (const trace of listed) {
    // A caller has a lower index, so its node is known, and only one frame is new. Where there is none, the trace is taken as a whole.
    const caller = nodeOf[traces.parent(trace)]!;
    const innermost = traces.innermostFrame(trace);
    nodeOf[trace] =
      caller > 0 && innermost !== undefined
        ? calleeOf(caller, innermost)
        : (traces.trace(trace) ?? []).reduce(calleeOf, 0);
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
  out.varint(nodes.size);
  for (let node = 1; node <= nodes.size; node++) {
    out.varint(node - nodes.first(node)).varint(nodes.second(node));
  }
  out.varint(traces.traceCount).varint(listed.length);
  let before = 0;
  for (const trace of listed) {
    out.varint(trace - before).varint(nodeOf[trace]!);
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
function withCallers(traces: TraceTable, used: ReadonlySet<number>): Uint32Array {
  const isListed = new Uint8Array(traces.traceCount + 1);
  let count = 0;
  for (const trace of used) {
    for (let index = trace; index > 0 && isListed[index] === 0; index = traces.parent(index)) {
      isListed[index] = 1;
      count += 1;
    }
  }
  const listed = new Uint32Array(count);
  let place = 0;
  for (let index = 0; index < isListed.length; index++) {
    if (isListed[index] === 1) listed[place++] = index;
  }
  return listed;
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
