import type { MemberSurvey } from './family-survey.js';

/** When a thread of a family was recorded. */
export interface ThreadSpan {
  /** Since the start of the root. */
  readonly startSeconds: number;
  readonly elapsedSeconds: number;
}

/** How long a thread was there within a stretch of time, in seconds. */
export function secondsWithin(
  { startSeconds, elapsedSeconds }: ThreadSpan,
  fromSeconds: number,
  toSeconds: number,
): number {
  const end = Math.min(startSeconds + elapsedSeconds, toSeconds);
  return Math.max(end - Math.max(startSeconds, fromSeconds), 0);
}

/** When each of the threads was there. */
export function threadSpans(
  members: readonly Pick<MemberSurvey, 'startSeconds' | 'log'>[],
): ThreadSpan[] {
  return members.map(({ startSeconds, log: { elapsedSeconds } }) => ({
    startSeconds,
    elapsedSeconds,
  }));
}
