import { writeFileSync } from 'node:fs';
import {
  type CallTree,
  type CallTreeOptions,
  callTree,
  type TreeUsage,
} from './analysis/call-tree/call-tree.js';
import {
  type CallTreeComparison,
  type CompareCallTreesOptions,
  compareCallTrees,
} from './analysis/call-tree/compare-call-trees.js';
import { type ProfileRange, rangeOfPeriod } from './analysis/call-tree/profile-range.js';
import type { TimeOptions } from './analysis/call-tree/time-choice.js';
import { type CompareOptions, type Comparison, compare } from './analysis/compare.js';
import { type FlameGraph, flameGraph } from './analysis/flame-graph.js';
import { type FlowGraph, type FlowGraphOptions, flowGraph } from './analysis/flow-graph.js';
import type { SummaryBy } from './analysis/grouping.js';
import { findLeaks, type LeakOptions, type LeakReport } from './analysis/leaks.js';
import { type LifetimeOptions, type Lifetimes, lifetimes } from './analysis/lifetimes.js';
import { type HeapSummary, heapSummary, type SummaryOptions } from './analysis/summary.js';
import { type TimePlot, timePlot } from './analysis/time-plot.js';
import { usageByTrace } from './analysis/trace-usage.js';
import { writeTexts } from './base/text-pieces.js';
import { ProgressBar } from './cli/progress.js';
import type { DigestProgress } from './digest/digest.js';
import type { Snapshot } from './model/snapshot.js';
import type { MakeDigestOptions, ReadOptions } from './reader/digest-request.js';
import { openForReading } from './reader/open-for-reading.js';
import { ProfileReader } from './reader/profile-reader.js';
import { collapsedStacks } from './render/collapsed.js';
import { makeReport, type Report, type ReportOptions } from './render/report/report.js';

/** Options of {@link Reader.makeDigest}. */
export interface ReaderDigestOptions extends MakeDigestOptions {
  /** Shows a progress bar with the time left on stderr, if that is a terminal. Default: false. */
  readonly verbose?: boolean | undefined;
}

/** Options of {@link Reader.compare}. */
export interface ReaderCompareOptions extends CompareOptions {
  /** The range of A in seconds since its start; by default all of it. */
  readonly a?: { readonly from?: number; readonly to?: number };
  /** The range of B, likewise. */
  readonly b?: { readonly from?: number; readonly to?: number };
}

/** Options of {@link Reader.compareCallTrees}. */
export interface ReaderCompareCallTreesOptions extends CompareCallTreesOptions {
  /** The time of A; by default the end. */
  readonly a?: TimeOptions;
  /** The time of B, likewise. */
  readonly b?: TimeOptions;
}

/** A recording as a profile, with its analyses. They all need a digest: `read` makes it, or `makeDigest`. */
export class Reader extends ProfileReader {
  override async makeDigest({ verbose, ...options }: ReaderDigestOptions = {}): Promise<void> {
    if (!verbose) return super.makeDigest(options);
    const bar = new ProgressBar('making the digest');
    const onProgress = (progress: DigestProgress) => {
      bar.update(progress.doneBytes / Math.max(progress.totalBytes, 1));
      options.onProgress?.(progress);
    };
    try {
      await super.makeDigest({ ...options, onProgress });
    } finally {
      bar.finish();
    }
  }

  /**
   * Memory over time: live bytes with their standard error, V8's own figures, allocations and garbage
   * collections at every snapshot; for each of `lines`, a label and a `file:line` (counted from 1; the file may be the
   * end of a path), the bytes whose traces contain that line, and their share of the total; with `by`, what the total is made up of.
   * @throws HeapprofError if a line is not of the form `file:line`, or there is no digest; RangeError for a grouping that there cannot be.
   */
  timePlot(lines?: Readonly<Record<string, string>>, by?: SummaryBy): TimePlot {
    return timePlot(this, lines, by);
  }

  /**
   * Live bytes and objects of every trace at `relativeTime`, in seconds since the start, rounded down to a snapshot, with their
   * standard errors. Keys are the indexes that `trace` takes; 0 is "other". A trace that has nothing live is not there.
   * @throws RangeError and HeapprofError as `snapshotAt`.
   */
  usageAt(relativeTime: number): Map<number, TreeUsage> {
    return usageByTrace(this.snapshotAt(relativeTime));
  }

  /** Live bytes of a snapshot by stack, the largest first. */
  flameGraph(snapshot: Snapshot): FlameGraph {
    return flameGraph(snapshot, this.hpm.traces);
  }

  /**
   * Live bytes by stack at `relativeTime`, in seconds since the start, rounded down to a snapshot.
   * @throws RangeError and HeapprofError as `snapshotAt`.
   */
  flameGraphAt(relativeTime: number): FlameGraph {
    return this.flameGraph(this.snapshotAt(relativeTime));
  }

  /**
   * Writes the flame graph at `relativeTime` (see {@link flameGraphAt}) to a file as collapsed stacks,
   * `outermost;…;innermost bytes` a line, which flamegraph.pl, speedscope and others read.
   */
  writeFlameGraph(path: string, relativeTime: number): void {
    writeTexts(path, collapsedStacks(this.flameGraphAt(relativeTime).stacks));
  }

