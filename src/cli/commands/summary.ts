import { type Command, Option } from 'commander';
import { SUMMARY_BY, type SummaryBy } from '../../analysis/grouping.js';
import { KINDS, type Kind } from '../../model/event.js';
import type { Frame } from '../../model/frame.js';
import { summaryChartSpec } from '../../render/summary-chart.js';
import { summaryText } from '../../render/summary-text.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseCount, parseFraction, parseTime, type TimeArgument } from '../arguments.js';
import { CHART_ENDINGS, chartTexts, chartWriter } from '../chart-output.js';
import { printJson, printLines, stdoutStyle } from '../output.js';
import { withProfile } from '../profile.js';
import { rangeOf } from '../range.js';
import { sourceMapsOption } from '../source-maps-option.js';

interface SummaryCommandOptions {
  by: SummaryBy;
  sourceMaps?: string | true;
  kind?: Kind;
  from?: TimeArgument;
  to?: TimeArgument;
  threshold: number;
  limit: number;
  myCode?: string[];
  output?: string;
  dark?: true;
  source?: true;
  json?: true;
}

/** `heapprof summary`: a table of what used the memory. */
export function addSummaryCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'summary',
    summary: 'show what used the memory, as a table',
    description:
      'Shows which types, lines, traces, functions, files, packages or threads had the most live memory between two times: on average and at their peak, ' +
      'with the standard error from sampling in percent, and what they allocated; how that went over time, and how much of its capacity the heap used.',
    example: 'heapprof summary build --by file --from 2 --to 10',
  });
  addRecordingArgument(command)
    .addOption(
      new Option(
        '--by <what>',
        'what a row is about; a line or a file is that of the innermost frame outside Node',
      )
        .choices(SUMMARY_BY)
        .default('type'),
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
      'leave out rows with less than this share of the capacity; by default the largest are shown, whatever their share',
      parseFraction,
      0,
    )
    .option(
      '--my-code <pattern>',
      'a glob of files (src/**) or a package that is your own code: says of each row whose it is; may be repeated',
      (pattern: string, before: string[] = []) => [...before, pattern],
    )
    .addOption(sourceMapsOption())
    .option('--source', 'show the text of lines, as their files are now')
    .option('-o, --output <file>', `draw it instead; ${CHART_ENDINGS}`)
    .option('--dark', 'draw it for a dark ground')
    .option('--limit <n>', 'show at most so many rows', parseCount, 20)
    .option('--json', 'print JSON')
    .action((filebase: string, options: SummaryCommandOptions) => {
      const { by, threshold, limit, output } = options;
      const writeChart = output && chartWriter(output, options.dark ? 'dark' : 'light');
      return withProfile(
        filebase,
        async (reader) => {
          const myCode = options.myCode && { myCode: options.myCode };
          const kind = options.kind && { kind: options.kind };
          const range = rangeOf(options, reader);
          const summary = reader.heapSummary({
            by,
            threshold,
            limit,
            ...kind,
            ...range,
            ...myCode,
          });
          if (options.json) return printJson(summary);
          const cwd = reader.hpm.facts.process?.cwd;
          const sourceText = options.source && ((frame: Frame) => reader.sourceText(frame));
          if (!writeChart) return printLines(summaryText(summary, cwd, stdoutStyle(), sourceText));
          const texts = chartTexts(filebase, reader);
          return writeChart((width) => summaryChartSpec(summary, texts, width), texts.title);
        },
        options.sourceMaps,
      );
    });
}
