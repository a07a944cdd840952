// Whether what `heapprof stats` forecasts comes true: overhead, events, size of the files, and errors, forecast and measured.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.mjs';

const RUN = fileURLToPath(new URL('stats-run.mjs', import.meta.url));
const ROUNDS = 15;
const MB = 1e6;

/** The table `stats`: workload, advised sampling, and for each figure what was forecast and what was measured. */
export function measureStats({ quick }) {
  const rounds = String(quick ? 2 : ROUNDS);
  const stats = ['tsc', 'terser', 'babel'].flatMap((workload) => {
    const output = execFileSync(process.execPath, ['--expose-gc', RUN, workload, rounds], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return JSON.parse(output).map(({ forecast, runs }) => {
      const middle = (key) => median(runs.map((run) => run[key]));
      return {
        workload,
        sampling: samplingText(forecast.sampling),
        'overhead: forecast': percent(forecast.overhead),
        measured: percent(middle('overhead')),
        'events: forecast': count(forecast.events),
        'measured ': count(middle('events')),
        'files, kB: forecast': count(forecast.fileBytes / 1000),
        'measured  ': count(middle('fileBytes') / 1000),
        'error of 1 MB: forecast': percent(forecast.error1MB),
        'measured   ': percent(spreadOfLines(runs, MB)),
        'of 10 MB: forecast': percent(forecast.error10MB),
        'measured    ': percent(spreadOfLines(runs, 10 * MB)),
      };
    });
  });
  return { stats };
}

/**
 * How far the estimates of a line differ between recordings of the same work: the relative standard deviation, median of the
 * lines that allocate about `bytes`, each as if it allocated just that. Not their root mean square: some lines do not allocate the same each time.
 */
function spreadOfLines(runs, bytes) {
  const estimates = new Map();
  runs.forEach(({ lines }, run) => {
    for (const [line, allocatedBytes] of lines) {
      if (!estimates.has(line)) estimates.set(line, new Array(runs.length).fill(0));
      estimates.get(line)[run] += allocatedBytes;
    }
  });
  const deviations = [];
  for (const values of estimates.values()) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    if (mean < bytes / 2 || mean > bytes * 2) continue;
    const variance =
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    deviations.push(Math.sqrt((variance / mean ** 2) * (mean / bytes)));
  }
  return median(deviations);
}

function samplingText({ by, bands, intervalBytes }) {
  if (by === 'interval') return `${intervalBytes / 1024} KiB`;
  return `{${bands.map(({ belowBytes, probability }) => `${belowBytes}: ${probability}`).join(', ')}}`;
}

function percent(fraction) {
  return Number.isNaN(fraction) ? 'no such line' : `${(fraction * 100).toFixed(1)} %`;
}

function count(number) {
  return Math.round(number).toLocaleString('en-US');
}
