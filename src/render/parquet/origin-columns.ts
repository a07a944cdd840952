import { OTHER_LABEL } from '../../analysis/frame-label.js';
import { answerableFrame, pathOf } from '../../analysis/location.js';
import type { TraceTable } from '../../format/log.js';
import { NO_TRACE } from '../../model/frame.js';
import { sanitize } from '../sanitize.js';
import type { ParquetColumn } from './parquet-table.js';

/** Columns that say where memory is from: the trace, by the index that it has in its thread's recording, and the frame that the program is answerable for. */
export const ORIGIN_COLUMNS: readonly ParquetColumn[] = [
  { name: 'trace', type: 'int64' },
  { name: 'function', type: 'string' },
  { name: 'file', type: 'string' },
  { name: 'line', type: 'int64' },
];

type OriginCells = readonly [trace: number, functionName: string, file: string, line: number];

/** The cells of {@link ORIGIN_COLUMNS}; each trace is put into words once. */
export class Origins {
  readonly #traces: TraceTable;
  readonly #known = new Map<number, OriginCells>();

  constructor(traces: TraceTable) {
    this.#traces = traces;
  }

  /** The traces that were asked for, but for 0. */
  get traces(): number[] {
    return [...this.#known.keys()].filter((trace) => trace !== NO_TRACE).sort((a, b) => a - b);
  }

  /** The cells of a trace of the thread; those of trace 0, and of one without frames, are those of "other". */
  cells(trace: number): OriginCells {
    let cells = this.#known.get(trace);
    if (cells === undefined) {
      cells = this.#cellsOf(trace);
      this.#known.set(trace, cells);
    }
    return cells;
  }

  #cellsOf(trace: number): OriginCells {
    const frames = this.#traces.trace(trace) ?? [];
    const frame = frames[answerableFrame(frames)];
    if (frame === undefined) return [trace, OTHER_LABEL, '', 0];
    return [trace, sanitize(frame.functionName), sanitize(pathOf(frame.file)), frame.line];
  }
}
