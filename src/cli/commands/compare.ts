import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { compare } from '../../analysis/compare.js';
import { checkGrowth, isBeyond, peakLive } from '../../analysis/compare-limit.js';
import { COMPARE_METRICS, type CompareMetric } from '../../analysis/compare-measure.js';
import type { CompareSide } from '../../analysis/compare-pairs.js';
import { COMPARE_BY, type CompareBy } from '../../analysis/compare-subject.js';
import type { Reader } from '../../read.js';
import { compareText, limitText } from '../../render/compare-text.js';
import { formatEstimate } from '../../render/numbers.js';
import { sanitize } from '../../render/sanitize.js';
import type { TextStyle } from '../../render/text-style.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseCount, parseFilebase, parseTime, type TimeArgument } from '../arguments.js';
import { COMPARE_OUTPUTS, compareWriter, type ReaderSide } from '../compare-output.js';
import { LimitError, UsageError } from '../errors.js';
import {
  type LimitArgument,
  parseLimit,
  parseSize,
  type SizeArgument,
} from '../limit-arguments.js';
import { printJson, printLines, stdoutStyle } from '../output.js';
import { withProfile } from '../profile.js';

interface CompareCommandOptions {
  a?: RangeArgument;
  b?: RangeArgument;
  by: CompareBy;
  metric: CompareMetric;
  normalize?: true;
  limit: number;
  failOn?: LimitArgument[];
  maxLive?: SizeArgument;
  output?: string;
  json?: true;
}

interface RangeArgument {
  readonly from?: TimeArgument;
  readonly to?: TimeArgument;
}

/** `heapprof compare`: how two ranges of time, or two recordings, differ; and limits for tests. */
export function addCompareCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'compare',
    summary: 'show what changed between two recordings, or two ranges of one',
    description:
      'Shows what has more memory in B than in A, and what has less, with the standard error from sampling; what is significant ' +
      'comes first. Limits end the command with exit code 3 where they are exceeded by more than 2 standard errors.',
    example: "heapprof compare before after --fail-on 'live>5%' --max-live 24MB",
  });
  addRecordingArgument(command)
    .argument(
      '[filebase-b]',
      'the recording B; without it, --a and --b say which ranges of A',
      parseFilebase,
    )
    .option(
      '--a <from..to>',
      'range of A: times as of --from and --to, each may be left out',
      parseRange,
    )
    .option('--b <from..to>', 'range of B, likewise', parseRange)
    .addOption(
      new Option('--by <what>', 'what a row is about').choices(COMPARE_BY).default('function'),
    )
    .addOption(
      new Option(
        '--metric <what>',
        'bytes live on average, bytes allocated, or objects live on average',
      )
        .choices(COMPARE_METRICS)
        .default('live'),
    )
    .option('--normalize', 'scale B to the total of A, to compare shares')
    .option('--limit <n>', 'show at most so many rows', parseCount, 20)
    .option(
      '--fail-on <limit>',
      "what may not grow by more from A to B: 'live>5%', 'objects>1000', 'allocated of FILE:LINE > 2MB', 'live of FUNCTION > 5%'; may be repeated",
      parseLimit,
    )
    .option(
      '--max-live <size>',
      'the most live memory at any time of B, or of the only recording: 24MB, 24MiB',
      parseSize,
    )
    .option('-o, --output <file>', `where to write; the ending says what: ${COMPARE_OUTPUTS}`)
    .option('--json', 'print JSON')
    .action((filebase: string, other: string | undefined, options: CompareCommandOptions) =>
      withProfile(filebase, (readerA) => {
        if (other !== undefined && path.resolve(other) !== path.resolve(filebase)) {
          return withProfile(other, (readerB) => run(readerA, readerB, options));
        }
        if (options.a === undefined || options.b === undefined) {
          const { maxLive, failOn } = options;
          if (maxLive !== undefined && failOn === undefined)
            return checkPeak(readerA, maxLive, options);
          throw new UsageError(
            'Give a second recording, or with --a and --b the two ranges of one that are to be compared.',
          );
        }
        return run(readerA, readerA, options);
      }),
    );
}

