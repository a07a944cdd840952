import { type Command, Option } from 'commander';
import { SUMMARY_BY, type SummaryBy } from '../../analysis/grouping.js';
import { lifetimesText } from '../../render/lifetimes-text.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseCount } from '../arguments.js';
import { printJson, printLines, stdoutStyle } from '../output.js';
import { withProfile } from '../profile.js';
import { sourceMapsOption } from '../source-maps-option.js';

interface LifetimesOptions {
  by: SummaryBy;
  sourceMaps?: string | true;
  limit: number;
  json?: true;
}

/** `heapprof lifetimes`: how long objects live. */
export function addLifetimesCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'lifetimes',
    summary: 'show how long objects live, by where they were allocated',
    description:
      'Shows for lines, traces, files, types or threads how many of their objects the first garbage collection frees, the age that half of ' +
      'them reach, and what is left at the end; those that allocate the most first.',
    example: 'heapprof lifetimes build --by type',
  });
  addRecordingArgument(command)
    .addOption(new Option('--by <what>', 'what a row is about').choices(SUMMARY_BY).default('line'))
    .option('--limit <n>', 'show at most so many rows', parseCount, 20)
    .addOption(sourceMapsOption())
    .option('--json', 'print JSON, all rows')
    .action((filebase: string, { by, limit, json, sourceMaps }: LifetimesOptions) =>
      withProfile(
        filebase,
        async (reader) => {
          const result = reader.lifetimes({ by });
          if (json) return printJson(result);
          const cwd = reader.hpm.facts.process?.cwd;
          return printLines(lifetimesText(result, limit, cwd, stdoutStyle()));
        },
        sourceMaps,
      ),
    );
}
