import type { GcTable } from '../../analysis/gc-table.js';
import type { LeakReport } from '../../analysis/leaks.js';
import type { LargestLifetimes, LifetimesBy } from '../../analysis/lifetimes.js';
import type { RecordingFacts } from '../../model/recording.js';
import type { RecordingInfo } from '../info-text.js';

/** More rows about lifetimes than this are not in a report: those that allocated the most. */
export const MAX_LIFETIMES = 300;

/** More candidates for leaks than this are not in a report: those that grow fastest. */
export const MAX_LEAKS = 100;

/** What was found of leaks by one grouping. */
export interface FastestLeaks extends LeakReport {
  /** How many candidates there are in all. */
  readonly candidateCount: number;
}

/** What a report knows besides its digest: docs/report-format.md. JSON has all of it. */
export interface ReportFacts {
  readonly reportVersion: 1;
  /** Version of heapprof that wrote it. */
  readonly generator: string;
  /** What a person calls the recording. */
  readonly title: string;
  /** As `heapprof info --json` has it; `digest` is the report's own. */
  readonly info: RecordingInfo;
  /** The recordings of the family, by the number that rows have. */
  readonly members: readonly { readonly suffix: string; readonly facts: RecordingFacts }[];
  /** As `heapprof leaks --json` has it, but only the candidates that grow fastest. */
  readonly leaks: Finding<FastestLeaks>;
  /** Likewise, by the other groupings; absent where `leaks` is not there. */
  readonly moreLeaks?: readonly FastestLeaks[];
  /** As `heapprof lifetimes --json` has it, but of each grouping only the rows that allocated the most. */
  readonly lifetimes: Finding<LargestLifetimes>;
  /** Likewise, of all objects and by further groupings, with ages; absent where `lifetimes` is not there. */
  readonly moreLifetimes?: LifetimesBy;
  /** Garbage collections between the snapshots of `digest`. */
  readonly gc: GcTable;
  /** Why there is no temporary memory; absent where there is. */
  readonly noTemporary?: string;
  readonly marks: readonly ReportMark[];
  /** How many more marks there are than `marks` has. */
  readonly leftOutMarks: number;
  /** Where the report has less than the reader, to keep it small: a sentence that says what. */
  readonly coarsened?: string;
}

/** What an analysis of the logs found, or a sentence that says why it could not. */
export type Finding<T> = { readonly value: T } | { readonly unavailable: string };

/** A mark, or one end of a span, on the clock of the root. */
export interface ReportMark {
  readonly timeSeconds: number;
  readonly operation: 'mark' | 'begin' | 'end';
  readonly spanId: number;
  readonly name: string;
  /** Number of the recording in `members`. */
  readonly member: number;
}

/** The parts of a report; each is the id of an element that holds it, deflated with gzip. */
export const SECTIONS = ['facts', 'digest', 'traces', 'temporary'] as const;

/** Name of a part of a report. */
export type SectionName = (typeof SECTIONS)[number];

/** The parts by their names, deflated with gzip and in base64. `temporary` is absent where there is none. */
export type ReportSections = Readonly<
  Record<Exclude<SectionName, 'temporary'>, string> & { temporary?: string }
>;
