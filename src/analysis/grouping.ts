import type { TraceTable } from '../format/log.js';
import { INTERNAL_TYPE, KINDS, type Kind } from '../model/event.js';
import { type Frame, NO_TRACE, type Trace } from '../model/frame.js';
import type { UsageRow } from '../model/snapshot.js';
import { type Caller, mainCallers } from './caller-path.js';
import { frameLabel, OTHER_LABEL } from './frame-label.js';
import { answerableFrame, isInternal, pathOf } from './location.js';
import { memberLabel } from './member-label.js';
import { OWN_PACKAGE, packageOf } from './package-name.js';
import type { Profile } from './profile.js';

/** What a row of a summary is about. */
export type Subject =
  | {
      readonly by: 'line';
      /**
       * The line of the program's own that allocated, or called the part of the runtime that did; its column is that of one
       * of the allocations. Absent for "other".
       */
      readonly frame?: Frame;
      /** The way by which most of its bytes came to be, nearest caller first, down to a tenth of them. */
      readonly callers: readonly Caller[];
    }
  | {
      readonly by: 'trace';
      /** Trace index; 0 is "other". */
      readonly trace: number;
      /** Outermost first; empty for "other". */
      readonly frames: Trace;
    }
  | {
      readonly by: 'function';
      /** Name of the function that the program is answerable for; empty for an anonymous one, and where `file` is empty too, for "other". */
      readonly functionName: string;
      /** Its file, a path. Anonymous functions of a file are one. */
      readonly file: string;
    }
  | {
      readonly by: 'package';
      /** A package of `node_modules`; `(own code)` for the program's own, `(node)`, `(other)`. */
      readonly package: string;
    }
  | {
      readonly by: 'file';
      /** A path; `(node)` for the runtime itself, `(other)` for trace 0. */
      readonly file: string;
    }
  | {
      readonly by: 'type';
      /** Constructor name; empty where it is not known. */
      readonly type: string;
      readonly kind: Kind;
    }
  | { readonly by: 'kind'; readonly kind: Kind }
  | {
      readonly by: 'thread';
      /** Number of the recording in `members`; 0 is the root. */
      readonly member: number;
      /** `main`, `worker 3 "name"`, `process 4711 (script.js)`, `process 4711 worker 2`. */
      readonly label: string;
    };

/** Whether it is about objects of no type that a program has: V8's own, or those whose type is not known. Array buffers are of their kind, at least. */
export function isUntyped(subject: Subject): boolean {
  return (
    subject.by === 'type' &&
    subject.kind === 'heap' &&
    (subject.type === '' || subject.type === INTERNAL_TYPE)
  );
}

/** What the rows of a summary can be about. */
export type SummaryBy = Subject['by'];

/** Sorts the rows of snapshots into groups. */
export interface Grouping {
  /** The group of a row. */
  keyOf(row: Pick<UsageRow, 'member' | 'trace' | 'type' | 'kind'>): number | string;
  /** What a group is about; `bytesOf` is how many bytes each trace of it has. */
  subjectOf(key: number | string, bytesOf: (trace: number) => number): Subject;
}

/** The file that stands for memory whose stack has no frame of the program. */
const NODE_FILE = '(node)';

/** What groupings know of a profile. */
type Known = Pick<Profile, 'hpm' | 'members'>;

const GROUPINGS: Readonly<Record<SummaryBy, (profile: Known) => Grouping>> = {
  type: groupByType,
  line: ({ hpm }) => groupByLine(hpm.traces),
  trace: ({ hpm }) => groupByTrace(hpm.traces),
  function: ({ hpm }) => groupByFunction(hpm.traces),
  file: ({ hpm }) => groupByFile(hpm.traces),
  package: ({ hpm }) =>
    groupByTraceText(hpm.traces, packageTextOf, (name) => ({ by: 'package', package: name })),
  kind: groupByKind,
  thread: ({ members }) => groupByThread(members),
};

/** All that {@link groupingBy} takes. */
export const SUMMARY_BY = Object.keys(GROUPINGS) as readonly SummaryBy[];

/**
 * The grouping of a name.
 * @throws RangeError if there is none of this name.
 */
