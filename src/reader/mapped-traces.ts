import type { TraceTable } from '../format/log.js';
import type { Frame, Trace } from '../model/frame.js';
import type { SourceMaps } from './source-maps.js';

/** Traces with their frames in the original sources. */
export class MappedTraces implements TraceTable {
  readonly #traces: TraceTable;
  readonly #maps: SourceMaps;
  /** Tables give out equal frames as one object. */
  readonly #originals = new WeakMap<Frame, Frame>();

  constructor(traces: TraceTable, maps: SourceMaps) {
    this.#traces = traces;
    this.#maps = maps;
  }

  get traceCount(): number {
    return this.#traces.traceCount;
  }

  string(index: number): string {
    return this.#traces.string(index);
  }

  parent(trace: number): number {
    return this.#traces.parent(trace);
  }

  innermostFrame(trace: number): Frame | undefined {
    const frame = this.#traces.innermostFrame(trace);
    return frame && this.#original(frame);
  }

  trace(trace: number): Trace | undefined {
    return this.#traces.trace(trace)?.map((frame) => this.#original(frame));
  }

  #original(frame: Frame): Frame {
    let original = this.#originals.get(frame);
    if (original === undefined) {
      original = this.#maps.original(frame);
      this.#originals.set(frame, original);
    }
    return original;
  }
}
