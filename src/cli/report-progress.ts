import type { OnReportProgress } from '../render/report/report-progress.js';
import { ProgressBar } from './progress.js';

/** Does the work of a report with a progress bar for each of its steps. */
export function withReportProgress<T>(work: (onProgress: OnReportProgress) => T): T {
  let bar: ProgressBar | undefined;
  let current: string | undefined;
  try {
    return work(({ step, fraction }) => {
      if (step !== current) {
        bar?.finish();
        bar = new ProgressBar(step);
        current = step;
      }
      bar!.update(fraction);
    });
  } finally {
    bar?.finish();
  }
}
