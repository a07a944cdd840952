import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { HeapprofError } from '../../base/errors.js';
import type { TimeRange } from '../../format/log.js';
import { readMetadata } from '../../format/open.js';
import { type FileRecord, recordLine } from '../../render/record-text.js';
import { safeJson } from '../../render/sanitize.js';
import { addCommand } from '../add-command.js';
import { parseTime, type TimeArgument } from '../arguments.js';
import { digestRecords, logRecords, metadataRecords } from '../file-records.js';
import { printLines } from '../output.js';
import { rangeOf } from '../range.js';

const RECORDS_BY_SUFFIX: Readonly<
  Record<string, (path: string, range: TimeRange) => Generator<FileRecord>>
> = {
  '.hpm': metadataRecords,
  '.hpd': logRecords,
  '.hpc': digestRecords,
};

interface DumpOptions {
  from?: TimeArgument;
  to?: TimeArgument;
  json?: true;
}

/** `heapprof dump`: every record of a file. */
export function addDumpCommand(program: Command): void {
  addCommand(program, {
    name: 'dump',
    summary: 'print every record of a file',
    description:
      'Prints every record of an .hpm, .hpd or .hpc as a line of text, or of all three where FILE is a recording ' +
      'without a suffix. Times are microseconds since the start; sizes are those of single objects, not weighted. Of a range of time, ' +
      'the log is not read from its start: its first record is looked up.',
    example: 'heapprof dump build.hpd | grep type=Map',
  })
    .argument('<file>', 'a file of a recording, or the path of its files without a suffix')
    .option(
      '--from <time>',
      'only what has a time from then on: seconds since the start, or ISO 8601',
      parseTime,
    )
    .option('--to <time>', 'only what has a time up to then', parseTime)
    .option('--json', 'print one JSON object a line')
    .action((file: string, options: DumpOptions) => {
      const files = filesOf(file);
      const line = options.json ? (record: FileRecord) => safeJson(record) : recordLine;
      return printLines(lines(files, rangeMicros(options, files[0]!), line));
    });
}

/** The files that `file` stands for. */
function filesOf(file: string): string[] {
  if (suffixOf(file) !== undefined) return [file];
  const files = Object.keys(RECORDS_BY_SUFFIX).map((suffix) => file + suffix);
  const existing = files.filter((path) => existsSync(path));
  if (existing.length > 0) return existing;
  throw new HeapprofError(
    'ERR_HEAPPROF_READ',
    `There is no recording ${file}: none of ${files.join(', ')} exists; check the name.`,
  );
}

function suffixOf(file: string): string | undefined {
  return Object.keys(RECORDS_BY_SUFFIX).find((suffix) => file.endsWith(suffix));
}

/** The range of `--from` and `--to`. ISO 8601 needs the `.hpm`, which says when the recording began. */
function rangeMicros(options: DumpOptions, file: string): TimeRange {
  const metadata = file.replace(/\.hp[mdc]$/, '.hpm');
  const { from, to } = rangeOf(options, {
    get initialTime() {
      const isThere = existsSync(metadata);
      return isThere ? readMetadata(metadata).facts.startWallMicros / 1e6 : Number.NaN;
    },
  });
  if (Number.isNaN(from) || Number.isNaN(to)) {
    throw new HeapprofError(
      'ERR_HEAPPROF_TIME',
      `${metadata} does not exist, and without it nobody knows when the recording started; give times in seconds since then.`,
    );
  }
  return {
    ...(from !== undefined && { fromMicros: Math.round(from * 1e6) }),
    ...(to !== undefined && { toMicros: Math.round(to * 1e6) }),
  };
}

function* lines(
  files: readonly string[],
  range: TimeRange,
  line: (record: FileRecord) => string,
): Generator<string> {
  for (const file of files) {
    for (const record of RECORDS_BY_SUFFIX[suffixOf(file)!]!(file, range)) yield line(record);
  }
}
