import type { Command } from 'commander';
import { formatBytes } from '../../base/units.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { note, writeOutput } from '../output.js';
import { withProfile } from '../profile.js';
import { withReportProgress } from '../report-progress.js';
import { sourceMapsOption } from '../source-maps-option.js';

/** `heapprof report`: one file that a person explores in a browser. */
export function addReportCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'report',
    summary: 'write a page to explore the recording with, in one file',
    description:
      'Writes one HTML file with everything: what was recorded, memory over time, call trees, tables, comparisons, leaks. It opens from disk in ' +
      'any browser, asks nobody for anything, and can be sent to a colleague. It has the digest and no events, and stays below 10 MB.',
    example: 'heapprof report build -o report.html',
  });
  addRecordingArgument(command)
    .requiredOption('-o, --output <file>', 'the HTML file to write')
    .addOption(sourceMapsOption())
    .action((filebase: string, options: { output: string; sourceMaps?: string | true }) =>
      withProfile(
        filebase,
        (reader) => {
          const { html, coarsened } = withReportProgress((onProgress) =>
            reader.report({ onProgress }),
          );
          writeOutput(options.output, html);
          note(`wrote ${options.output}, ${formatBytes(Buffer.byteLength(html))}`);
          if (coarsened) note(coarsened);
        },
        options.sourceMaps,
      ),
    );
}
