import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { suitableInterval } from '../../analysis/snapshot-interval.js';
import type { TimePlot } from '../../analysis/time-plot.js';
import type { ReportSections } from '../../render/report/report-data.js';
import type { Selection, TimeRange } from '../state/hash.js';
import type { Store } from '../state/store.js';
import type { Analyst } from '../worker/analyst.js';
import type { OpenReport } from './live-report.js';

/** A zoomed time line with fewer snapshots than this is asked for again, finer. */
const FEW_SNAPSHOTS = 200;

/** What was written within so many seconds of the end of a recording that grows may not have been all: each thread writes by itself. */
const LATE_SECONDS = 5;

/** The zoom has to stand still for so long. */
const PAUSE_MS = 300;

/** A part of the recording with more snapshots than the report has. */
export interface FinerPart extends TimeRange {
  readonly timePlot: TimePlot;
}

/** Fetches finer data from `heapprof view` when the time line shows a short stretch of time. */
export class FinerData {
  /** What there is; undefined while the report itself is fine enough. */
  readonly part: Signal<FinerPart | undefined> = signal(undefined);
  readonly error: Signal<string | undefined> = signal(undefined);
  readonly #analyst: Analyst;
  readonly #report: ReadonlySignal<OpenReport>;
  #timer: number | undefined;
  #wanted: TimeRange | undefined;
  /** The end of the recording when the part was asked for, in seconds. */
  #endSeconds = 0;

  constructor(store: Store, analyst: Analyst, report: ReadonlySignal<OpenReport>) {
    this.#analyst = analyst;
    this.#report = report;
    effect(() => this.#want(store.zoom.value, report.value.timePlot));
  }

  /** Whether what was chosen lies within the part. */
  has(chosen: Selection | undefined): boolean {
    const part = this.part.value;
    if (part === undefined || chosen === undefined) return false;
    const { from, to } = 'at' in chosen ? { from: chosen.at, to: chosen.at } : chosen;
    return from >= part.from && to <= part.to;
  }

  #want(zoom: TimeRange | undefined, report: TimePlot): void {
    window.clearTimeout(this.#timer);
    const part = this.part.peek();
    this.#wanted = zoom && this.#isCoarse(zoom, report) ? zoom : undefined;
    if (zoom === undefined || this.#wanted === undefined) return;
    const isWithin = part !== undefined && zoom.from >= part.from && zoom.to <= part.to;
    const hasGrown = endOf(report) > this.#endSeconds;
    const isLate = hasGrown && part !== undefined && part.to > this.#endSeconds - LATE_SECONDS;
    if (isWithin && !isLate && !this.#isCoarse(zoom, part.timePlot)) return;
    this.#timer = window.setTimeout(() => this.#fetch(zoom), PAUSE_MS);
  }

  #isCoarse({ from, to }: TimeRange, { points }: TimePlot): boolean {
    const shown = points.filter(({ timeSeconds }) => timeSeconds >= from && timeSeconds <= to);
    return shown.length < FEW_SNAPSHOTS && to > from;
  }

  async #fetch(zoom: TimeRange): Promise<void> {
    const { from, to } = zoom;
    const interval = suitableInterval(to - from);
    try {
      const query = new URLSearchParams({
        from: String(from),
        to: String(to),
        interval: String(interval),
      });
      const endSeconds = endOf(this.#report.peek().timePlot);
      const response = await fetch(`digest?${query}`).catch(() => {
        throw new Error('heapprof view does not answer any more; start it again.');
      });
      if (!response.ok) throw new Error(await response.text());
      const sections = (await response.json()) as ReportSections;
      if (this.#wanted !== zoom) return;
      await this.#analyst.open(sections, 'finer');
      const { points, ...plot } = await this.#analyst.ask(this, 'timePlot', {}, 'finer');
      // Besides the part there are the state at the start, and the state just before it, which has all allocations until then.
      const timePlot = { ...plot, points: points.slice(from > 0 ? 2 : 0) };
      this.#endSeconds = endSeconds;
      this.error.value = undefined;
      this.part.value = { from, to, timePlot };
    } catch (error) {
      this.error.value = `There are no finer data: ${(error as Error).message}`;
    }
  }
}

function endOf({ points }: TimePlot): number {
  return points.at(-1)!.timeSeconds;
}
