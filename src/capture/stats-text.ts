import { formatBytes, formatDuration } from '../base/units.js';
import type { RecordingForecast } from '../model/recording-forecast.js';
import type { Sampling } from '../model/sampling.js';
import type { SizeDistribution, StatsReport } from './stats-report.js';

/** A report for a person, as lines of text, each with its end of line. */
export function statsText(report: StatsReport): string {
  const lines = [
    '-------------------------------------------',
    'HEAP USAGE SUMMARY',
    ...distributionLines('JavaScript objects', report.heap),
    '',
    ...distributionLines('Array buffers', report.arrayBuffer),
    '',
    `Counted in ${formatDuration(report.elapsedSeconds * 1e6)}, ${formatDuration(report.cpuSeconds * 1e6)} of CPU time.`,
    '',
    ...adviceLines(report),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function distributionLines(title: string, { count, bytes, ranges }: SizeDistribution): string[] {
  if (count === 0) return [`${title}: none`];
  return [
    `${title}: ${formatNumber(count)}, ${formatBytes(bytes)}`,
    ...alignRight([
      ['Size', 'Count', 'Bytes', 'Share'],
      ...ranges.map((range) => [
        `${range.fromBytes} - ${range.belowBytes - 1}`,
        formatNumber(range.count),
        formatNumber(range.bytes),
        formatPercent(range.share),
      ]),
    ]),
  ];
}

function adviceLines({ overhead, advice }: StatsReport): string[] {
  const choices = [advice.bands, advice.interval].filter((choice) => choice !== undefined);
  const budget = `${formatPercent(overhead)} of the program's own CPU time`;
  if (choices.length === 0) {
    return [`No recording costs as little as ${budget}; try a larger overhead.`];
  }
  return [
    `To record for up to ${budget}, sample with one of these:`,
    ...choices.map(({ sampling }, i) => `  (${i + 1}) ${optionOf(sampling)}`),
    ...alignRight([
      ['', 'Overhead', 'Events/s', 'Files/hour', 'Error of 1 MB', 'of 10 MB'],
      ...choices.map((forecast, i) => [`(${i + 1})`, ...forecastCells(forecast)]),
    ]),
  ];
}

function forecastCells(forecast: RecordingForecast): string[] {
  return [
    formatPercent(forecast.overhead),
    formatNumber(forecast.eventsPerSecond),
    formatBytes(forecast.fileBytesPerHour),
    `±${formatPercent(forecast.error1MB)}`,
    `±${formatPercent(forecast.error10MB)}`,
  ];
}

/** As `heapprof run` takes it; a sampling rate is the same in a program. */
function optionOf(sampling: Sampling): string {
  if (sampling.by === 'interval') return `--interval ${sampling.intervalBytes}`;
  const bands = sampling.bands.map(
    ({ belowBytes, probability }) => `"${belowBytes}": ${probability}`,
  );
  return `--sample '{${bands.join(', ')}}'`;
}

/** Lines of a table: each row's cells under those of the first. */
function alignRight(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]! + 2)).join(''));
}

function formatNumber(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

function formatPercent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
