import type { Frame, Trace } from '../model/frame.js';
import type { FrameEntry, IndexedBlock, TraceColumns, TraceEntry } from './hpm-blocks.js';
import type { TraceTable } from './log.js';

/** Writers keep at most 255 frames of a stack. All traces of a damaged file as one chain would take forever. */
const MAX_FRAMES = 4096;

const NO_FRAME: Frame = Object.freeze({ functionName: '', file: '', line: 0, column: 0 });

/**
 * Strings, frames and traces of version 2, collected block by block. Where a damaged file has lost
 * some, strings are empty, frames are empty, and traces lack their outer frames.
 */
export class TraceTree implements TraceTable {
  /** Nothing has a higher index than this; a file cannot hold more items than bytes. */
  readonly #maxIndex: number;
  readonly #strings: (string | undefined)[] = [''];
  readonly #frames: (FrameEntry | undefined)[] = [undefined];
  /** Frames with names instead of indexes, made when first asked for: equal frames are one object. */
  readonly #namedFrames: (Frame | undefined)[] = [];
  #parents = new Uint32Array(1024);
  /** Innermost frame + 1 of each trace; 0 where the trace is not known. */
  #innermost = new Float64Array(1024);
  traceCount = 0;

  constructor(maxIndex: number) {
    this.#maxIndex = maxIndex;
  }

  /** All three return whether the indexes can be right; where not, nothing was added. */
  addStrings(block: IndexedBlock<string>): boolean {
    return this.#fits(block.firstIndex, block.items.length) && place(this.#strings, block);
  }

  addFrames(block: IndexedBlock<FrameEntry>): boolean {
    return this.#fits(block.firstIndex, block.items.length) && place(this.#frames, block);
  }

  addTraces({ firstIndex, parents, frames }: TraceColumns): boolean {
    if (!this.#fits(firstIndex, parents.length)) return false;
    const end = firstIndex + parents.length;
    if (end > this.#parents.length) {
      const capacity = Math.max(end, this.#parents.length * 2);
      const allParents = new Uint32Array(capacity);
      const innermost = new Float64Array(capacity);
      allParents.set(this.#parents);
      innermost.set(this.#innermost);
      this.#parents = allParents;
      this.#innermost = innermost;
    }
    this.#parents.set(parents, firstIndex);
    for (let k = 0; k < frames.length; k++) this.#innermost[firstIndex + k] = frames[k]! + 1;
    this.traceCount = Math.max(this.traceCount, end - 1);
    return true;
  }

  string(index: number): string {
    return this.#strings[index] ?? '';
  }

  /** Whether the file has the string of an index; it always has 0. */
  hasString(index: number): boolean {
    return this.#strings[index] !== undefined;
  }

  /** Whether the file has the trace of an index; it always has 0, "none". */
  hasTrace(index: number): boolean {
    return index === 0 || this.#isKnown(index);
  }

  /** All strings by their indexes, of which 0 is the empty one; undefined where one is lost. */
  get strings(): readonly (string | undefined)[] {
    return this.#strings;
  }

  /** All frames by their indexes, which count from 1; undefined where one is lost. */
  get frames(): readonly (FrameEntry | undefined)[] {
    return this.#frames;
  }

  /** A trace as the file has it; undefined for 0 and for one that is lost. */
  entry(trace: number): TraceEntry | undefined {
    if (!this.#isKnown(trace)) return undefined;
    return { parent: this.#parents[trace]!, frame: this.#innermost[trace]! - 1 };
  }

  parent(trace: number): number {
    return this.#isKnown(trace) ? this.#parents[trace]! : 0;
  }

  innermostFrame(trace: number): Frame | undefined {
    return this.#isKnown(trace) ? this.#frame(this.#innermost[trace]! - 1) : undefined;
  }

  trace(trace: number): Trace | undefined {
    if (!this.#isKnown(trace)) return undefined;
    const frames: Frame[] = [];
    // Parents have lower indexes than their children, so this comes to an end.
    let index = trace;
    for (; this.#isKnown(index) && frames.length < MAX_FRAMES; index = this.#parents[index]!) {
      frames.push(this.#frame(this.#innermost[index]! - 1));
    }
    return frames.reverse();
  }

  #isKnown(trace: number): boolean {
    return trace > 0 && trace <= this.traceCount && this.#innermost[trace]! > 0;
  }

  #frame(index: number): Frame {
    const entry = this.#frames[index];
    if (entry === undefined) return NO_FRAME;
    const known = this.#namedFrames[index];
    if (known !== undefined) return known;
    const frame: Frame = {
      functionName: this.string(entry.functionName),
      file: this.string(entry.file),
      line: entry.line,
      column: entry.column,
    };
    this.#namedFrames[index] = frame;
    return frame;
  }

  #fits(firstIndex: number, count: number): boolean {
    return firstIndex + count - 1 <= this.#maxIndex;
  }
}

/** Puts a block's items at their indexes; a gap before them is filled. */
function place<Item>(items: (Item | undefined)[], block: IndexedBlock<Item>): true {
  while (items.length < block.firstIndex) items.push(undefined);
  block.items.forEach((item, k) => {
    items[block.firstIndex + k] = item;
  });
  return true;
}
