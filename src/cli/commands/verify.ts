import type { Command } from 'commander';
import { verify } from '../../analysis/verify/verify.js';
import { verifyText } from '../../render/verify-text.js';
import { addCommand } from '../add-command.js';
import { printJson, printLines, stdoutStyle } from '../output.js';
import { withProgress } from '../progress.js';

/** What a shell sees where something is damaged. */
const DAMAGED_EXIT_CODE = 1;

/** `heapprof verify`: whether files are whole. */
export function addVerifyCommand(program: Command): void {
  addCommand(program, {
    name: 'verify',
    summary: 'check that files are whole',
    description:
      'Checks an .hpm, .hpd or .hpc, or all files of a recording and its family where FILE has no suffix: which bytes are ' +
      'damaged and why, and whether what refers to other places does so rightly. Exit code 0: all is whole; a tail that was ' +
      'cut when the program was killed is no damage. 1: something is damaged.',
    example: 'heapprof verify build',
  })
    .argument('<file>', 'a file of a recording, or the path of its files without a suffix')
    .option('--json', 'print JSON')
    .action(async (file: string, options: { json?: true }) => {
      const verification = withProgress('checking', (onProgress) => verify(file, onProgress));
      await (options.json
        ? printJson(verification)
        : printLines(verifyText(verification, stdoutStyle())));
      if (!verification.isWhole) process.exitCode = DAMAGED_EXIT_CODE;
    });
}
