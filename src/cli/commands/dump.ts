import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { HeapprofError } from '../../base/errors.js';
import { type FileRecord, recordLine } from '../../render/record-text.js';
import { safeJson } from '../../render/sanitize.js';
import { addCommand } from '../add-command.js';
import { digestRecords, logRecords, metadataRecords } from '../file-records.js';
import { printLines } from '../output.js';

const RECORDS_BY_SUFFIX: Readonly<Record<string, (path: string) => Generator<FileRecord>>> = {
  '.hpm': metadataRecords,
  '.hpd': logRecords,
  '.hpc': digestRecords,
};

/** `heapprof dump`: every record of a file. */
export function addDumpCommand(program: Command): void {
  addCommand(program, {
    name: 'dump',
    summary: 'print every record of a file',
    description:
      'Prints every record of an .hpm, .hpd or .hpc as a line of text, or of all three where FILE is a recording ' +
      'without a suffix. Times are microseconds since the start; sizes are those of single objects, not weighted.',
    example: 'heapprof dump build.hpd | grep type=Map',
  })
    .argument('<file>', 'a file of a recording, or the path of its files without a suffix')
    .option('--json', 'print one JSON object a line')
    .action((file: string, options: { json?: true }) => {
      const line = options.json ? (record: FileRecord) => safeJson(record) : recordLine;
      return printLines(lines(filesOf(file), line));
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

function* lines(files: readonly string[], line: (record: FileRecord) => string): Generator<string> {
  for (const file of files) {
    for (const record of RECORDS_BY_SUFFIX[suffixOf(file)!]!(file)) yield line(record);
  }
}
