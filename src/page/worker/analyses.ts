import { type CallTreeOptions, callTree } from '../../analysis/call-tree/call-tree.js';
import { type CompareOptions, compare } from '../../analysis/compare.js';
import { type FlowGraphOptions, flowGraph } from '../../analysis/flow-graph.js';
import type { SummaryBy } from '../../analysis/grouping.js';
import { heapSummary, type SummaryOptions } from '../../analysis/summary.js';
import { timePlot } from '../../analysis/time-plot.js';
import { lastSnapshotUntil } from '../../reader/snapshot-search.js';
import type { ReportProfile } from '../data/report-profile.js';
import { flameTree } from '../flame/flame-tree.js';

/** What a worker has open. */
export interface OpenProfiles {
  /** The profile that is asked. */
  readonly profile: ReportProfile;
  /** Another recording to compare with; the profile itself where there is none. */
  readonly other: ReportProfile;
}

/** One side of {@link analyses.compare}. */
export interface CompareRange {
  readonly from?: number;
  readonly to?: number;
}

/**
 * What a panel can ask for, by name: the analyses of the command line, on the report. Options and results are plain data, since
 * they pass between threads. To add one, add it here.
 */
export const analyses = {
  heapSummary: ({ profile }: OpenProfiles, options: SummaryOptions) =>
    heapSummary(profile, options),
  callTree: ({ profile }: OpenProfiles, options: CallTreeOptions) => callTree(profile, options),
  flameTree: ({ profile }: OpenProfiles, options: CallTreeOptions) => flameTree(profile, options),
  timePlot: (
    { profile }: OpenProfiles,
    { lines, by }: { readonly lines?: Readonly<Record<string, string>>; readonly by?: SummaryBy },
  ) => timePlot(profile, lines, by),
  /** The graph of instants, in seconds since the start, rounded down to snapshots. */
  flowGraph: (
    { profile }: OpenProfiles,
    { at, ...options }: FlowGraphOptions & { readonly at: readonly number[] },
  ) => {
    const snapshots = at.map(
      (seconds) => profile.snapshots.at(lastSnapshotUntil(profile.totals, seconds))!,
    );
    return flowGraph(snapshots, profile.hpm.traces, options);
  },
  /** Range B of the other recording against range A of this one. */
  compare: (
    { profile, other }: OpenProfiles,
    { a, b, ...options }: CompareOptions & { readonly a: CompareRange; readonly b: CompareRange },
  ) => compare({ profile, ...a }, { profile: other, ...b }, options),
};

/** Name of an analysis. */
export type AnalysisName = keyof typeof analyses;

/** What an analysis is asked for. */
export type AnalysisOptions<Name extends AnalysisName> = Parameters<(typeof analyses)[Name]>[1];

/** What an analysis returns. */
export type AnalysisResult<Name extends AnalysisName> = ReturnType<(typeof analyses)[Name]>;
