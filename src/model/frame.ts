/** One level of a call stack. */
export interface Frame {
  /** The function's name; empty for an anonymous one. */
  readonly functionName: string;
  /** A path, a URL, or a name such as `node:fs`, as the runtime reports it; empty where there is none. */
  readonly file: string;
  /** Counts from 1; 0 where it is not known. */
  readonly line: number;
  /** Counts from 1; 0 where it is not known. */
  readonly column: number;
}

/** Frames from the outermost caller to the allocating line. */
export type Trace = readonly Frame[];

/** The trace index that stands for "no trace" in a log, and for "other" in a digest. */
export const NO_TRACE = 0;
