import { randomBytes } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { HeapprofError } from '../base/errors.js';
import type { Kind } from '../model/event.js';
import { formatCount } from '../render/numbers.js';
import { type ParquetOptions, writeEventsFile } from '../render/parquet/events-file.js';
import { Origins } from '../render/parquet/origin-columns.js';
import { writeSnapshotsFile } from '../render/parquet/snapshots-file.js';
import { writeTracesFile } from '../render/parquet/traces-file.js';
import { sanitize } from '../render/sanitize.js';
import type { TimeArgument } from './arguments.js';
import { InterruptedError } from './errors.js';
import { printLines } from './output.js';
import { withProfile } from './profile.js';
import { ProgressBar } from './progress.js';
import { rangeOf } from './range.js';

/** What of a recording is exported, and where to. */
export interface ParquetExportOptions {
  /** Path of the files without `.events.parquet`, `.snapshots.parquet` and `.traces.parquet`. */
  readonly output: string;
  readonly from?: TimeArgument;
  readonly to?: TimeArgument;
  readonly kind?: Kind;
}

/** `heapprof export --format parquet`: events, snapshots and traces as tables. The files get their names when all of them are whole. */
export function exportParquet(filebase: string, options: ParquetExportOptions): Promise<void> {
  const { output, kind } = options;
  return withProfile(filebase, async (reader) => {
    const chosen: ParquetOptions = { ...rangeOf(options, reader), kind };
    const work = `${output}.${randomBytes(4).toString('hex')}.tmp`;
    const { members, hpc } = reader;
    const origins = members.map(({ traces }) => new Origins(traces));
    // The traces come last: those that the others have named.
    const writers = {
      events: (file: string) => writeEventsFile(file, members, origins, hpc.weight, chosen),
      snapshots: (file: string) => writeSnapshotsFile(file, reader, origins, chosen),
      traces: (file: string) => writeTracesFile(file, members, origins),
    };
    const suffixOf = (name: string) => `.${name}.parquet`;
    const names = Object.keys(writers);
    try {
      const counts: string[] = [];
      for (const [name, write] of Object.entries(writers)) {
        const rows = await run(write(work + suffixOf(name)), `writing the ${name}`);
        counts.push(`${output}${suffixOf(name)}: ${formatCount(rows)} rows`);
      }
      for (const name of names) renameSync(work + suffixOf(name), output + suffixOf(name));
      await printLines(counts.map(sanitize));
    } catch (error) {
      throw (error as NodeJS.ErrnoException).syscall === undefined ? error : cannotWrite(error);
    } finally {
      for (const name of names) rmSync(work + suffixOf(name), { force: true });
    }
  });
}

/** Takes all steps, with a progress bar; Ctrl-C ends them. */
async function run(steps: Generator<number, number, void>, label: string): Promise<number> {
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
  };
  // Once: a second Ctrl-C ends the process as usual.
  process.once('SIGINT', interrupt);
  const bar = new ProgressBar(label);
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      bar.update(step.value);
      await setImmediate();
      if (isInterrupted) throw new InterruptedError('Interrupted; nothing was written.');
    }
  } finally {
    bar.finish();
    process.off('SIGINT', interrupt);
  }
}

function cannotWrite(cause: unknown): HeapprofError {
  return new HeapprofError(
    'ERR_HEAPPROF_OUTPUT',
    `The export cannot be written (${(cause as Error).message}): check the folder, or choose another place with -o.`,
    { cause },
  );
}
