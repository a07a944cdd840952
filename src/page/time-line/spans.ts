import type { ReportMark } from '../../render/report/report-data.js';

/** A stretch of time that the program has named. */
export interface TimeSpan {
  readonly name: string;
  readonly from: number;
  /** The end of the recording, where its end is not known. */
  readonly to: number;
  /** Spans of one row do not overlap; counts from 0. */
  readonly row: number;
}

/** An instant that the program has named. */
export interface TimeMark {
  readonly name: string;
  readonly at: number;
}

/** The marks that are no further from a time than `reach` seconds, and the spans that it lies in. */
export function namedAt(
  { marks, spans }: { readonly marks: readonly TimeMark[]; readonly spans: readonly TimeSpan[] },
  seconds: number,
  reach: number,
): { readonly marks: readonly TimeMark[]; readonly spans: readonly TimeSpan[] } {
  return {
    marks: marks.filter(({ at }) => Math.abs(at - seconds) <= reach),
    spans: spans.filter(({ from, to }) => from <= seconds && to >= seconds),
  };
}

/**
 * Marks and spans of a recording. An end without its beginning is left out.
 * @param marks in the order of time
 * @param end of the recording, in seconds
 */
export function marksAndSpans(
  marks: readonly ReportMark[],
  end: number,
): { readonly marks: readonly TimeMark[]; readonly spans: readonly TimeSpan[] } {
  const open = new Map<string, ReportMark[]>();
  const spans: { name: string; from: number; to: number }[] = [];
  for (const mark of marks) {
    if (mark.operation === 'mark') continue;
    const key = `${mark.member} ${mark.spanId} ${mark.name}`;
    const begun = open.get(key) ?? [];
    open.set(key, begun);
    if (mark.operation === 'begin') begun.push(mark);
    else {
      const beginning = begun.pop();
      if (beginning === undefined) continue;
      spans.push({ name: mark.name, from: beginning.timeSeconds, to: mark.timeSeconds });
    }
  }
  for (const { name, timeSeconds } of [...open.values()].flat()) {
    spans.push({ name, from: timeSeconds, to: Math.max(end, timeSeconds) });
  }
  spans.sort((a, b) => a.from - b.from || b.to - a.to);
  const rowEnds: number[] = [];
  return {
    marks: marks
      .filter(({ operation }) => operation === 'mark')
      .map(({ name, timeSeconds }) => ({ name, at: timeSeconds })),
    spans: spans.map((span) => {
      const free = rowEnds.findIndex((rowEnd) => rowEnd <= span.from);
      const row = free < 0 ? rowEnds.length : free;
      rowEnds[row] = span.to;
      return { ...span, row };
    }),
  };
}
