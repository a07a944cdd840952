import type { Command } from 'commander';
import { Reader } from '../../read.js';
import { infoText } from '../../render/info-text.js';
import { recordingInfo } from '../../render/recording-info.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { printJson, printLines, stdoutStyle } from '../output.js';
import { survey } from '../profile.js';

/** `heapprof info`: what a recording is, and how complete. */
export function addInfoCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'info',
    summary: 'show what was recorded, and how complete it is',
    description:
      'Shows which program was recorded, when, how, by which engine and why; how many events there are, whether the ' +
      'recording came to its end, whether files are damaged, and whether there is a digest.',
    example: 'heapprof info build',
  });
  addRecordingArgument(command)
    .option('--json', 'print JSON')
    .action(async (filebase: string, options: { json?: true }) => {
      const reader = new Reader(filebase);
      try {
        const info = recordingInfo(reader, survey(reader, 'reading the log'));
        await (options.json ? printJson(info) : printLines(infoText(info, stdoutStyle())));
      } finally {
        reader.close();
      }
    });
}
