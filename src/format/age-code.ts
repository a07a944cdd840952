/** The code that stands for everything from 15 × 2^30 µs on. */
const MAX_AGE_CODE = 255;

/**
 * The byte that stands for the time from an allocation to its free: three bits of exponent's
 * fraction, so that an age is known to 1/8 of its power of two (`docs/format.md`, events).
 */
export function encodeAge(ageMicros: number): number {
  const age = Math.floor(ageMicros);
  if (age < 8) return Math.max(age, 0);
  let exponent = 3;
  while (age >= 2 ** (exponent + 1)) exponent += 1;
  const code = (exponent - 2) * 8 + (Math.floor(age / 2 ** (exponent - 3)) - 8);
  return Math.min(code, MAX_AGE_CODE);
}

/** The least age in microseconds that has this code (0 to 255). */
export function decodeAge(code: number): number {
  return code < 8 ? code : ((code % 8) + 8) * 2 ** (Math.floor(code / 8) - 1);
}

/** The middle of the ages that have this code (0 to 255): nobody knows where within them an age was. */
export function middleAge(code: number): number {
  const least = decodeAge(code);
  return code < 8 || code === MAX_AGE_CODE ? least : (least + decodeAge(code + 1) - 1) / 2;
}
