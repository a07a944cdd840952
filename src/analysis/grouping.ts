import type { TraceTable } from '../format/log.js';
import { NO_TRACE, type Trace } from '../model/frame.js';
import type { UsageRow } from '../model/snapshot.js';
import { OTHER_LABEL } from './frame-label.js';
import { answerableFrame, isInternal, pathOf } from './location.js';

/** What a row of a summary is about. */
export type Subject =
  | {
      readonly by: 'trace';
      /** Trace index; 0 is "other". */
      readonly trace: number;
      /** Outermost first; empty for "other". */
      readonly frames: Trace;
    }
  | {
      readonly by: 'file';
      /** A path; `(node)` for the runtime itself, `(other)` for trace 0. */
      readonly file: string;
    };

/** What the rows of a summary can be about. */
export type SummaryBy = Subject['by'];

/** Sorts the rows of snapshots into groups. */
export interface Grouping {
  /** The group of a row. */
  keyOf(row: UsageRow): number | string;
  /** What a group is about. */
  subjectOf(key: number | string): Subject;
}

/** The file that stands for memory whose stack has no frame of the program. */
const NODE_FILE = '(node)';

const GROUPINGS: Readonly<Record<SummaryBy, (traces: TraceTable) => Grouping>> = {
  trace: groupByTrace,
  file: groupByFile,
};

/** All that {@link groupingBy} takes. */
export const SUMMARY_BY = Object.keys(GROUPINGS) as readonly SummaryBy[];

/**
 * The grouping of a name.
 * @throws RangeError if there is none of this name.
 */
export function groupingBy(by: SummaryBy, traces: TraceTable): Grouping {
  if (!Object.hasOwn(GROUPINGS, by)) {
    throw new RangeError(
      `A summary is by ${SUMMARY_BY.join(' or ')}, but was asked for by '${String(by)}'.`,
    );
  }
  return GROUPINGS[by](traces);
}

function groupByTrace(traces: TraceTable): Grouping {
  return {
    keyOf: (row) => row.trace,
    subjectOf: (key) => {
      const trace = Number(key);
      return { by: 'trace', trace, frames: traces.trace(trace) ?? [] };
    },
  };
}

/** By the file of the frame that the program itself is answerable for (see {@link answerableFrame}). */
function groupByFile(traces: TraceTable): Grouping {
  const files = new Map<number, string>();
  return {
    keyOf: ({ trace }) => {
      let file = files.get(trace);
      if (file === undefined) {
        file = fileOf(trace, traces);
        files.set(trace, file);
      }
      return file;
    },
    subjectOf: (key) => ({ by: 'file', file: String(key) }),
  };
}

function fileOf(index: number, traces: TraceTable): string {
  if (index === NO_TRACE) return OTHER_LABEL;
  const trace = traces.trace(index) ?? [];
  const frame = trace[answerableFrame(trace)];
  return frame === undefined || isInternal(frame) ? NODE_FILE : pathOf(frame.file);
}
