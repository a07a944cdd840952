import { type Command, Option } from 'commander';
import { KINDS, type Kind } from '../../model/event.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseFilebase, parsePositive, parsePrecision } from '../arguments.js';
import { exportHeapprof, type HeapprofExportOptions } from '../export-heapprof.js';

interface ExportCommandOptions extends HeapprofExportOptions {
  format: string;
  kind?: Kind;
}

/** How each format is written. */
const FORMATS: Readonly<
  Record<string, (filebase: string, options: ExportCommandOptions) => Promise<void>>
> = {
  heapprof: exportHeapprof,
};

/** `heapprof export`: a recording in another program's format. */
export function addExportCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'export',
    summary: 'write a recording in the format of another program',
    description:
      'Writes FILE.hpm, FILE.hpd and FILE.hpc as the original heapprof for Python has them, with all threads and processes of the ' +
      'recording as one. Functions, columns, types, kinds, marks and heap records are lost: docs/interchange.md has a list.',
    example: 'heapprof export build --format heapprof -o build-v1',
  });
  addRecordingArgument(command)
    .addOption(
      new Option('--format <name>', 'what to write')
        .choices(Object.keys(FORMATS))
        .makeOptionMandatory(),
    )
    .requiredOption('-o, --output <file>', 'where to write: a path without a suffix', parseFilebase)
    .addOption(
      new Option(
        '--kind <kind>',
        'only JavaScript objects, or only the memory of array buffers and Buffers (default: both)',
      ).choices(KINDS),
    )
    .option(
      '--interval <seconds>',
      'time between snapshots, in whole milliseconds (default: as heapprof digest)',
      parsePositive,
    )
    .option(
      '--precision <fraction>',
      'share of its bytes that the smallest traces of a snapshot may have together to be put into trace 0',
      parsePrecision,
      0.01,
    )
    .action((filebase: string, options: ExportCommandOptions) =>
      FORMATS[options.format]!(filebase, options),
    );
}
