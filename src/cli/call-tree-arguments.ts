import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CallTreeOptions } from '../analysis/call-tree/call-tree.js';
import type { FramePattern } from '../analysis/call-tree/frame-pattern.js';
import { METRICS, type Metric } from '../analysis/call-tree/metric.js';
import { parseFramePattern } from '../analysis/call-tree/pattern-text.js';
import type { Within } from '../analysis/call-tree/temporary-usage.js';
import type { TimeOptions } from '../analysis/call-tree/time-choice.js';
import { KINDS, type Kind } from '../model/event.js';
import { parseCount, parsePositive, parseTime, type TimeArgument } from './arguments.js';
import { UsageError } from './errors.js';
import { rangeOf } from './range.js';

/** The view of a call tree, as `--view` has it. */
export type ViewArgument = Pick<CallTreeOptions, 'view' | 'inspect'>;

/** Which memory, as the command line has it. */
export interface MemoryArguments {
  readonly at?: TimeArgument | 'peak';
  readonly from?: TimeArgument;
  readonly to?: TimeArgument;
  readonly kind?: Kind;
  readonly metric?: Metric;
  readonly within?: Within;
}

/** Adds the options that say which memory is meant. */
export function addMemoryOptions(command: Command): Command {
  return command
    .option(
      '--at <time>',
      'seconds since the start, ISO 8601, or peak: when most memory was live (default: the end)',
      parseInstant,
    )
    .option(
      '--from <time>',
      'instead of --at: a range, of which live memory is averaged',
      parseTime,
    )
    .option('--to <time>', 'end of the range', parseTime)
    .addOption(
      new Option(
        '--metric <name>',
        'what to measure: live memory, all that was allocated (up to --at, or in the range), or what was freed soon again',
      ).choices(METRICS),
    )
    .addOption(
      new Option(
        '--kind <kind>',
        'only JavaScript objects, or only the memory of array buffers and Buffers (default: both)',
      ).choices(KINDS),
    )
    .option(
      '--within <limit>',
      'what temporary means: freed within so many seconds (0.5), or by the n-th collection of its life (2gc) (default: 1gc)',
      parseWithin,
    );
}

/**
 * The time that was asked for, in seconds since the start of a recording.
 * @throws UsageError for an instant together with a range.
 */
export function timeOf(
  options: MemoryArguments,
  recording: { readonly initialTime: number },
): TimeOptions {
  const { at } = options;
  const range = rangeOf(options, recording);
  if (at === undefined) return range;
  if (range.from !== undefined || range.to !== undefined) {
    throw new UsageError('--at is an instant, --from and --to a range: choose one of them.');
  }
  return { at: at === 'peak' ? at : at(recording.initialTime) };
}

/** Parses a time, or `peak`. */
export function parseInstant(text: string): TimeArgument | 'peak' {
  return text === 'peak' ? text : parseTime(text);
}

/** Parses `overview`, `hotspots` or `inspect:FRAME`. */
export function parseView(text: string): ViewArgument {
  if (text === 'overview' || text === 'hotspots') return { view: text };
  const [, frame] = /^inspect:(.+)$/s.exec(text) ?? [];
  if (frame === undefined) {
    throw new InvalidArgumentError(
      'Write overview, hotspots or inspect:FRAME, such as inspect:parse or inspect:src/parser.js:120.',
    );
  }
  return { inspect: parsePattern(frame) };
}

/** Parses a pattern of frames: a text, or a regular expression between slashes. */
function parsePattern(text: string): FramePattern {
  try {
    return parseFramePattern(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

/** Adds a pattern to those before it. */
export function parsePatterns(
  text: string,
  before: readonly FramePattern[] = [],
): readonly FramePattern[] {
  return [...before, parsePattern(text)];
}

function parseWithin(text: string): Within {
  const [, collections] = /^(\d+)gc$/.exec(text) ?? [];
  if (collections !== undefined) return { collections: parseCount(collections) };
  return { seconds: parsePositive(text) };
}
