import type { TimePlot } from '../../analysis/time-plot.js';
import type { SourceName } from '../worker/messages.js';
import type { OpenReport } from './live-report.js';

/** Data of the recording that analyses can be asked of. */
export interface Source {
  /** What the worker knows them by. */
  readonly name: SourceName;
  /** Seconds from snapshot to snapshot. */
  readonly interval: number;
  /** Memory at every snapshot. */
  readonly timePlot: TimePlot;
}

/** The report itself, which has the whole recording. */
export function reportSource({ facts, timePlot }: OpenReport): Source {
  const interval = facts.info.digest?.intervalSeconds ?? Number.POSITIVE_INFINITY;
  return { name: 'report', interval, timePlot };
}
