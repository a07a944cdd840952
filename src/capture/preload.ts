/**
 * Starts a recording before the program's first line, as the environment says. Node requires this, bundled as CommonJS
 * (scripts/build-preload.mjs), for `heapprof run`, for `heapprof/register`, in child processes of a program that is recorded, and in worker
 * threads of all of these. For `heapprof run` not by --import: Node would run a CommonJS program by way of its loader for ES
 * modules, which is not what the program knows.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, threadId } from 'node:worker_threads';
import { inheritedSettings } from './child-environment.js';
import { startChild, startWithSeed, startWorker } from './record.js';
import { takeRegisterSettings } from './register-environment.js';
import { toggleOn } from './signal-toggle.js';
import { checkOptions } from './start-options.js';
import { gatherStatsInto } from './stats.js';
import { tell } from './tell.js';

let begun = false;

hideOption();
if (process.env.HEAPPROF_OUTPUT !== undefined || inheritedSettings() || !isMainThread) begin();

// `heapprof stats`: counts into a file, instead of a recording.
const { HEAPPROF_STATS: statsFile } = process.env;
delete process.env.HEAPPROF_STATS;
if (statsFile !== undefined) orExit(() => gatherStatsInto(statsFile));

/** `heapprof/register`: also records where no variable says so. */
export function register(): void {
  if (!begun) begin();
}

function begin(): void {
  begun = true;
  const inherited = process.env.HEAPPROF_OUTPUT === undefined && inheritedSettings();
  if (!isMainThread) {
    unharmed(`worker thread ${threadId}`, startWorker);
  } else if (inherited) {
    unharmed(`process ${process.pid}`, () => startChild(inherited));
  } else {
    orExit(beginRoot);
  }
}

function beginRoot(): void {
  const settings = takeRegisterSettings(process.env);
  const { output = defaultOutput(), samplingRate, options, seed, signal } = settings;
  if (signal === undefined) {
    startWithSeed(output, samplingRate, options, seed);
  } else {
    checkOptions(samplingRate, options);
    toggleOn(signal, path.resolve(output), settings);
  }
}

function defaultOutput(): string {
  return `heapprof-${path.parse(process.argv[1] ?? 'node').name}-${process.pid}`;
}

/** Who asks for a recording does not want a run without one. */
function orExit(start: () => void): void {
  try {
    start();
  } catch (error) {
    tell((error as Error).message);
    process.exit(1);
  }
}

/** Nobody asked this thread or process whether it can be recorded: it runs in any case. */
function unharmed(what: string, start: () => void): void {
  try {
    start();
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    tell(`${what} is not recorded: ${reason}`);
  }
}

/** Takes us out of Node's own list of what it was asked to require, which stands before the program's arguments. */
function hideOption(): void {
  const option = process.execArgv.indexOf('--require');
  const isOurs = process.execArgv[option + 1] === fileURLToPath(import.meta.url);
  if (option >= 0 && isOurs) process.execArgv.splice(option, 2);
}
