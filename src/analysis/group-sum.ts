import type { UsageRow } from '../model/snapshot.js';
import { ORIGINS, type Origin } from './code-origin.js';
import { trendOf } from './trend.js';
import { UsageSum } from './usage-sum.js';

/** How the live bytes of a group go over a range of time. */
export interface UsageCourse {
  /** Theil and Sen's slope of the live bytes at the times of the course; 0 for a single one. */
  readonly bytesPerMinute: number;
  /** Its standard error: from the scatter of the points, and from sampling, as if nothing of the first point were in the last. */
  readonly bytesPerMinuteError: number;
  /** Live bytes at each of the summary's `courseSeconds`. */
  readonly course: readonly number[];
}

/** Adds up the rows of one group over the snapshots of a range, and keeps how it went. */
export class GroupSum extends UsageSum {
  readonly #course: Float64Array;
  #firstError = 0;
  #lastError = 0;
  /** Snapshots at which it reached the threshold. */
  #reached = 0;
  readonly #originBytes = new Float64Array(ORIGINS.length);

  /** @param coursePoints how many snapshots of the range are in the course */
  constructor(coursePoints: number) {
    super();
    this.#course = new Float64Array(coursePoints);
  }

  /** Adds what is live in the current snapshot, as belonging to this code, with the snapshot's weight in averages. */
  addLiveOf(row: UsageRow, origin: Origin, weight: number): void {
    this.addLive(row);
    this.#originBytes[ORIGINS.indexOf(origin)]! += weight * row.bytes;
  }

  /**
   * Ends the current snapshot, as {@link endSnapshot}.
   * @param point its number in the course; undefined if it is in none
   * @param thresholdBytes what a row is held against
   */
  endPoint(
    weight: number,
    timeMicros: number,
    point: number | undefined,
    thresholdBytes: number,
  ): void {
    const { bytes, error } = this.endSnapshot(weight, timeMicros);
    if (bytes >= thresholdBytes) this.#reached += 1;
    if (point === undefined) return;
    this.#course[point] = bytes;
    if (point === 0) this.#firstError = error;
    if (point === this.#course.length - 1) this.#lastError = error;
  }

  /** Whether it was under the threshold at some of so many snapshots. */
  isIncomplete(snapshotCount: number): boolean {
    return this.#reached < snapshotCount;
  }

  /** Average live bytes by whose code they belong to; `totalWeight` as for {@link usage}. */
  bytesByOrigin(totalWeight: number): Record<Origin, number> {
    const bytesOf = (origin: Origin) => this.#originBytes[ORIGINS.indexOf(origin)]! / totalWeight;
    return {
      mine: bytesOf('mine'),
      dependencies: bytesOf('dependencies'),
      node: bytesOf('node'),
      other: bytesOf('other'),
    };
  }

  /** @param minutes times of the points of the course */
  course(minutes: readonly number[]): UsageCourse {
    const course = [...this.#course];
    const { slope, slopeError } = trendOf(minutes, course);
    const span = minutes.at(-1)! - minutes[0]!;
    const sampling = span > 0 ? Math.hypot(this.#firstError, this.#lastError) / span : 0;
    return {
      bytesPerMinute: slope,
      bytesPerMinuteError: Math.hypot(slopeError, sampling),
      course,
    };
  }
}