/** Parses `FROM..TO`. */
function parseRange(text: string): RangeArgument {
  const [from, to, ...rest] = text.split('..');
  if (from === undefined || to === undefined || rest.length > 0) {
    throw new InvalidArgumentError('Write FROM..TO, such as 2..4.5, ..10 or 60.. .');
  }
  return {
    ...(from !== '' && { from: parseTime(from) }),
    ...(to !== '' && { to: parseTime(to) }),
  };
}

/** Without a comparison there is only the peak to be held against its limit. */
async function checkPeak(
  reader: Reader,
  maxLive: SizeArgument,
  options: CompareCommandOptions,
): Promise<void> {
  const checked = peakLimit(reader, maxLive);
  if (options.json) await printJson({ limits: [checked.json] });
  else if (!checked.isExceeded) await printLines([`kept: ${checked.text}`]);
  failIfExceeded([checked]);
}

async function run(
  readerA: Reader,
  readerB: Reader,
  options: CompareCommandOptions,
): Promise<void> {
  const { output } = options;
  const write = output === undefined ? undefined : compareWriter(output);
  const a = sideOf(readerA, options.a, '--a');
  const b = sideOf(readerB, options.b, '--b');
  const { by, metric, normalize = false, limit, failOn = [], maxLive } = options;
  const comparison = compare(a, b, { by, metric, normalize });
  const limits = [
    ...failOn.map((argument) => growthLimit(a, b, argument)),
    ...(maxLive === undefined ? [] : [peakLimit(readerB, maxLive)]),
  ];
  const names = { a: path.basename(readerA.filebase), b: path.basename(readerB.filebase) };
  const kept = limits.filter(({ isExceeded }) => !isExceeded);
  const result = {
    lines: (style: TextStyle) => [
      ...compareText(comparison, names, limit, style),
      ...kept.map(({ text }) => sanitize(`kept: ${text}`)),
    ],
    json: () => ({
      ...comparison,
      rows: comparison.rows.slice(0, limit),
      limits: limits.map(({ json }) => json),
    }),
  };
  if (write !== undefined) await write({ a, b, names, metric, normalize, ...result });
  else if (options.json) await printJson(result.json());
  else await printLines(result.lines(stdoutStyle()));
  failIfExceeded(limits);
}

/** A limit that was held against the recordings. */
interface CheckedLimit {
  readonly isExceeded: boolean;
  /** For a person. */
  readonly text: string;
  /** For a program. */
  readonly json: object;
}

function growthLimit(a: CompareSide, b: CompareSide, { text, limit }: LimitArgument): CheckedLimit {
  const outcome = checkGrowth(a, b, limit);
  return {
    isExceeded: outcome.isExceeded,
    text: limitText(text, outcome, limit.metric),
    json: { limit: text, ...outcome },
  };
}

function peakLimit(reader: Reader, { text, bytes }: SizeArgument): CheckedLimit {
  const peak = peakLive(reader);
  const isExceeded = isBeyond(peak, bytes);
  const limit = `--max-live ${text}`;
  return {
    isExceeded,
    text: `${limit}: ${path.basename(reader.filebase)} has ${formatEstimate(peak.value, peak.error)} at its peak`,
    json: { limit, peak, isExceeded },
  };
}

/** @throws LimitError with all that is exceeded. */
function failIfExceeded(limits: readonly CheckedLimit[]): void {
  const exceeded = limits.filter(({ isExceeded }) => isExceeded).map(({ text }) => text);
  if (exceeded.length > 0) throw new LimitError(`limit exceeded: ${exceeded.join('; ')}`);
}

function sideOf(reader: Reader, range: RangeArgument | undefined, option: string): ReaderSide {
  const from = range?.from?.(reader.initialTime);
  const to = range?.to?.(reader.initialTime);
  if (from !== undefined && to !== undefined && from > to) {
    throw new UsageError(`${option} begins at ${from} s, after its end at ${to} s.`);
  }
  return { profile: reader, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}
