import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { suitableInterval } from '../../analysis/snapshot-interval.js';
import type { ReportSections } from '../../render/report/report-data.js';
import { pauseAfter } from '../../render/report/served-news.js';
import type { TimeRange } from '../state/hash.js';
import type { Analyst } from '../worker/analyst.js';
import type { OpenReport } from './live-report.js';
import { reportSource, type Source } from './source.js';

/** A stretch of time with fewer snapshots than this is asked for again, finer. */
const FEW_SNAPSHOTS = 200;

/** What was written within so many seconds of the end of a recording that grows may not have been all: each thread writes by itself. */
const LATE_SECONDS = 5;

/** What is wanted has to stand still for so long. */
const PAUSE_MS = 300;

/** A part of the recording with more snapshots than the report has there. */
export interface FinerData extends Source, TimeRange {}

/** What is finer than the report of one stretch of time that a person can change: fetched from `heapprof view` where the report has few snapshots of it. */
export class FinerPart {
  /** What there is, which may be of another stretch than the one that is wanted by now; undefined while the report itself is fine enough. */
  readonly data: Signal<FinerData | undefined> = signal(undefined);
  readonly error: Signal<string | undefined> = signal(undefined);
  /** Whether the stretch that is wanted is still to come. */
  readonly isComing: Signal<boolean> = signal(false);
  readonly #name: FinerData['name'];
  readonly #analyst: Analyst;
  readonly #report: ReadonlySignal<OpenReport>;
  #wanted: TimeRange | undefined;
  #timer: number | undefined;
  /** What is being fetched. */
  #fetching: { readonly range: TimeRange; readonly leaving: AbortController } | undefined;
  /** The end of the recording, in seconds, when the data were asked for. */
  #endSeconds = 0;
  /** When the same may be asked for again, on the clock of `performance`. */
  #restUntilMs = 0;

  /**
   * @param name of the data in the worker
   * @param wanted reads signals; it is asked again when they change
   */
  constructor(
    name: FinerData['name'],
    wanted: () => TimeRange | undefined,
    analyst: Analyst,
    report: ReadonlySignal<OpenReport>,
  ) {
    this.#name = name;
    this.#analyst = analyst;
    this.#report = report;
    effect(() => this.#want(wanted(), report.value));
  }

  #want(range: TimeRange | undefined, report: OpenReport): void {
    window.clearTimeout(this.#timer);
    const end = endOf(report);
    const wanted = range && !isFine(range, end, reportSource(report).interval) ? range : undefined;
    this.#wanted = wanted;
    const fetched = this.#fetching?.range;
    if (fetched?.from !== wanted?.from || fetched?.to !== wanted?.to) {
      this.#fetching?.leaving.abort();
      this.#fetching = undefined;
    }
    if (wanted === undefined) {
      this.data.value = this.error.value = undefined;
      this.isComing.value = false;
      return;
    }
    const data = this.data.peek();
    const isThere = data && covers(data, wanted) && isFine(wanted, end, data.interval);
    this.isComing.value = !isThere;
    if (isThere) this.error.value = undefined;
    const isLate = end > this.#endSeconds && wanted.to > this.#endSeconds - LATE_SECONDS;
    if (this.#fetching || (isThere && !isLate)) return;
    const restMs = isThere ? this.#restUntilMs - performance.now() : 0;
    this.#timer = window.setTimeout(() => this.#fetch(wanted), Math.max(restMs, PAUSE_MS));
  }

  async #fetch(range: TimeRange): Promise<void> {
    const leaving = new AbortController();
    this.#fetching = { range, leaving };
    this.error.value = undefined;
    const startMs = performance.now();
    const endSeconds = endOf(this.#report.peek());
    try {
      // Beyond the end there is nothing yet.
      const asked = { from: range.from, to: Math.min(range.to, endSeconds) };
      const interval = suitableInterval(asked.to - asked.from);
      const sections = await fetchSections({ ...asked, interval }, leaving.signal);
      leaving.signal.throwIfAborted();
      const timePlot = await this.#open(sections, range);
      // From here on the worker has these and not those of before, whether they are still wanted or not.
      const isWanted = !leaving.signal.aborted;
      this.data.value = isWanted ? { name: this.#name, ...range, interval, timePlot } : undefined;
      this.#endSeconds = endSeconds;
    } catch (error) {
      if (leaving.signal.aborted) return;
      this.error.value = `There are no finer numbers: ${(error as Error).message}`;
      this.isComing.value = false;
      this.#fetching = undefined;
      return;
    }
    this.#restUntilMs = performance.now() + pauseAfter(performance.now() - startMs);
    if (!leaving.signal.aborted) this.#fetching = undefined;
    this.#want(this.#wanted, this.#report.peek());
  }

  /** Has the worker open what was fetched, in place of what it had. */
  async #open(sections: ReportSections, { from, to }: TimeRange): Promise<Source['timePlot']> {
    await this.#analyst.open(sections, this.#name);
    const plot = await this.#analyst.ask({}, 'timePlot', {}, this.#name);
    // Besides the stretch there are the state at the start, and the state just before it, which has all allocations until then; and one snapshot after it.
    const indexOf = (seconds: number) =>
      Math.max(
        plot.points.findLastIndex(({ timeSeconds }) => timeSeconds <= seconds),
        0,
      );
    return { ...plot, points: plot.points.slice(indexOf(from), indexOf(to) + 1) };
  }
}

/** Whether a stretch of time lies within another. */
export function covers(outer: TimeRange, { from, to }: TimeRange): boolean {
  return from >= outer.from && to <= outer.to;
}

/** Whether snapshots at this interval are enough for what a stretch has of the recording, or no others would be asked for. */
function isFine({ from, to }: TimeRange, end: number, interval: number): boolean {
  const span = Math.min(to, end) - from;
  return span <= 0 || span >= FEW_SNAPSHOTS * interval || suitableInterval(span) >= interval;
}

async function fetchSections(
  asked: Readonly<Record<'from' | 'to' | 'interval', number>>,
  signal: AbortSignal,
): Promise<ReportSections> {
  const query = new URLSearchParams(
    Object.entries(asked).map(([name, value]) => [name, String(value)]),
  );
  const response = await fetch(`digest?${query}`, { signal }).catch(() => {
    throw new Error('heapprof view does not answer any more; start it again.');
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json() as Promise<ReportSections>;
}

function endOf({ timePlot: { points } }: OpenReport): number {
  return points.at(-1)!.timeSeconds;
}
