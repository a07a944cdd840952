import { type Command, Option } from 'commander';
import { SUMMARY_BY, type SummaryBy } from '../../analysis/grouping.js';
import { timePlotSpec } from '../../render/time-plot/spec.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseLine } from '../arguments.js';
import { CHART_ENDINGS, chartTexts, chartWriter } from '../chart-output.js';
import { note } from '../output.js';
import { withProfile } from '../profile.js';
import { sourceMapsOption } from '../source-maps-option.js';

interface TimePlotOptions {
  output: string;
  line?: Record<string, string>;
  by?: SummaryBy;
  dark?: true;
  sourceMaps?: string | true;
}

/** `heapprof time-plot`: memory over time as a picture. */
export function addTimePlotCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'time-plot',
    summary: 'draw memory over time',
    description:
      'Draws live memory over time with its standard error, beside what V8 itself reports, the rate of allocation and ' +
      'garbage collections; and the part of it that chosen lines of code allocated, directly or in what they called.',
    example: 'heapprof time-plot build -o plot.svg --line parser=src/parser.js:120',
  });
  addRecordingArgument(command)
    .requiredOption('-o, --output <file>', `where to write; ${CHART_ENDINGS}`)
    .addOption(
      new Option(
        '--by <what>',
        'draw what live memory is made up of, the seven largest and the rest',
      ).choices(SUMMARY_BY),
    )
    .addOption(sourceMapsOption())
    .option('--dark', 'draw it for a dark ground')
    .option(
      '--line <label=file:line>',
      'a line of code to draw by itself; may be repeated',
      parseLine,
    )
    .action((filebase: string, options: TimePlotOptions) => {
      const write = chartWriter(options.output, options.dark ? 'dark' : 'light');
      return withProfile(
        filebase,
        async (reader) => {
          const plot = reader.timePlot(options.line, options.by);
          for (const { line, traceCount } of plot.lines) {
            if (traceCount === 0) note(`no trace of the recording contains the line ${line}`);
          }
          const texts = chartTexts(filebase, reader);
          await write((width) => timePlotSpec(plot, texts, width), texts.title);
        },
        options.sourceMaps,
      );
    });
}
