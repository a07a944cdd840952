import { type Command, Option } from 'commander';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseFilebase, parsePositive, parsePrecision } from '../arguments.js';
import { addMemoryOptions, type MemoryArguments } from '../call-tree-arguments.js';
import { UsageError } from '../errors.js';
import { exportHeapprof } from '../export-heapprof.js';
import { exportParquet } from '../export-parquet.js';
import {
  exportCollapsed,
  exportHeapProfile,
  exportPprof,
  exportSpeedscope,
} from '../export-profile.js';

interface ExportCommandOptions extends MemoryArguments {
  readonly format: string;
  readonly output: string;
  readonly interval?: number;
  readonly precision?: number;
}

type OptionName = keyof Omit<ExportCommandOptions, 'format' | 'output'>;

/** How a format is written, and which options it heeds. */
interface Format {
  readonly options: readonly OptionName[];
  write(filebase: string, options: ExportCommandOptions): Promise<void>;
}

const TIME_AND_KIND: readonly OptionName[] = ['at', 'from', 'to', 'kind'];

const FORMATS: Readonly<Record<string, Format>> = {
  pprof: { options: [...TIME_AND_KIND, 'metric'], write: exportPprof },
  speedscope: { options: [...TIME_AND_KIND, 'metric'], write: exportSpeedscope },
  heapprofile: { options: [...TIME_AND_KIND, 'metric', 'within'], write: exportHeapProfile },
  collapsed: { options: [...TIME_AND_KIND, 'metric', 'within'], write: exportCollapsed },
  parquet: { options: ['from', 'to', 'kind'], write: exportParquet },
  heapprof: {
    options: ['kind', 'interval', 'precision'],
    write: (filebase, { output, precision = 0.01, ...options }) =>
      exportHeapprof(filebase, { ...options, output: parseFilebase(output), precision }),
  },
};

/** `heapprof export`: a recording in another program's format. */
export function addExportCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'export',
    summary: 'write a recording in the format of another program',
    description:
      'Writes memory by stack for pprof (go tool pprof), speedscope, the DevTools of Chrome (heapprofile) or flamegraph.pl (collapsed); all events, ' +
      'snapshots and stacks as tables for DuckDB, Spark or Athena (parquet: FILE.events.parquet, FILE.snapshots.parquet and FILE.traces.parquet); or the recording for the original ' +
      'heapprof for Python (heapprof: FILE.hpm, .hpd and .hpc). docs/interchange.md says what each has and lacks.',
    example: 'heapprof export build --format pprof --at peak -o build.pb.gz',
  });
  addRecordingArgument(command)
    .addOption(
      new Option('--format <name>', 'what to write')
        .choices(Object.keys(FORMATS))
        .makeOptionMandatory(),
    )
    .requiredOption('-o, --output <file>', 'where to write');
  addMemoryOptions(command)
    .option(
      '--interval <seconds>',
      'heapprof: time between snapshots, in whole milliseconds (default: as heapprof digest)',
      parsePositive,
    )
    .option(
      '--precision <fraction>',
      'heapprof: share of its bytes that the smallest traces of a snapshot may have together to be put into trace 0 (default: 0.01)',
      parsePrecision,
    )
    .action((filebase: string, options: ExportCommandOptions) => {
      const format = FORMATS[options.format]!;
      expectOnly(format, options);
      return format.write(filebase, options);
    });
}

/** @throws UsageError for an option that a format does not heed. */
function expectOnly({ options: heeded }: Format, options: ExportCommandOptions): void {
  const names = ['at', 'from', 'to', 'kind', 'metric', 'within', 'interval', 'precision'] as const;
  for (const name of names) {
    if (options[name] === undefined || heeded.includes(name)) continue;
    throw new UsageError(
      `--format ${options.format} does not take --${name}, but ${heeded.map((each) => `--${each}`).join(', ')}.`,
    );
  }
}
