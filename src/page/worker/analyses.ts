import { type CallTreeOptions, callTree } from '../../analysis/call-tree/call-tree.js';
import type { TimeOptions } from '../../analysis/call-tree/time-choice.js';
import { type FlowGraphOptions, flowGraph } from '../../analysis/flow-graph.js';
import { gcActivity } from '../../analysis/gc-activity.js';
import type { SummaryBy } from '../../analysis/grouping.js';
import { memoryProfile } from '../../analysis/memory-profile.js';
import { heapSummary, type SummaryOptions } from '../../analysis/summary.js';
import { timePlot } from '../../analysis/time-plot.js';
import { lastSnapshotUntil } from '../../reader/snapshot-search.js';
import type { ReportProfile } from '../data/report-profile.js';
import { flameTree } from '../flame/flame-tree.js';
import { differenceTable, differenceTableCsv } from '../panels/compare/difference-table.js';
import { differenceTree } from '../panels/compare/difference-tree.js';
import { type RowPartsOptions, rowParts } from '../panels/table/row-parts.js';
import {
  type SummaryTableOptions,
  summaryTable,
  summaryTableCsv,
} from '../panels/table/summary-table.js';

/** What a worker has open. */
export interface OpenProfiles {
  /** The profile that is asked. */
  readonly profile: ReportProfile;
  /** Another recording to compare with; the profile itself where there is none. */
  readonly other: ReportProfile;
}

/**
 * What a panel can ask for, by name: the analyses of the command line, on the report. Options and results are plain data, since
 * they pass between threads. To add one, add it here.
 */
export const analyses = {
  heapSummary: ({ profile }: OpenProfiles, options: SummaryOptions) =>
    heapSummary(profile, options),
  summaryTable: ({ profile }: OpenProfiles, options: SummaryTableOptions) =>
    summaryTable(profile, options),
  summaryTableCsv: ({ profile }: OpenProfiles, options: SummaryTableOptions) =>
    summaryTableCsv(profile, options),
  rowParts: ({ profile }: OpenProfiles, options: RowPartsOptions) => rowParts(profile, options),
  callTree: ({ profile }: OpenProfiles, options: CallTreeOptions) => callTree(profile, options),
  gcActivity: ({ profile }: OpenProfiles, options: TimeOptions) =>
    gcActivity(profile.totals, profile.gc, options, profile.spans),
  /** Live and allocated memory by stack, for the files of other tools. */
  memoryProfile: ({ profile }: OpenProfiles, options: TimeOptions) =>
    memoryProfile(profile, options),
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
  differenceTable,
  differenceTableCsv,
  differenceTree,
};

/** Name of an analysis. */
export type AnalysisName = keyof typeof analyses;

/** Results with large columns that the worker does not keep: they are handed over to the page, not copied. */
export const HANDED_OVER: ReadonlySet<AnalysisName> = new Set([
  'callTree',
  'flameTree',
  'differenceTree',
]);

/** What an analysis is asked for. */
export type AnalysisOptions<Name extends AnalysisName> = Parameters<(typeof analyses)[Name]>[1];

/** What an analysis returns. */
export type AnalysisResult<Name extends AnalysisName> = ReturnType<(typeof analyses)[Name]>;
