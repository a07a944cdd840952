import path from 'node:path';
import type { Command } from 'commander';
import type { Reader } from '../../read.js';
import { wallTime } from '../../render/info-text.js';
import { renderPng } from '../../render/png.js';
import { type ChartTexts, timePlotSpec } from '../../render/time-plot/spec.js';
import { renderSvg } from '../../render/vega.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseLine } from '../arguments.js';
import { UsageError } from '../errors.js';
import { note, writeOutput } from '../output.js';
import { withProfile } from '../profile.js';
import { recordingName } from '../recording-name.js';

interface TimePlotOptions {
  output: string;
  line?: Record<string, string>;
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
    .requiredOption(
      '-o, --output <file>',
      'where to write; the ending says what: .svg, .png, or .vl.json (Vega-Lite)',
    )
    .option(
      '--line <label=file:line>',
      'a line of code to draw by itself; may be repeated',
      parseLine,
    )
    .action((filebase: string, options: TimePlotOptions) => {
      const render = rendererFor(options.output);
      return withProfile(filebase, async (reader) => {
        const plot = reader.timePlot(options.line);
        for (const { line, traceCount } of plot.lines) {
          if (traceCount === 0) note(`no trace of the recording contains the line ${line}`);
        }
        const spec = timePlotSpec(plot, chartTexts(filebase, reader));
        writeOutput(options.output, await render(spec));
      });
    });
}

type Renderer = (spec: ReturnType<typeof timePlotSpec>) => Promise<string | Uint8Array>;

const RENDERERS: Readonly<Record<string, Renderer>> = {
  '.vl.json': async (spec) => `${JSON.stringify(spec, undefined, 2)}\n`,
  '.svg': renderSvg,
  '.png': async (spec) => renderPng(await renderSvg(spec)),
};

function rendererFor(output: string): Renderer {
  for (const [ending, renderer] of Object.entries(RENDERERS)) {
    if (output.endsWith(ending)) return renderer;
  }
  throw new UsageError(
    `${output} must end in one of ${Object.keys(RENDERERS).join(', ')}, which says what to draw.`,
  );
}

function chartTexts(filebase: string, reader: Reader): ChartTexts {
  return {
    title: recordingName(reader.hpm.facts) ?? path.basename(filebase),
    subtitle: [`recorded ${wallTime(reader.hpm.facts.startWallMicros)}`],
  };
}
