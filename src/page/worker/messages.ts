import type { ReportSections } from '../../render/report/report-data.js';
import type { AnalysisName } from './analyses.js';

/** Which data an analysis is asked of: the report, a finer part of it (what the time line shows, or the range that is chosen), or another recording. */
export type SourceName = 'report' | 'zoom' | 'chosen' | 'other';

/** To the worker: open data under a name, in place of what had it, or run an analysis. */
export type Request = { readonly id: number } & (
  | { readonly open: ReportSections; readonly as: SourceName }
  | {
      readonly analysis: AnalysisName;
      readonly options: object;
      readonly of: SourceName;
      /** What a comparison has as its second side. */
      readonly with: SourceName;
    }
);

/** From the worker: what became of a request. */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };
