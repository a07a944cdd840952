/** A unit in which all values of an axis are written. */
export interface Unit {
  readonly symbol: string;
  /** How many basic units (bytes, seconds) it is. */
  readonly size: number;
}

const BYTE_UNITS: readonly Unit[] = [
  { symbol: 'B', size: 1 },
  { symbol: 'KiB', size: 2 ** 10 },
  { symbol: 'MiB', size: 2 ** 20 },
  { symbol: 'GiB', size: 2 ** 30 },
  { symbol: 'TiB', size: 2 ** 40 },
];

/** With the least time, in seconds, from which on a unit is used: 90 s read better than 1.5 min. */
const TIME_UNITS: readonly (Unit & { readonly fromSeconds: number })[] = [
  { symbol: 'ms', size: 1e-3, fromSeconds: 0 },
  { symbol: 's', size: 1, fromSeconds: 1 },
  { symbol: 'min', size: 60, fromSeconds: 180 },
  { symbol: 'h', size: 3600, fromSeconds: 3 * 3600 },
  { symbol: 'days', size: 86_400, fromSeconds: 3 * 86_400 },
];

/** The unit for an axis of bytes up to `maxBytes`: the largest of which there is at least one. */
export function byteUnit(maxBytes: number): Unit {
  return BYTE_UNITS.findLast((unit) => unit.size <= maxBytes) ?? BYTE_UNITS[0]!;
}

/** The unit for an axis of time up to `maxSeconds`. */
export function timeUnit(maxSeconds: number): Unit {
  return TIME_UNITS.findLast((unit) => unit.fromSeconds <= maxSeconds) ?? TIME_UNITS[0]!;
}
