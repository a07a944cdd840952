import type { DigestOptions } from '../digest/digest.js';
import type { OnProgress } from '../digest/make-digest.js';

/** How a digest should be. Where it is made, what is left out has the default. */
export interface DigestRequest {
  /** Seconds from snapshot to snapshot, above 0, to the microsecond; 60 if left out. */
  readonly timeInterval?: number | undefined;
  /** Fraction of a snapshot's bytes that may be put together as "other": from 0 to below 1; 0.01 if left out. */
  readonly precision?: number | undefined;
  /**
   * How many allocations every event stands for, at least 1, in place of what the recording's sampling says.
   * The original heapprof on 64-bit Linux logs every allocation, whatever rate it notes: 1 is right for its files.
   */
  readonly weight?: number | undefined;
}

/** Options of {@link ProfileReader.makeDigestSync}, and of `read`. */
export interface ReadOptions extends DigestRequest {
  readonly onProgress?: OnProgress | undefined;
  /** Frames are shown in their original sources, see {@link ProfileReader.useSourceMaps}: `true`, or the folder of the maps. */
  readonly sourceMaps?: boolean | string | undefined;
}

/** Options of {@link ProfileReader.makeDigest}. */
export interface MakeDigestOptions extends ReadOptions {
  /** Ends the making early; the digest then ends with the last snapshot that was reached. */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_TIME_INTERVAL_SECONDS = 60;
const DEFAULT_PRECISION = 0.01;

/**
 * Checks what was asked for.
 * @returns what was given explicitly, and nothing else
 * @throws TypeError if a value is not a number, RangeError if it is outside its limits.
 */
export function parseDigestRequest(request: DigestRequest): Partial<DigestOptions> {
  const { timeInterval, precision, weight } = request;
  return {
    ...(timeInterval !== undefined && { timeIntervalMicros: parseTimeInterval(timeInterval) }),
    ...(precision !== undefined && { precision: parsePrecision(precision) }),
    ...(weight !== undefined && { weight: parseWeight(weight) }),
  };
}

/** A request with the defaults for what it leaves open. */
export function withDefaults(request: Partial<DigestOptions>): DigestOptions {
  return {
    timeIntervalMicros: DEFAULT_TIME_INTERVAL_SECONDS * 1e6,
    precision: DEFAULT_PRECISION,
    ...request,
  };
}

/** Whether a digest that was made with `made` is one that was asked for. */
export function satisfies(made: DigestOptions, request: Partial<DigestOptions>): boolean {
  const keys = Object.keys(request) as (keyof DigestOptions)[];
  return keys.every((key) => made[key] === request[key]);
}

function parseTimeInterval(seconds: unknown): number {
  expectNumber(seconds, 'The time interval', 'a number of seconds');
  const micros = Math.round(seconds * 1e6);
  if (micros >= 1 && micros <= Number.MAX_SAFE_INTEGER) return micros;
  throw new RangeError(
    `The time interval must be above 0 seconds, and at least a microsecond, but is ${seconds}.`,
  );
}

function parsePrecision(precision: unknown): number {
  expectNumber(precision, 'The precision', 'a number');
  if (precision >= 0 && precision < 1) return precision;
  throw new RangeError(
    `The precision must be a fraction from 0 to below 1, for example 0.01, but is ${precision}.`,
  );
}

function parseWeight(weight: unknown): number {
  expectNumber(weight, 'The weight', 'a number');
  if (weight >= 1 && weight < Number.POSITIVE_INFINITY) return weight;
  throw new RangeError(
    `The weight must be the number of allocations that an event stands for, at least 1, but is ${weight}.`,
  );
}

function expectNumber(value: unknown, name: string, what: string): asserts value is number {
  if (typeof value === 'number') return;
  throw new TypeError(
    `${name} must be ${what}, but is of type ${value === null ? 'null' : typeof value}.`,
  );
}
