/** The number (from 0) of the first snapshot that is not earlier than a time. */
export function snapshotAtOrAfter(timeMicros: number, timeIntervalMicros: number): number {
  // Large quotients are rounded.
  const near = Math.ceil(timeMicros / timeIntervalMicros);
  if ((near - 1) * timeIntervalMicros >= timeMicros) return near - 1;
  return near * timeIntervalMicros >= timeMicros ? near : near + 1;
}
