import { type Command, Option } from 'commander';
import { SUMMARY_BY, type SummaryBy } from '../../analysis/grouping.js';
import { KINDS, type Kind } from '../../model/event.js';
import { summaryText } from '../../render/summary-text.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseCount, parseFraction, parseTime, type TimeArgument } from '../arguments.js';
import { printJson, printLines, stdoutStyle } from '../output.js';
import { withProfile } from '../profile.js';
import { rangeOf } from '../range.js';

interface SummaryCommandOptions {
  by: SummaryBy;
  kind?: Kind;
  from?: TimeArgument;
  to?: TimeArgument;
  threshold: number;
  limit: number;
  json?: true;
}

/** `heapprof summary`: a table of what used the memory. */
export function addSummaryCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'summary',
    summary: 'show what used the memory, as a table',
    description:
      'Shows which lines, traces, files, types or threads had the most live memory between two times: on average and at their peak, ' +
      'with the standard error from sampling in percent, and what they allocated.',
    example: 'heapprof summary build --by file --from 2 --to 10',
  });
  addRecordingArgument(command)
    .addOption(
      new Option(
        '--by <what>',
        'what a row is about; a line or a file is that of the innermost frame outside Node',
      )
        .choices(SUMMARY_BY)
        .default('line'),
    )
    .addOption(
      new Option(
        '--kind <kind>',
        'only JavaScript objects, or only the memory of array buffers and Buffers (default: both)',
      ).choices(KINDS),
    )
    .option('--from <time>', 'start of the range: seconds since the start, or ISO 8601', parseTime)
    .option('--to <time>', 'end of the range', parseTime)
    .option(
      '--threshold <fraction>',
      'leave out rows with less than this share of the average',
      parseFraction,
      0.005,
    )
    .option('--limit <n>', 'show at most so many rows', parseCount, 20)
    .option('--json', 'print JSON')
    .action((filebase: string, options: SummaryCommandOptions) =>
      withProfile(filebase, async (reader) => {
        const { by, threshold, limit } = options;
        const kind = options.kind && { kind: options.kind };
        const range = rangeOf(options, reader);
        const summary = reader.heapSummary({ by, threshold, limit, ...kind, ...range });
        if (options.json) return printJson(summary);
        const cwd = reader.hpm.facts.process?.cwd;
        return printLines(summaryText(summary, cwd, stdoutStyle()));
      }),
    );
}