export function groupingBy(by: SummaryBy, profile: Known): Grouping {
  if (!Object.hasOwn(GROUPINGS, by)) {
    throw new RangeError(
      `A summary is by ${SUMMARY_BY.slice(0, -1).join(', ')} or ${SUMMARY_BY.at(-1)}, but was asked for by '${String(by)}'.`,
    );
  }
  return GROUPINGS[by](profile);
}

/** By the function and line that the program itself is answerable for (see {@link answerableFrame}). */
function groupByLine(traces: TraceTable): Grouping {
  const labels = new Map<number, string>();
  const members = new Map<string, number[]>();
  return {
    keyOf: ({ trace }) => {
      let label = labels.get(trace);
      if (label === undefined) {
        const frame = answerableFrameOf(trace, traces);
        label = frame === undefined ? OTHER_LABEL : frameLabel(frame);
        labels.set(trace, label);
        const sameLine = members.get(label);
        if (sameLine) sameLine.push(trace);
        else members.set(label, [trace]);
      }
      return label;
    },
    subjectOf: (key, bytesOf) => {
      const sameLine = members.get(String(key))!;
      const frame = answerableFrameOf(sameLine[0]!, traces);
      return {
        by: 'line',
        ...(frame && { frame }),
        callers: mainCallers(
          sameLine.map((trace) => [trace, bytesOf(trace)] as const),
          traces,
        ),
      };
    },
  };
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
  return groupByTraceText(traces, fileOf, (file) => ({ by: 'file', file }));
}

/** By the name and the file of the function that the program itself is answerable for. */
function groupByFunction(traces: TraceTable): Grouping {
  const textOf = (trace: number) => {
    const frame = answerableFrameOf(trace, traces);
    return frame === undefined ? '\0' : `${pathOf(frame.file)}\0${frame.functionName}`;
  };
  return groupByTraceText(traces, textOf, (text) => {
    const [file, functionName] = text.split('\0') as [string, string];
    return { by: 'function', functionName, file };
  });
}

/** By a text that is made of a trace, once for each. */
function groupByTraceText(
  traces: TraceTable,
  textOf: (trace: number, traces: TraceTable) => string,
  subjectOf: (text: string) => Subject,
): Grouping {
  const texts = new Map<number, string>();
  return {
    keyOf: ({ trace }) => {
      let text = texts.get(trace);
      if (text === undefined) {
        text = textOf(trace, traces);
        texts.set(trace, text);
      }
      return text;
    },
    subjectOf: (key) => subjectOf(String(key)),
  };
}

/** By constructor name; JavaScript objects and array buffers apart. */
function groupByType(): Grouping {
  return {
    keyOf: ({ kind, type }) => `${kind} ${type}`,
    subjectOf: (key) => {
      const kind = KINDS.find((kind) => String(key).startsWith(`${kind} `))!;
      return { by: 'type', type: String(key).slice(kind.length + 1), kind };
    },
  };
}

function groupByKind(): Grouping {
  return {
    keyOf: ({ kind }) => kind,
    subjectOf: (key) => ({ by: 'kind', kind: key as Kind }),
  };
}

function groupByThread(members: Known['members']): Grouping {
  return {
    keyOf: (row) => row.member,
    subjectOf: (key) => {
      const member = Number(key);
      return { by: 'thread', member, label: memberLabel(members[member]!) };
    },
  };
}

function fileOf(index: number, traces: TraceTable): string {
  if (index === NO_TRACE) return OTHER_LABEL;
  const frame = answerableFrameOf(index, traces);
  return frame === undefined || isInternal(frame) ? NODE_FILE : pathOf(frame.file);
}

function packageTextOf(index: number, traces: TraceTable): string {
  if (index === NO_TRACE) return OTHER_LABEL;
  const frame = answerableFrameOf(index, traces);
  if (frame === undefined || isInternal(frame)) return NODE_FILE;
  return packageOf(frame) ?? OWN_PACKAGE;
}

function answerableFrameOf(index: number, traces: TraceTable): Frame | undefined {
  const trace = traces.trace(index) ?? [];
  return trace[answerableFrame(trace)];
}
