/** How far the making of a report is. */
export interface ReportProgress {
  /** `reading the logs`, and so on. */
  readonly step: string;
  /** From 0 to 1. */
  readonly fraction: number;
}

/** Called now and then while a report is made. */
export type OnReportProgress = (progress: ReportProgress) => void;
