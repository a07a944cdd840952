import { writeSync } from 'node:fs';
import { HeapprofError } from '../base/errors.js';
import { loadAddon } from './addon.js';
import { startFailure } from './start-failure.js';
import { readStatsPage } from './stats-page.js';
import { DEFAULT_OVERHEAD, reportOf, type StatsReport } from './stats-report.js';
import { statsText } from './stats-text.js';

/** What `gatherStats()` takes. */
export interface StatsOptions {
  /**
   * What recording may cost: CPU time as a fraction of the program's own, above 0. The report advises how to sample within it.
   * Default: 0.05.
   */
  readonly overhead?: number;
  /** Whether the report is printed on stderr at the end, beside being returned by `stop()`. Default: true. */
  readonly print?: boolean;
}

const NAMES = ['overhead', 'print'];

/** Of the statistics that this thread gathers by {@link gatherStats}. */
let settings: Required<StatsOptions> | undefined;

/**
 * Counts every allocation of the calling thread by its size, JavaScript objects and array buffers apart, from now to `stop()` or
 * the end of the program. Nothing is written. At the end the sizes, and advice on how to sample, are printed on stderr, and
 * returned by `stop()`. A program that dies of a signal prints nothing; `heapprof stats` prints then too.
 *
 * @throws TypeError for an option of a wrong type or an unknown one, RangeError for an overhead that is not above 0.
 * @throws HeapprofError with the code `ERR_HEAPPROF_RUNNING` if a recording or statistics are running (they go on), and
 *   `ERR_HEAPPROF_BUSY`, `ERR_HEAPPROF_OBSERVER` or `ERR_HEAPPROF_ADDON` as `start()`. Nothing was started then.
 */
export function gatherStats(options: StatsOptions = {}): void {
  const checked = checkOptions(options);
  gatherStatsInto('');
  settings = checked;
  if (checked.print) process.once('exit', endStats);
}

/**
 * The same into a file, which survives any death of the program and is read with `readStatsPage`; nothing is printed. Without a
 * file (the empty text) what was counted is in memory only.
 * @throws HeapprofError as {@link gatherStats}, and with the code `ERR_HEAPPROF_OUTPUT` if the file cannot be written.
 */
export function gatherStatsInto(file: string): void {
  refuseWhileRecording();
  refuseWhileGathering();
  const failure = loadAddon().startStats({
    file,
    arrayBufferBytes: process.memoryUsage().arrayBuffers,
  });
  if (failure) throw startFailure(failure);
}

/** Ends the counting. Returns the report, and prints it if that was asked for; undefined if nothing was counted. */
export function endStats(): StatsReport | undefined {
  const page = loadAddon().stopStats();
  if (page === undefined) return undefined;
  process.off('exit', endStats);
  const { overhead, print } = settings ?? { overhead: DEFAULT_OVERHEAD, print: false };
  settings = undefined;
  const report = reportOf(readStatsPage(page)!, overhead);
  // Not console.error(): what it sets up belongs to the program.
  if (print) writeSync(2, statsText(report));
  return report;
}

/** @throws HeapprofError with the code `ERR_HEAPPROF_RUNNING` if statistics of this thread are being gathered. */
export function refuseWhileGathering(): void {
  if (!loadAddon().isGatheringStats()) return;
  throw new HeapprofError(
    'ERR_HEAPPROF_RUNNING',
    'Statistics are being gathered already, and that goes on. Call stop() before another start() or gatherStats().',
  );
}

function refuseWhileRecording(): void {
  if (!loadAddon().isRecording()) return;
  throw new HeapprofError(
    'ERR_HEAPPROF_RUNNING',
    'A recording is running already, and goes on. Call stop() before gatherStats().',
  );
}

function checkOptions(options: StatsOptions): Required<StatsOptions> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('The options of gatherStats() must be an object.');
  }
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) {
      throw new TypeError(`gatherStats() has no option ${name}; it has ${NAMES.join(', ')}.`);
    }
  }
  const { overhead = DEFAULT_OVERHEAD, print = true } = options;
  if (typeof overhead !== 'number') {
    throw new TypeError('The option overhead must be a number, such as 0.05 for 5 %.');
  }
  if (!(overhead > 0 && Number.isFinite(overhead))) {
    throw new RangeError(`The option overhead must be a fraction above 0, not ${overhead}.`);
  }
  if (typeof print !== 'boolean') throw new TypeError('The option print must be true or false.');
  return { overhead, print };
}
