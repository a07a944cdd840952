/** Enough for a smooth curve, few enough to be read at once. */
const MAX_SNAPSHOTS = 500;

/**
 * A time between snapshots, in seconds, that suits a recording of `elapsedSeconds`: the shortest of 1,
 * 2 or 5 milliseconds, 10, 20, … that gives at most 500 snapshots. Recordings of a fifth of a second and longer get
 * about 200 to 500.
 */
export function suitableInterval(elapsedSeconds: number): number {
  for (let power = -3; ; power++) {
    for (const step of [1, 2, 5]) {
      // Not step * 10 ** power: 2 * 10 ** -3 and its like are not exact, 2 / 1000 is the nearest number.
      const seconds = power < 0 ? step / 10 ** -power : step * 10 ** power;
      if (elapsedSeconds <= seconds * MAX_SNAPSHOTS) return seconds;
    }
  }
}
