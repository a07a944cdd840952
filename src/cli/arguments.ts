import { existsSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { HeapprofError } from '../base/errors.js';

/** A time on the command line, as seconds since a recording's start, which is `initialTime` seconds since the epoch. */
export type TimeArgument = (initialTime: number) => number;

const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Parses seconds since the start (`12.5`) or an ISO 8601 time (`2026-03-01T12:00:05Z`; without a zone, local time). */
export function parseTime(text: string): TimeArgument {
  if (/^\d+(\.\d*)?$/.test(text)) return () => Number(text);
  const wallSeconds = ISO_TIME.test(text) ? Date.parse(text) / 1000 : Number.NaN;
  if (Number.isNaN(wallSeconds)) {
    throw new InvalidArgumentError(
      'Write seconds since the start, such as 12.5, or an ISO 8601 time, such as 2026-03-01T12:00:05Z.',
    );
  }
  return (initialTime) => {
    if (wallSeconds < initialTime) {
      const start = new Date(initialTime * 1000).toISOString();
      throw new HeapprofError(
        'ERR_HEAPPROF_TIME',
        `The time ${text} is before the recording, which starts at ${start}.`,
      );
    }
    return wallSeconds - initialTime;
  };
}

/** Parses a number above 0. */
export function parsePositive(text: string): number {
  const number = parseNumber(text);
  if (!(number > 0)) throw new InvalidArgumentError('Write a number above 0.');
  return number;
}

/** Parses the weight of an event: how many allocations it stands for. */
export function parseWeight(text: string): number {
  const number = parseNumber(text);
  if (!(number >= 1)) throw new InvalidArgumentError('Write a number from 1 on.');
  return number;
}

/** Parses a whole number above 0. */
export function parseCount(text: string): number {
  const number = parseNumber(text);
  if (!(number > 0 && Number.isSafeInteger(number))) {
    throw new InvalidArgumentError('Write a whole number above 0.');
  }
  return number;
}

/** Parses a fraction from 0 to 1. */
export function parseFraction(text: string): number {
  const number = parseNumber(text);
  if (!(number >= 0 && number <= 1)) {
    throw new InvalidArgumentError('Write a fraction from 0 to 1, such as 0.01.');
  }
  return number;
}

/** Parses a share above 0, as a fraction (`0.05`) or in percent (`5%`). */
export function parseOverhead(text: string): number {
  const [, digits = '', percent] = /^(.*?)\s*(%?)$/s.exec(text) ?? [];
  const share = parseNumber(digits) / (percent ? 100 : 1);
  if (!(share > 0)) throw new InvalidArgumentError('Write a share above 0, such as 5% or 0.05.');
  return share;
}

/** Parses a port: 0 for any that is free. */
export function parsePort(text: string): number {
  const port = parseNumber(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('Write a port from 0 to 65535, such as 8080.');
}

/** Parses a precision: a fraction from 0 to below 1. */
export function parsePrecision(text: string): number {
  const number = parseNumber(text);
  if (!(number >= 0 && number < 1)) {
    throw new InvalidArgumentError('Write a fraction from 0 to below 1, such as 0.01.');
  }
  return number;
}

/** Adds a `LABEL=FILE:LINE` to those before it; without a label the line is its own. */
export function parseLine(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, label, line] = /^(?:([^=]*)=)?(.+:[1-9]\d*)$/s.exec(text) ?? [];
  if (line === undefined) {
    throw new InvalidArgumentError('Write LABEL=FILE:LINE, such as parser=src/parser.js:120.');
  }
  return { ...before, [label || line]: line };
}

/** The path of a recording without a suffix; people complete file names with the tab key. */
export function parseFilebase(text: string): string {
  const filebase = text.replace(/\.hp[mdc]$/, '');
  return existsSync(`${text}.hpm`) ? text : filebase;
}

/** Empty text and white space are no numbers, though JavaScript takes them for 0; hexadecimal is more than anyone asked for. */
function parseNumber(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}
