import {
  DEFAULT_SAMPLING_RATE,
  parseSamplingRate,
  type Sampling,
  type SamplingRate,
} from '../model/sampling.js';

/** How a recording comes to its events; see the glossary. */
export type Engine = 'observer' | 'polling';

/** What `start()` takes beside the sampling rate. */
export interface StartOptions {
  /**
   * Sample by bytes instead of by size bands: the mean number of bytes between two samples, 1 or more. An allocation of
   * s bytes is logged with the probability 1 − exp(−s / interval). Not together with a sampling rate.
   *
   * @example 524288 // one sample for each 512 KiB, for long runs
   */
  readonly samplingInterval?: number;
  /** How many frames of a stack are kept, the innermost ones; from 1 to 255. Default: 128. */
  readonly stackDepth?: number;
  /**
   * Whether the backing stores of array buffers, and so of Buffers, are logged as well, at the same rates. Default: true.
   * Their total is in the heap records in any case.
   */
  readonly arrayBuffers?: boolean;
  /** Whether objects that live long enough are logged with their types. Default: true. */
  readonly types?: boolean;
  /**
   * How allocations are found: `observer`, with the exact line and time of each sample; `polling`, which any build of Node.js can
   * do, with the lines of functions (docs/accuracy.md); `auto` is the observer where it can run, and otherwise polling. Default: `auto`.
   */
  readonly engine?: Engine | 'auto';
  /** What the recording is of, for people who read it later. */
  readonly applicationName?: string;
  /** Further facts for people who read the recording later, such as a version or a host. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** {@link StartOptions} with defaults filled in. */
export interface CheckedOptions {
  readonly sampling: Sampling;
  readonly stackDepth: number;
  readonly arrayBuffers: boolean;
  readonly types: boolean;
  readonly engine: Engine | 'auto';
  readonly applicationName: string | undefined;
  readonly labels: Readonly<Record<string, string>> | undefined;
}

const NAMES = [
  'samplingInterval',
  'stackDepth',
  'arrayBuffers',
  'types',
  'engine',
  'applicationName',
  'labels',
];
const ENGINES = ['auto', 'observer', 'polling'] as const;
const DEFAULT_STACK_DEPTH = 128;
// As many frames as V8 takes of one stack.
const MAX_STACK_DEPTH = 255;

/**
 * Checks the arguments of `start()`.
 * @throws TypeError for a wrong type, an unknown option, or a rate together with an interval; RangeError for a number
 *   out of its range.
 */
export function checkOptions(
  samplingRate: SamplingRate | undefined,
  options: StartOptions,
): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('The options of start() must be an object.');
  }
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) {
      throw new TypeError(`start() has no option ${name}; it has ${NAMES.join(', ')}.`);
    }
  }
  return {
    sampling: checkSampling(samplingRate, options.samplingInterval),
    stackDepth: checkStackDepth(options.stackDepth),
    arrayBuffers: checkSwitch(options.arrayBuffers, 'arrayBuffers'),
    types: checkSwitch(options.types, 'types'),
    engine: checkEngine(options.engine),
    applicationName: checkText(options.applicationName, 'applicationName'),
    labels: checkLabels(options.labels),
  };
}

function checkSampling(
  samplingRate: SamplingRate | undefined,
  intervalBytes: number | undefined,
): Sampling {
  if (intervalBytes === undefined) {
    return { by: 'bands', bands: parseSamplingRate(samplingRate ?? DEFAULT_SAMPLING_RATE) };
  }
  if (samplingRate !== undefined) {
    throw new TypeError('Give start() a sampling rate or a samplingInterval, not both.');
  }
  if (typeof intervalBytes !== 'number') {
    throw new TypeError('The option samplingInterval must be a number of bytes.');
  }
  if (!(intervalBytes >= 1 && Number.isFinite(intervalBytes))) {
    throw new RangeError(
      `The option samplingInterval must be 1 byte or more, not ${intervalBytes}.`,
    );
  }
  return { by: 'interval', intervalBytes };
}

function checkStackDepth(depth: number = DEFAULT_STACK_DEPTH): number {
  if (typeof depth !== 'number') {
    throw new TypeError('The option stackDepth must be a number of frames.');
  }
  if (!Number.isInteger(depth) || depth < 1 || depth > MAX_STACK_DEPTH) {
    throw new RangeError(
      `The option stackDepth must be a whole number from 1 to ${MAX_STACK_DEPTH}, not ${depth}.`,
    );
  }
  return depth;
}

function checkSwitch(value: unknown, name: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') {
    throw new TypeError(`The option ${name} must be true or false.`);
  }
  return value ?? true;
}

function checkEngine(engine: unknown = 'auto'): Engine | 'auto' {
  const known = ENGINES.find((name) => name === engine);
  if (known !== undefined) return known;
  throw new TypeError(`The option engine must be one of ${ENGINES.join(', ')}.`);
}

function checkText(value: unknown, name: string): string | undefined {
  if (value !== undefined && typeof value !== 'string') {
    throw new TypeError(`The option ${name} must be a string.`);
  }
  return value;
}

function checkLabels(labels: unknown): Readonly<Record<string, string>> | undefined {
  if (labels === undefined) return undefined;
  if (typeof labels !== 'object' || labels === null) {
    throw new TypeError('The option labels must be an object of strings.');
  }
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, checkText(value, `labels.${name}`) ?? '']),
  );
}
