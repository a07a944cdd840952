import { type Command, Option } from 'commander';
import { SUMMARY_BY, type SummaryBy } from '../../analysis/grouping.js';
import { leaksText } from '../../render/leaks-text.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseTime, type TimeArgument } from '../arguments.js';
import { printJson, printLines, stdoutStyle } from '../output.js';
import { withProfile } from '../profile.js';
import { rangeOf } from '../range.js';
import { sourceMapsOption } from '../source-maps-option.js';

interface LeaksOptions {
  by: SummaryBy;
  sourceMaps?: string | true;
  from?: TimeArgument;
  to?: TimeArgument;
  json?: true;
}

/** `heapprof leaks`: what grows steadily and stays. */
export function addLeaksCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'leaks',
    summary: 'show what grows steadily and is not freed',
    description:
      'Shows which lines, traces, files, types or threads have live memory that grows steadily through full garbage collections and stays, ' +
      'the fastest first, with the evidence: growth with its standard error, bytes at the start and at the end, the share of what was ' +
      'allocated that is still live, and what is left of each third of the time.',
    example: 'heapprof leaks server --from 60',
  });
  addRecordingArgument(command)
    .addOption(new Option('--by <what>', 'what a row is about').choices(SUMMARY_BY).default('line'))
    .option(
      '--from <time>',
      'leave out garbage collections before: seconds since the start, or ISO 8601',
      parseTime,
    )
    .option('--to <time>', 'leave out those after', parseTime)
    .addOption(sourceMapsOption())
    .option('--json', 'print JSON')
    .action((filebase: string, options: LeaksOptions) =>
      withProfile(
        filebase,
        async (reader) => {
          const report = reader.findLeaks({ by: options.by, ...rangeOf(options, reader) });
          if (options.json) return printJson(report);
          const cwd = reader.hpm.facts.process?.cwd;
          return printLines(leaksText(report, cwd, stdoutStyle()));
        },
        options.sourceMaps,
      ),
    );
}
