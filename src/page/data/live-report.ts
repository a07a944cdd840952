import { type Signal, signal } from '@preact/signals';
import type { TimePlot } from '../../analysis/time-plot.js';
import type { ReportFacts, ReportSections } from '../../render/report/report-data.js';
import {
  isOver,
  pauseAfter,
  type RecordingState,
  type ServedNews,
  type ServedPage,
} from '../../render/report/served-news.js';
import type { Analyst } from '../worker/analyst.js';
import { inflate } from './sections.js';

/** What is known of the recording at one time. */
export interface OpenReport {
  readonly facts: ReportFacts;
  /** Memory at every snapshot of the report. */
  readonly timePlot: TimePlot;
}

/** How a served recording is doing, as far as the page knows: `gone` is `heapprof view` itself. */
export type LiveState = RecordingState | 'gone';

/** What a person who follows a recording is told. */
export interface LiveStatus {
  readonly state: LiveState;
  /** Why the recording cannot be read any more. */
  readonly problem?: string | undefined;
  /** Whether a person has stopped the asking. */
  readonly isHeld: boolean;
}

/** Panels begin to ask so long after they were told of something new; a pressed button is looked at as often. */
const SETTLING_MS = 200;

/**
 * Opens the parts of a report under the name `report`.
 * @throws Error with a sentence if they are damaged.
 */
export async function openReportParts(
  analyst: Analyst,
  sections: ReportSections,
): Promise<OpenReport> {
  const [bytes] = await Promise.all([inflate(sections.facts), analyst.open(sections, 'report')]);
  const facts = JSON.parse(new TextDecoder().decode(bytes)) as ReportFacts;
  return { facts, timePlot: await analyst.ask({}, 'timePlot', {}) };
}

/**
 * Takes up what a served recording has grown by: asks for it, rests nine times as long as the work took, two seconds at least, and so on until the recording
 * is over. Nothing is asked while the page is hidden, and nothing changes under a pressed button.
 */
export class LiveReport {
  readonly status: Signal<LiveStatus>;
  readonly #report: Signal<OpenReport>;
  readonly #analyst: Analyst;
  #edition: number;
  #timer: number | undefined;
  #isAsking = false;
  readonly #pressed = new Set<number>();

  /** @param report is replaced by what is newer */
  constructor(served: ServedPage, report: Signal<OpenReport>, analyst: Analyst) {
    const { edition, ...said } = served;
    this.#edition = edition;
    this.#report = report;
    this.#analyst = analyst;
    this.status = signal({ ...said, isHeld: false });
    const release = ({ pointerId }: PointerEvent) => this.#pressed.delete(pointerId);
    addEventListener('pointerdown', ({ pointerId }) => this.#pressed.add(pointerId), true);
    // It may have been let go outside of the window.
    addEventListener('pointermove', (event) => event.buttons === 0 && release(event), true);
    addEventListener('pointerup', release, true);
    addEventListener('pointercancel', release, true);
    document.addEventListener('visibilitychange', () => this.#rest(0));
    this.#rest(pauseAfter(0));
  }

  /** Whether more is to be expected of the recording, as far as is known. */
  isGoingOn(): boolean {
    return isWaiting(this.status.value.state);
  }

  /** Leaves the page as it is. */
  hold(): void {
    window.clearTimeout(this.#timer);
    this.status.value = { ...this.status.value, isHeld: true };
  }

  /** Asks at once, and goes on; also where nothing more was expected. */
  goOn(): void {
    const { state } = this.status.value;
    this.status.value = { state: isWaiting(state) ? state : 'recording', isHeld: false };
    this.#rest(0);
  }

  #rest(pauseMs: number): void {
    window.clearTimeout(this.#timer);
    const { state, isHeld } = this.status.peek();
    if (!isHeld && isWaiting(state)) {
      this.#timer = window.setTimeout(() => void this.#ask(), pauseMs);
    }
  }

  async #ask(): Promise<void> {
    // Asked again when the page is seen.
    if (document.hidden || this.#isAsking) return;
    this.#isAsking = true;
    let workMs = 0;
    try {
      const response = await fetch(`news?edition=${this.#edition}`);
      const startMs = performance.now();
      if (response.ok) await this.#take((await response.json()) as ServedNews);
      else this.#say({ state: 'unreadable', problem: await response.text() });
      workMs = performance.now() - startMs;
    } catch {
      this.#say({ state: 'gone' });
    } finally {
      this.#isAsking = false;
      this.#rest(pauseAfter(workMs));
    }
  }

  async #take({ edition, state, problem, sections }: ServedNews): Promise<void> {
    if (this.status.peek().isHeld) return;
    if (sections) {
      const report = await openReportParts(this.#analyst, sections);
      while (this.#pressed.size > 0) await pause(SETTLING_MS);
      this.#report.value = report;
      this.#edition = edition;
    }
    this.#say({ state, problem });
    if (!sections) return;
    await pause(SETTLING_MS);
    await this.#analyst.idle();
  }

  #say(said: Omit<LiveStatus, 'isHeld'>): void {
    const { state, problem, isHeld } = this.status.peek();
    if (said.state === state && said.problem === problem) return;
    this.status.value = { ...said, isHeld };
  }
}

function isWaiting(state: LiveState): boolean {
  return state !== 'gone' && !isOver(state);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
