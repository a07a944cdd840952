import { once } from 'node:events';
import type { Command } from 'commander';
import type { Reader } from '../../read.js';
import { type Findings, findInLogs } from '../../render/report/find-in-logs.js';
import { reportHtml } from '../../render/report/report-html.js';
import { packSections } from '../../render/report/report-sections.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parsePort } from '../arguments.js';
import { openBrowser } from '../open-browser.js';
import { note, printLines } from '../output.js';
import { withProfile } from '../profile.js';
import { withReportProgress } from '../report-progress.js';
import { sourceMapsOption } from '../source-maps-option.js';
import { type FinerRequest, startViewServer } from '../view-server.js';

interface ViewOptions {
  port: number;
  open: boolean;
  sourceMaps?: string | true;
}

/** `heapprof view`: the report with all data behind it, in the browser. */
export function addViewCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'view',
    summary: 'explore the recording in the browser, at any resolution',
    description:
      'Serves the page of heapprof report to the browsers of this machine, and opens it. Zoomed in, it shows any stretch of time as finely as it ' +
      'was recorded. Ctrl-C ends it.',
    example: 'heapprof view build',
  });
  addRecordingArgument(command)
    .option('--port <n>', 'the port to serve it on (default: any that is free)', parsePort, 0)
    .option('--no-open', 'only print the address')
    .addOption(sourceMapsOption())
    .action((filebase: string, options: ViewOptions) =>
      withProfile(
        filebase,
        async (reader) => {
          const { found, sections } = withReportProgress((onProgress) => {
            const found = findInLogs(reader, onProgress);
            onProgress({ step: 'packing the report', fraction: 0 });
            return { found, sections: packSections(reader, found) };
          });
          const html = reportHtml({ title: found.title, sections, isServed: true });
          const server = await startViewServer(
            { html, finer: (request, signal) => finerSections(reader, found, request, signal) },
            options.port,
          );
          const interrupted = once(process, 'SIGINT');
          await printLines([server.url]);
          note('serving the page until Ctrl-C');
          if (options.open) openBrowser(server.url);
          await interrupted;
          await server.close();
        },
        options.sourceMaps,
      ),
    );
}

/** The parts of a report of a stretch of time; the digest for it is made from the logs, and is not kept. */
async function finerSections(
  reader: Reader,
  found: Findings,
  { from, to, interval }: FinerRequest,
  signal: AbortSignal,
): Promise<string> {
  const { precision, weight } = reader.hpc;
  using finer = reader.withPrivateDigest({
    // One more, since the first has all that was allocated before it.
    fromMicros: Math.max(Math.round((from - interval) * 1e6), 0),
    toMicros: Math.round(to * 1e6),
  });
  await finer.makeDigest({ timeInterval: interval, precision, weight, signal });
  signal.throwIfAborted();
  return JSON.stringify(packSections(finer, found));
}
