/** A range of time, by two of its three measures. Seconds; times since the start of the recording. */
export interface ProfileRange {
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  /** Length of the range. */
  readonly period?: number | undefined;
}

/**
 * The start and the end of a range in a recording of `elapsed` seconds. With a period alone it is the latest; with nothing, all of the recording.
 * @throws RangeError if a time is given without a second measure, all three are given, or the range does not begin at 0 or later.
 */
export function rangeOfPeriod(
  { startTime, endTime, period }: ProfileRange,
  elapsed: number,
): { readonly from: number; readonly to: number } {
  const given = [startTime, endTime, period].filter((measure) => measure !== undefined).length;
  if (given === 3 || (given === 1 && period === undefined)) {
    throw new RangeError(
      'A range has two of startTime, endTime and period, or a period alone for the latest.',
    );
  }
  if (period !== undefined && !(period >= 0)) {
    throw new RangeError(`The period must be 0 seconds or more, but is ${period}.`);
  }
  const to = endTime ?? (startTime !== undefined ? startTime + (period ?? 0) : elapsed);
  const from = startTime ?? (period === undefined ? 0 : Math.max(to - period, 0));
  return { from, to };
}
