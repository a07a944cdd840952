import type { ReportSections } from './report-data.js';

/**
 * How a recording is doing that `heapprof view` serves: it is being written; it is not ended, but its program has written nothing for a while; it has come to
 * its end; it has no end, and its program is gone; it cannot be read any more.
 */
export type RecordingState = 'recording' | 'silent' | 'ended' | 'broken' | 'unreadable';

/** What a served page is told when it asks for what is new. JSON has all of it. */
export interface ServedNews {
  /** Counts from 1, and is one more each time that the parts of the report are others. */
  readonly edition: number;
  readonly state: RecordingState;
  /** Why it cannot be read any more: a sentence. */
  readonly problem?: string;
  /** The newest parts of the report; absent where the page has them. */
  readonly sections?: ReportSections;
}

/** What a page knows of itself when it is served: in the attribute `data-served` of its body. */
export type ServedPage = Omit<ServedNews, 'sections'>;

/** Whether nothing more is to be expected. */
export function isOver(state: RecordingState): boolean {
  return state !== 'recording' && state !== 'silent';
}

/** A page and its server ask and look no more often than this. */
const LEAST_PAUSE_MS = 2000;

/** A tenth of the time is enough for work that goes on by itself. */
const PAUSE_FACTOR = 9;

/** How long to rest after work that took so long, so that it takes a tenth of the time at most. */
export function pauseAfter(workMs: number): number {
  return Math.max(LEAST_PAUSE_MS, PAUSE_FACTOR * workMs);
}
