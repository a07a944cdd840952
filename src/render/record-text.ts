import { preciseFrameLabel } from '../analysis/frame-label.js';
import type { Trace } from '../model/frame.js';
import { safeJson, sanitize } from './sanitize.js';

/** A record of a file: what it is, and its fields in their order. */
export interface FileRecord {
  readonly record: string;
  /** Of a trace: outermost first. */
  readonly frames?: Trace;
  readonly [field: string]: unknown;
}

/** Text that can stand without quotes. */
const PLAIN = /^[^\s"'=[\]{}]+$/u;

/**
 * A record as one line, `allocation timeMicros=12 trace=3 sizeBytes=4096 type=Map`: easy to grep and to
 * cut. Fields without a value are left out; texts with spaces are in quotes; objects are JSON; the frames of
 * a trace come last, `main (app.js:1:5) > load (io.js:7:2)`.
 */
export function recordLine({ record, frames, ...fields }: FileRecord): string {
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${valueText(value)}`);
  const trace = frames === undefined ? [] : [framesText(frames)];
  return sanitize([record, ...parts, ...trace].join(' '));
}

function valueText(value: unknown): string {
  return typeof value === 'string' && PLAIN.test(value) ? value : safeJson(value);
}

function framesText(frames: Trace): string {
  return frames.map(preciseFrameLabel).join(' > ');
}