  /**
   * Memory by stack as a tree: at an instant (by default the end), at the peak, or over a range; from the callers, from what
   * allocated, or around one function.
   * @throws RangeError for options that there cannot be; HeapprofError if there is no digest, and for temporary memory of a
   *   recording of version 1.
   */
  callTree(options?: CallTreeOptions): CallTree {
    return callTree(this, options);
  }

  /**
   * Live memory by stack, averaged over a range of time: two of `startTime`, `endTime` and `period`, or `period` alone for the latest; all of the
   * recording if none is given. All in seconds, times since the start of the recording. Of stacks deeper than `maxDepth`, what the inner frames used
   * is that of the innermost that is left.
   * @throws RangeError for a range or depth that there cannot be; HeapprofError if there is no digest.
   */
  profile({ maxDepth, ...range }: ProfileRange & Pick<CallTreeOptions, 'maxDepth'> = {}): CallTree {
    return this.callTree({ ...rangeOfPeriod(range, this.elapsedTime), maxDepth });
  }

  /**
   * The live bytes of a snapshot as a flow graph: local and cumulative bytes of each frame, and what flows from callers to
   * callees, with standard errors.
   * @throws RangeError if a fraction of the options is not from 0 to 1.
   */
  flowGraph(snapshot: Snapshot, options?: FlowGraphOptions): FlowGraph {
    return flowGraph([snapshot], this.hpm.traces, options);
  }

  /**
   * The flow graph at `relativeTime`, in seconds since the start, rounded down to a snapshot.
   * @throws RangeError and HeapprofError as `flowGraph` and `snapshotAt`.
   */
  flowGraphAt(relativeTime: number, options?: FlowGraphOptions): FlowGraph {
    return this.compareFlowGraphs([relativeTime], options);
  }

  /**
   * One flow graph of several times (see {@link flowGraphAt}), with the figures of each time for every frame and edge.
   * @throws RangeError also if there is no time.
   */
  compareFlowGraphs(relativeTimes: readonly number[], options?: FlowGraphOptions): FlowGraph {
    const snapshots = relativeTimes.map((time) => this.snapshotAt(time));
    return flowGraph(snapshots, this.hpm.traces, options);
  }

  /**
   * How another recording (B) differs from this one (A), or, given this reader itself, one range of it from another: by function, line,
   * file, package, trace or type, with standard errors; what is significant comes first.
   * @throws RangeError for options that there cannot be, HeapprofError if there is no digest.
   */
  compare(other: Reader, { a, b, ...options }: ReaderCompareOptions = {}): Comparison {
    return compare({ profile: this, ...a }, { profile: other, ...b }, options);
  }

  /**
   * The call trees of this recording (A) and another (B), or, given this reader itself, of two times of one, as one tree: what each path
   * of frames has in both, and how certain the difference is.
   * @throws as `callTree`.
   */
  compareCallTrees(
    other: Reader,
    { a, b, ...options }: ReaderCompareCallTreesOptions = {},
  ): CallTreeComparison {
    return compareCallTrees({ profile: this, ...a }, { profile: other, ...b }, options);
  }

  /**
   * What used the memory in a range of time, by line, trace, file, type or thread: average and peak live bytes with their
   * standard errors, average objects, bytes and objects allocated, share.
   * @throws RangeError for options that there cannot be, HeapprofError if there is no digest.
   */
  heapSummary(options?: SummaryOptions): HeapSummary {
    return heapSummary(this, options);
  }

  /**
   * What grows steadily through full garbage collections and stays, with the evidence; reads the logs.
   * @throws RangeError for options that there cannot be; HeapprofError if there is no digest, a log cannot be read, or is of version 1.
   */
  findLeaks(options?: LeakOptions): LeakReport {
    return findLeaks(this, options);
  }

  /**
   * How long objects live, by where they were allocated; reads the logs.
   * @throws as {@link findLeaks}.
   */
  lifetimes(options?: LifetimeOptions): Lifetimes {
    return lifetimes(this, options);
  }

  /**
   * The recording as one HTML page to explore, as text. It asks nobody for anything and stays below 10 MB; where it has to be coarser than
   * this reader's digest for that, `coarsened` says so.
   * @throws HeapprofError if there is no digest, or the logs cannot be read.
   */
  report(options?: Pick<ReportOptions, 'onProgress'>): Report {
    return makeReport(this, options);
  }

  /** Writes the page of {@link report} to a file. */
  writeReport(path: string): void {
    writeFileSync(path, this.report().html);
  }
}

/**
 * Opens a recording, and makes its digest if it needs one: where there is none, where the log has
 * grown since, or where the digest was made with other options than those given here.
 * @param filebase the files of the recording, without `.hpm`, `.hpd` or `.hpc`
 * @param timeInterval seconds between snapshots; 60 if left out
 * @param precision fraction of a snapshot's bytes that may be put together as "other": from 0 to below 1; 0.01 if left out
 * @returns a reader, to be closed after use (`using` does it)
 * @throws TypeError or RangeError for arguments that are not allowed; HeapprofError if a file cannot be read
 *   or written, FormatError if one is not what it should be.
 */
export function read(filebase: string, timeInterval?: number, precision?: number): Reader;
export function read(filebase: string, options?: ReadOptions): Reader;
export function read(
  filebase: string,
  timeInterval?: number | ReadOptions,
  precision?: number,
): Reader {
  return openForReading(Reader, filebase, timeInterval, precision);
}
