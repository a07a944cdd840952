import { once } from 'node:events';
import type { Command } from 'commander';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parsePort } from '../arguments.js';
import { openBrowser } from '../open-browser.js';
import { note, printLines } from '../output.js';
import { withProfile } from '../profile.js';
import { withReportProgress } from '../report-progress.js';
import { ServedRecording } from '../served-recording.js';
import { sourceMapsOption } from '../source-maps-option.js';
import { startViewServer } from '../view-server.js';

interface ViewOptions {
  port?: number;
  open: boolean;
  sourceMaps?: string | true;
}

/** `heapprof view`: the report with all data behind it, in the browser. */
export function addViewCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'view',
    summary: 'explore the recording in the browser, at any resolution',
    description:
      'Serves the page of heapprof report to the browsers of this machine, and opens it. What is zoomed into or chosen is shown as ' +
      'finely as it was recorded. While the program still runs, the page takes up what it records, every two seconds or, where that is much work, more seldom; ' +
      'a button holds it still. Ctrl-C ends it.',
    example: 'heapprof view build',
  });
  addRecordingArgument(command)
    .option('--port <n>', 'the port to serve it on (default: any that is free)', parsePort)
    .option('--no-open', 'only print the address')
    .addOption(sourceMapsOption())
    .action((filebase: string, options: ViewOptions) =>
      withProfile(
        filebase,
        async (reader) => {
          const viewed = withReportProgress(
            (onProgress) => new ServedRecording(reader, onProgress),
          );
          const server = await startViewServer(viewed, options.port ?? 0);
          const interrupted = once(process, 'SIGINT');
          await printLines([server.url]);
          note('serving the page until Ctrl-C');
          if (options.open) openBrowser(server.url, note);
          await interrupted;
          await Promise.all([server.close(), viewed.end()]);
        },
        options.sourceMaps,
      ),
    );
}
