import type { Command } from 'commander';
import { formatBytes, formatDuration } from '../../base/units.js';
import { Reader } from '../../read.js';
import { sanitize } from '../../render/sanitize.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parsePositive, parsePrecision, parseWeight } from '../arguments.js';
import { printLines } from '../output.js';
import { followRecording, makeDigest, noteUnreadable } from '../profile.js';

interface DigestCommandOptions {
  interval?: number;
  precision?: number;
  weight?: number;
  follow?: true;
}

/** `heapprof digest`: makes the snapshots that all other commands read. */
export function addDigestCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'digest',
    summary: 'make the snapshots that the other commands read',
    description:
      'Reads the log once and writes FILEBASE.hpc, the snapshots of the recording. The other commands do this by ' +
      'themselves where it is missing; this one chooses how fine it is. Ctrl-C ends it with the snapshots up to there.',
    example: 'heapprof digest build --interval 0.5',
  });
  addRecordingArgument(command)
    .option(
      '--interval <seconds>',
      'time between snapshots (default: the shortest of 1, 2, 5, 10, 20, 50 … ms that gives at most 500)',
      parsePositive,
    )
    .option(
      '--precision <fraction>',
      'share of its bytes that the smallest traces of a snapshot may have together to be put into "(other)" ' +
        '(default: 0.01)',
      parsePrecision,
    )
    .option(
      '--weight <n>',
      'count each event this often, instead of as the sampling rate says: 1 is right for recordings of the ' +
        'original heapprof on 64-bit Linux',
      parseWeight,
    )
    .option(
      '--follow',
      'keep the digest up to date while the program runs, until the recording ends or Ctrl-C (the default interval is ' +
        'then 1 second)',
    )
    .action(async (filebase: string, options: DigestCommandOptions) => {
      const reader = new Reader(filebase);
      try {
        await digest(reader, options);
      } finally {
        reader.close();
      }
    });
}

/** How long a recording will be that still runs, nobody knows. */
const FOLLOW_INTERVAL_SECONDS = 1;

async function digest(reader: Reader, options: DigestCommandOptions): Promise<void> {
  noteUnreadable(reader);
  const request = {
    timeInterval: options.interval ?? (options.follow && FOLLOW_INTERVAL_SECONDS),
    precision: options.precision,
    weight: options.weight,
  };
  const isUpToDate = reader.hasDigestLike(request) && reader.hpc.complete;
  if (!isUpToDate) await makeDigest(reader, request);
  if (options.follow) await followRecording(reader);
  const { hpc, snapshots, snapshotInterval } = reader;
  const damage =
    hpc.damagedBytes > 0 ? `; ${formatBytes(hpc.damagedBytes)} of the log could not be read` : '';
  await printLines([
    sanitize(
      `${hpc.file ?? 'not kept, since the folder cannot be written to'}: ${snapshots.length} snapshots, ` +
        `every ${formatDuration(snapshotInterval * 1e6)}${damage}${isUpToDate && !options.follow ? '; it was up to date' : ''}`,
    ),
  ]);
}
