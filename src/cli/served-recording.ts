import { setImmediate } from 'node:timers/promises';
import { suitableInterval } from '../analysis/snapshot-interval.js';
import { HeapprofError } from '../base/errors.js';
import type { Reader } from '../read.js';
import { type Findings, findInLogs } from '../render/report/find-in-logs.js';
import type { ReportSections } from '../render/report/report-data.js';
import { reportHtml } from '../render/report/report-html.js';
import type { OnReportProgress } from '../render/report/report-progress.js';
import { packSections } from '../render/report/report-sections.js';
import {
  isOver,
  pauseAfter,
  type RecordingState,
  type ServedNews,
  type ServedPage,
} from '../render/report/served-news.js';
import { recordingState } from './recording-state.js';
import type { FinerRequest, Viewed } from './view-server.js';

/** A digest that follows a recording is made anew, coarser, when it has become so many snapshots. */
const MAX_FOLLOWED_SNAPSHOTS = 1000;

/** A recording as `heapprof view` serves it: its report, kept up to date while it grows, and finer parts of it. */
export class ServedRecording implements Viewed {
  readonly #reader: Reader;
  readonly #maxSnapshots: number;
  readonly #ending = new AbortController();
  #found: Findings;
  #sections: ReportSections;
  #edition = 1;
  #state: RecordingState;
  #problem: string | undefined;
  #hasGrown = false;
  /** When the next look at the files may be taken, on the clock of `performance`. */
  #restUntilMs = 0;
  #looking: Promise<void> | undefined;

  /**
   * @param reader with a digest; it is closed by the caller, after {@link end}
   * @throws HeapprofError if the logs cannot be read.
   */
  constructor(reader: Reader, onProgress?: OnReportProgress) {
    this.#reader = reader;
    this.#maxSnapshots = Math.max(MAX_FOLLOWED_SNAPSHOTS, 2 * reader.totals.length);
    this.#found = findInLogs(reader, onProgress);
    onProgress?.({ step: 'packing the report', fraction: 0 });
    this.#sections = packSections(reader, this.#found);
    this.#state = recordingState(reader, false);
  }

  /** The page, with what is known now; the files are looked at for it as for {@link news}. */
  async html(): Promise<string> {
    await this.#lookOnce();
    const { title } = this.#found;
    return reportHtml({ title, sections: this.#sections, served: this.#page() });
  }

  /**
   * What there is beyond an edition that the asker has. The files are looked at for it, but no more often than in a tenth of the time, however many ask.
   */
  async news(edition: number): Promise<ServedNews> {
    await this.#lookOnce();
    return {
      ...this.#page(),
      ...(edition !== this.#edition && { sections: this.#sections }),
    };
  }

  /** The parts of a report of a stretch of time; the digest for it is made from the logs, and is not kept. */
  async finer({ from, to, interval }: FinerRequest, signal: AbortSignal): Promise<ReportSections> {
    const { precision, weight } = this.#reader.hpc;
    const intervalMicros = interval * 1e6;
    using finer = this.#reader.withPrivateDigest({
      // One more, since the first has all that was allocated before it.
      fromMicros: Math.max(Math.round((from - interval) * 1e6), 0),
      // Up to the next one, which at the end of the recording is that of the end, at whatever time.
      toMicros: Math.ceil(Math.round(to * 1e6) / intervalMicros) * intervalMicros,
    });
    await finer.makeDigest({ timeInterval: interval, precision, weight, signal });
    signal.throwIfAborted();
    return packSections(finer, this.#found);
  }

  /** Ends the looking at files; when it resolves, the reader is not used any more. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#looking;
  }

  #page(): ServedPage {
    return {
      edition: this.#edition,
      state: this.#state,
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  /** All who ask while the files are looked at wait for the same. */
  #lookOnce(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Takes up what has been written since. */
  async #look(): Promise<void> {
    const startMs = performance.now();
    // Where nothing is expected, only a person asks, who may know better.
    if (startMs < this.#restUntilMs && !isOver(this.#state)) return;
    try {
      const isNew = this.#reader.refresh();
      if (isNew) await this.#takeUp();
      this.#hasGrown ||= isNew;
      // What has grown may have more to come: other members of its family may write after the end of the root.
      this.#state = isNew ? 'recording' : recordingState(this.#reader, this.#hasGrown);
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof HeapprofError)) throw error;
      this.#state = 'unreadable';
      this.#problem = error.message;
    }
    this.#restUntilMs = performance.now() + pauseAfter(performance.now() - startMs);
  }

  /** In steps, between which others are answered, and Ctrl-C is heard. */
  async #takeUp(): Promise<void> {
    const reader = this.#reader;
    if (reader.totals.length > this.#maxSnapshots) {
      const { precision, weight } = reader.hpc;
      // At once: until it is done there is no digest, which others who ask at the same time need.
      reader.makeDigestSync({
        timeInterval: suitableInterval(reader.elapsedTime),
        precision,
        weight,
      });
    }
    await setImmediate();
    if (this.#ending.signal.aborted) return;
    const found = findInLogs(reader);
    await setImmediate();
    if (this.#ending.signal.aborted) return;
    const sections = packSections(reader, found);
    this.#found = found;
    this.#sections = sections;
    this.#edition += 1;
  }
}
