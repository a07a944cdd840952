import type { Command } from 'commander';
import { recover } from '../../analysis/recover/recover.js';
import { recoverText } from '../../render/recover-text.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseFilebase } from '../arguments.js';
import { printJson, printLines } from '../output.js';
import { withProgress } from '../progress.js';

/** `heapprof recover`: a clean copy of what can be saved. */
export function addRecoverCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'recover',
    summary: 'write a clean copy of what can be saved',
    description:
      'Writes what can be saved of a damaged recording, with its family, to new files in which nothing is damaged. The old ' +
      'files stay as they are, and no file is overwritten.',
    example: 'heapprof recover build -o saved',
  });
  addRecordingArgument(command)
    .requiredOption('-o, --output <filebase>', 'the path of the new files', parseFilebase)
    .option('--json', 'print JSON')
    .action(async (filebase: string, options: { output: string; json?: true }) => {
      const recovery = withProgress('recovering', (onProgress) =>
        recover(filebase, options.output, onProgress),
      );
      await (options.json ? printJson(recovery) : printLines(recoverText(recovery)));
    });
}
