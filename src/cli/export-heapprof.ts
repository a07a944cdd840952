import { setImmediate } from 'node:timers/promises';
import { suitableInterval } from '../analysis/snapshot-interval.js';
import { formatBytes, formatDuration } from '../base/units.js';
import { openFamily } from '../format/family.js';
import type { Kind } from '../model/event.js';
import {
  type ExportProgress,
  exportVersion1,
  type Version1Export,
} from '../reader/export-version1.js';
import { formatCount } from '../render/numbers.js';
import { sanitize } from '../render/sanitize.js';
import { InterruptedError, UsageError } from './errors.js';
import { note, printLines } from './output.js';
import { ProgressBar } from './progress.js';

/** What of a recording is exported, and where to. */
export interface HeapprofExportOptions {
  readonly output: string;
  readonly kind?: Kind;
  /** Seconds from snapshot to snapshot. */
  readonly interval?: number;
  readonly precision: number;
}

/** Time between two looks at Ctrl-C. */
const PACE_MS = 20;

/** `heapprof export --format heapprof`: files that the original heapprof reads. */
export async function exportHeapprof(
  filebase: string,
  { output, kind, interval, precision }: HeapprofExportOptions,
): Promise<void> {
  const intervalMillis = (seconds: number) => Math.round(seconds * 1000);
  if (interval !== undefined && Math.abs(interval * 1000 - intervalMillis(interval)) > 1e-6) {
    throw new UsageError(
      `Version 1 counts the time between snapshots in whole milliseconds; --interval ${interval} is none.`,
    );
  }
  const family = openFamily(filebase);
  for (const { reason } of family.unreadable) note(`left out: ${reason}`);
  const steps = exportVersion1(family, output, {
    kind,
    precision,
    intervalMillis: (elapsed) => intervalMillis(interval ?? suitableInterval(elapsed)),
  });
  const written = await runSteps(steps);
  if (written.hugeEvents > 0) {
    note(
      `${formatCount(written.hugeEvents)} events have sizes of 2 GiB or more, which the original's reader takes for others`,
    );
  }
  await printLines([sanitize(outcomeText(output, written))]);
}

/** Takes all steps, with progress bars; Ctrl-C ends them. */
async function runSteps(
  steps: Generator<ExportProgress, Version1Export, void>,
): Promise<Version1Export> {
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
  };
  // Once: a second Ctrl-C ends the process as usual.
  process.once('SIGINT', interrupt);
  const bars = {
    'writing the recording': new ProgressBar('writing the recording'),
    'making the digest': new ProgressBar('making the digest'),
  };
  try {
    let pauseMs = performance.now() + PACE_MS;
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      if (performance.now() < pauseMs) continue;
      bars[step.value.doing].update(step.value.fraction);
      await setImmediate();
      if (isInterrupted) throw new InterruptedError('Interrupted; nothing was written.');
      pauseMs = performance.now() + PACE_MS;
    }
  } finally {
    // It takes back what it has begun.
    steps.return(undefined as never);
    for (const bar of Object.values(bars)) bar.finish();
    process.off('SIGINT', interrupt);
  }
}

function outcomeText(output: string, written: Version1Export): string {
  const { events, traces, snapshots, intervalMillis, damagedBytes } = written;
  const damage =
    damagedBytes > 0 ? `; ${formatBytes(damagedBytes)} of the log could not be read` : '';
  return (
    `${output}.hpm, .hpd, .hpc: ${formatCount(events)} events, ${formatCount(traces)} traces, ` +
    `${formatCount(snapshots)} snapshots, every ${formatDuration(intervalMillis * 1000)}${damage}`
  );
}
