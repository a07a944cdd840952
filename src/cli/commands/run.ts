import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { HeapprofError } from '../../base/errors.js';
import { parseSamplingRate, type SamplingRate } from '../../model/sampling.js';
import { addCommand } from '../add-command.js';
import { parseCount } from '../arguments.js';
import { UsageError } from '../errors.js';
import { note } from '../output.js';

interface RunOptions {
  output?: string;
  /** JSON of a sampling rate, checked. */
  sample?: string;
  interval?: number;
  engine?: string;
}

/** Signals that a person or a supervisor sends to end, reload or inspect a program. */
const FORWARDED_SIGNALS: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
];

/** Of those, the ones that a terminal's keys send to the program by themselves. */
const TERMINAL_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

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
  // Absolute, because the script may change its working directory.
  const filebase = path.resolve(options.output ?? defaultFilebase(script));
  const preload = fileURLToPath(new URL('../../capture/preload.cjs', import.meta.url));
  const child = spawn(process.execPath, ['--require', preload, script, ...args], {
    stdio: 'inherit',
    env: {
      ...process.env,
      HEAPPROF_OUTPUT: filebase,
      ...(options.sample !== undefined && { HEAPPROF_SAMPLE: options.sample }),
      ...(options.interval !== undefined && { HEAPPROF_INTERVAL: String(options.interval) }),
      ...(options.engine !== undefined && { HEAPPROF_ENGINE: options.engine }),
    },
  });
  const stopForwarding = forwardSignals((signal) => child.kill(signal));
  const { code, signal } = await new Promise<{
    code: number | null;
    signal: NodeJS.Signals | null;
  }>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new HeapprofError(
          'ERR_HEAPPROF_SPAWN',
          `${process.execPath} could not be started: ${cause.message}.`,
          { cause },
        ),
      ),
    );
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  stopForwarding();
  // A script's stderr may be someone's result too; only who does not know the name is told in any case.
  if ((process.stderr.isTTY || options.output === undefined) && existsSync(`${filebase}.hpm`)) {
    note(`recorded; to see it: heapprof summary ${path.relative('', filebase)}`);
  }
  endLike(code, signal);
}

function defaultFilebase(script: string): string {
  return `heapprof-${path.parse(script).name}-${process.pid}`;
}

/** Hands signals on until the returned function is called. */
function forwardSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  const forward = (signal: NodeJS.Signals) => {
    // The keys of a terminal reach the script too; it would get the signal twice.
    if (!(hasTerminal && TERMINAL_SIGNALS.includes(signal))) send(signal);
  };
  for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
  return () => {
    for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
  };
}

/** Ends this process as the script ended: by the same signal, or with the same code. */
function endLike(code: number | null, signal: NodeJS.Signals | null): void {
  if (signal === null) {
    process.exitCode = code ?? 0;
    return;
  }
  // For a signal that does not end this process, such as one that its parent ignores: what shells report.
  process.exitCode = 128 + constants.signals[signal];
  process.kill(process.pid, signal);
}
