import type { Frame, Trace } from '../model/frame.js';
import type { TraceTable } from './log.js';

/** Where a member's traces stand among those of the family. */
export interface TraceSpan {
  readonly traces: TraceTable;
  /** The index that stands for the member's trace 0; its trace i has `firstTrace` + i. */
  readonly firstTrace: number;
}

/** The traces of all members as one table, each member's in a stretch of indexes of its own. */
export class FamilyTraces implements TraceTable {
  /** Rising by `firstTrace`; the first is the root's, which begins at 0. */
  readonly #spans: readonly TraceSpan[];

  /** @param spans rise by `firstTrace`; the first is the root's */
  constructor(spans: readonly TraceSpan[]) {
    this.#spans = spans;
  }

  get traceCount(): number {
    const last = this.#spans.at(-1)!;
    return last.firstTrace + last.traces.traceCount;
  }

  /** A string of the root: each member has its own, and events of the root's log refer to these. */
  string(index: number): string {
    return this.#spans[0]!.traces.string(index);
  }

  parent(trace: number): number {
    const { traces, firstTrace } = this.#spanOf(trace);
    const parent = traces.parent(trace - firstTrace);
    return parent === 0 ? 0 : parent + firstTrace;
  }

  innermostFrame(trace: number): Frame | undefined {
    const { traces, firstTrace } = this.#spanOf(trace);
    return traces.innermostFrame(trace - firstTrace);
  }

  trace(trace: number): Trace | undefined {
    const { traces, firstTrace } = this.#spanOf(trace);
    return traces.trace(trace - firstTrace);
  }

  #spanOf(trace: number): TraceSpan {
    return this.#spans[spanOf(this.#spans, trace)]!;
  }
}

/** The number (from 0) of the span that an index of the family lies in. */
export function spanOf(spans: readonly Pick<TraceSpan, 'firstTrace'>[], trace: number): number {
  let low = 0;
  let high = spans.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (spans[middle]!.firstTrace <= trace) low = middle;
    else high = middle - 1;
  }
  return low;
}
