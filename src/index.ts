export type { ArrayBufferAccount } from './analysis/array-buffer-account.js';
export type {
  CallTree,
  CallTreeOptions,
  TreeUsage,
} from './analysis/call-tree/call-tree.js';
export type {
  CallTreeComparison,
  CallTreeSide,
  CompareCallTreesOptions,
  ComparedNodes,
  ComparedTime,
  DifferenceColumns,
} from './analysis/call-tree/compare-call-trees.js';
export type { FramePattern } from './analysis/call-tree/frame-pattern.js';
export type { Metric } from './analysis/call-tree/metric.js';
export type { ProfileRange } from './analysis/call-tree/profile-range.js';
export type { CallTreeView } from './analysis/call-tree/stack-tree.js';
export type { Within } from './analysis/call-tree/temporary-usage.js';
export type { TreeNodes } from './analysis/call-tree/tree-builder.js';
export type { Caller } from './analysis/caller-path.js';
export type { HeapCapacity } from './analysis/capacity.js';
export type { Origin } from './analysis/code-origin.js';
export type { CompareOptions, Comparison, DifferenceRow } from './analysis/compare.js';
export type { CompareMetric } from './analysis/compare-measure.js';
export type { ComparedRange } from './analysis/compare-pairs.js';
export type { CompareBy } from './analysis/compare-subject.js';
export type { Difference } from './analysis/difference.js';
export type { FlameGraph, FlameStack } from './analysis/flame-graph.js';
export type {
  FlowBytes,
  FlowEdge,
  FlowGraph,
  FlowGraphOptions,
  FlowInstant,
  FlowNode,
  FlowUsage,
} from './analysis/flow-graph.js';
export type { GroupSeries, SubjectSeries } from './analysis/group-series.js';
export type { UsageCourse } from './analysis/group-sum.js';
export type { Subject, SummaryBy } from './analysis/grouping.js';
export type {
  LeakCandidate,
  LeakOptions,
  LeakPoint,
  LeakReport,
  LeakSearch,
} from './analysis/leaks.js';
export type { LifetimeOptions, LifetimeRow, Lifetimes } from './analysis/lifetimes.js';
export { type RecoveredMember, type Recovery, recover } from './analysis/recover/recover.js';
export type { RecoveredLog } from './analysis/recover/recover-log.js';
export type { RecoveredMetadata } from './analysis/recover/recover-metadata.js';
export type { SubjectLabels } from './analysis/subject-keys.js';
export type { HeapSummary, SummaryOptions, SummaryRow, UnlistedRows } from './analysis/summary.js';
export type { AgeEstimate } from './analysis/survival.js';
export type { LineSeries, TimePlot, TimePlotPoint } from './analysis/time-plot.js';
export type { Usage } from './analysis/usage-sum.js';
export type { FileCheck } from './analysis/verify/file-check.js';
export { type Verification, verify } from './analysis/verify/verify.js';
export { FormatError, HeapprofError } from './base/errors.js';
export {
  gatherStats,
  isProfiling,
  type SizeDistribution,
  type SizeRange,
  type StartOptions,
  type StatsOptions,
  type StatsReport,
  start,
  stop,
} from './capture/index.js';
export type { DigestProgress } from './digest/digest.js';
export type { Member, UnreadableMember } from './format/family.js';
export type {
  Damage,
  EventLog,
  LogItem,
  Metadata,
  TimeRange,
  TraceTable,
} from './format/log.js';
export type { SizeClass } from './model/allocation-statistics.js';
export type { HeapRecord, Kind, Mark, MemoryEvent } from './model/event.js';
export type { Frame, Trace } from './model/frame.js';
export type { ProcessFacts, RecordingEnd, RecordingFacts } from './model/recording.js';
export type { RecordingForecast } from './model/recording-forecast.js';
export {
  DEFAULT_SAMPLING_RATE,
  type Sampling,
  type SamplingRate,
  type SizeBand,
} from './model/sampling.js';
export type { SamplingAdvice } from './model/sampling-advice.js';
export type { Snapshot, SnapshotTotals, UsageRow, UsageTotal } from './model/snapshot.js';
export {
  Reader,
  type ReaderCompareCallTreesOptions,
  type ReaderCompareOptions,
  type ReaderDigestOptions,
  read,
} from './read.js';
export type { DigestRequest, MakeDigestOptions, ReadOptions } from './reader/digest-request.js';
export type { DigestInfo, SourceFrame } from './reader/profile-reader.js';
export type { SnapshotList } from './reader/snapshot-list.js';
export { type FlowDrawing, flowGraphDot } from './render/flow-dot.js';
export { flowGraphSvg } from './render/flow-svg.js';
export type { Report } from './render/report/report.js';
export type { ReportProgress } from './render/report/report-progress.js';
