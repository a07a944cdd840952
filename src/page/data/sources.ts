import type { ReadonlySignal } from '@preact/signals';
import type { Selection } from '../state/hash.js';
import { rangeOf, type Store } from '../state/store.js';
import type { Analyst } from '../worker/analyst.js';
import type { SourceName } from '../worker/messages.js';
import { covers, type FinerData, FinerPart } from './finer-part.js';
import type { OpenReport } from './live-report.js';
import { reportSource, type Source } from './source.js';

/** All data of the recording that the page has: the report, and on a page that `heapprof view` serves finer parts of what a person looks at. */
export class Sources {
  /** Of what the time line shows: its snapshots are drawn. */
  readonly zoom: FinerPart | undefined;
  /** Of the range that is chosen. */
  readonly chosen: FinerPart | undefined;
  readonly #report: ReadonlySignal<OpenReport>;

  constructor(
    store: Store,
    analyst: Analyst,
    report: ReadonlySignal<OpenReport>,
    isServed: boolean,
  ) {
    this.#report = report;
    if (!isServed) return;
    this.zoom = new FinerPart('zoom', () => store.zoom.value, analyst, report);
    const chosenRange = () => {
      const chosen = store.selection.value;
      return chosen && 'from' in chosen ? chosen : undefined;
    };
    this.chosen = new FinerPart('chosen', chosenRange, analyst, report);
  }

  /**
   * The finest data that have all of these times; undefined is the whole recording. Of an instant they are those that the time line draws, since it is one of their
   * snapshots: others would round it to another.
   */
  of(...times: readonly (Selection | undefined)[]): Source {
    const ranges = times.map(rangeOf);
    const hasInstant = ranges.some((range) => range && range.from === range.to);
    const parts = hasInstant ? [this.zoom] : [this.zoom, this.chosen];
    return parts
      .flatMap((part): Source[] => {
        const data = part?.data.value;
        const hasAll = data && ranges.every((range) => range && covers(data, range));
        return hasAll ? [data] : [];
      })
      .reduce(
        (finest, each) => (each.interval < finest.interval ? each : finest),
        reportSource(this.#report.value),
      );
  }

  /** What a name stands for now, if it is that of a finer part. */
  finer(name: SourceName): FinerData | undefined {
    if (name === 'zoom') return this.zoom?.data.value;
    return name === 'chosen' ? this.chosen?.data.value : undefined;
  }

  /** Whether finer numbers are on their way; until then there are those of the report. */
  get areComing(): boolean {
    return this.#parts.some(({ isComing }) => isComing.value);
  }

  /** Why there are none. */
  get error(): string | undefined {
    return this.#parts.find(({ error }) => error.value !== undefined)?.error.value;
  }

  /** A person has read it. */
  closeErrors(): void {
    for (const { error } of this.#parts) error.value = undefined;
  }

  get #parts(): readonly FinerPart[] {
    return [this.zoom, this.chosen].filter((part) => part !== undefined);
  }
}
