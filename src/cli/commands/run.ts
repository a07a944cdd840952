import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseSamplingRate, type SamplingRate } from '../../model/sampling.js';
import { addCommand } from '../add-command.js';
import { parseCount } from '../arguments.js';
import { UsageError } from '../errors.js';
import { note } from '../output.js';
import { endLike, runScript } from '../script-process.js';
import { gatherScriptStats } from '../script-stats.js';

interface RunOptions {
  output?: string;
  /** JSON of a sampling rate, checked. */
  sample?: string;
  interval?: number;
  mode: 'profile' | 'stats';
  engine?: string;
}

/** `heapprof run`: records a program from its first line to its end. */
export function addRunCommand(program: Command): void {
  addCommand(program, {
    name: 'run',
    summary: 'record a program while it runs',
    description:
      'Runs SCRIPT under this Node.js and records its memory into FILEBASE.hpm and FILEBASE.hpd. ' +
      'What the script does, prints and returns is as without heapprof.',
    example: 'heapprof run -o /tmp/build -- build.js --all',
  })
    .usage('[options] [--] SCRIPT [ARGS…]')
    .argument('<script>', 'the program, as for node')
    .argument('[args...]', 'its arguments')
    .option('-o, --output <filebase>', 'where to record to (default: heapprof-SCRIPT-PID)')
    .option(
      '--sample <json>',
      'sampling rate: sizes in bytes (exclusive upper bounds) and probabilities; larger sizes are always logged ' +
        '(default: {"128": 1e-4, "8192": 0.1})',
      parseSample,
    )
    .option('--interval <bytes>', 'sample by bytes instead, at this mean interval', parseCount)
    .addOption(
      new Option('--mode <mode>', 'record a profile, or gather statistics as `heapprof stats` does')
        .choices(['profile', 'stats'])
        .default('profile'),
    )
    .addOption(
      new Option(
        '--engine <name>',
        'how allocations are found (default: the observer where it can run)',
      ).choices(['observer', 'polling', 'auto']),
    )
    .passThroughOptions()
    .action((script: string, args: string[], options: RunOptions) => run(script, args, options));
}

function parseSample(text: string): string {
  try {
    parseSamplingRate(JSON.parse(text) as SamplingRate);
  } catch (error) {
    throw new InvalidArgumentError(
      error instanceof SyntaxError
        ? 'It must be JSON, such as \'{"128": 1e-4, "8192": 0.1}\'.'
        : (error as Error).message,
    );
  }
  return text;
}

async function run(script: string, args: readonly string[], options: RunOptions): Promise<void> {
  if (options.sample !== undefined && options.interval !== undefined) {
    throw new UsageError('Give --sample or --interval, not both: they are two ways to sample.');
  }
  if (options.mode === 'stats') {
    if ((options.output ?? options.sample ?? options.interval ?? options.engine) !== undefined) {
      throw new UsageError(
        'Statistics count everything and write no files: leave out the other options.',
      );
    }
    return gatherScriptStats(script, args, {});
  }
  // Absolute, because the script may change its working directory.
  const filebase = path.resolve(options.output ?? defaultFilebase(script));
  const end = await runScript(script, args, {
    HEAPPROF_OUTPUT: filebase,
    ...(options.sample !== undefined && { HEAPPROF_SAMPLE: options.sample }),
    ...(options.interval !== undefined && { HEAPPROF_INTERVAL: String(options.interval) }),
    ...(options.engine !== undefined && { HEAPPROF_ENGINE: options.engine }),
  });
  // A script's stderr may be someone's result too; only who does not know the name is told in any case.
  if ((process.stderr.isTTY || options.output === undefined) && existsSync(`${filebase}.hpm`)) {
    note(`recorded; to see it: heapprof summary ${path.relative('', filebase)}`);
  }
  endLike(end);
}

function defaultFilebase(script: string): string {
  return `heapprof-${path.parse(script).name}-${process.pid}`;
}
