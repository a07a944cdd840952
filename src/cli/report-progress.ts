import type { Reader } from '../read.js';
import { makeReport, type Report, type ReportOptions } from '../render/report/report.js';
import { ProgressBar } from './progress.js';

/** Makes a report with a progress bar for each of its steps. */
export function reportWithProgress(reader: Reader, options: ReportOptions = {}): Report {
  let bar: ProgressBar | undefined;
  let current: string | undefined;
  try {
    return makeReport(reader, {
      ...options,
      onProgress: ({ step, fraction }) => {
        if (step !== current) {
          bar?.finish();
          bar = new ProgressBar(step);
          current = step;
        }
        bar!.update(fraction);
      },
    });
  } finally {
    bar?.finish();
  }
}
