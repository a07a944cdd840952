import type { Command } from 'commander';
import { collapsedStacks } from '../../render/collapsed.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseTime, type TimeArgument } from '../arguments.js';
import { print, writeOutput } from '../output.js';
import { withProfile } from '../profile.js';

/** `heapprof flame`: live memory by stack at one time. */
export function addFlameCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'flame',
    summary: 'write live memory by stack, for flame graphs',
    description:
      'Writes live bytes at one time as collapsed stacks, a line per stack, which flamegraph.pl, speedscope and ' +
      'others read.',
    example: 'heapprof flame build --at 4.5 -o flame.txt',
  });
  addRecordingArgument(command)
    .option('--at <time>', 'seconds since the start, or ISO 8601 (default: the end)', parseTime)
    .option('-o, --output <file>', 'where to write (default: stdout)')
    .action((filebase: string, options: { at?: TimeArgument; output?: string }) =>
      withProfile(filebase, async (reader) => {
        const at = options.at?.(reader.initialTime) ?? reader.elapsedTime;
        const text = collapsedStacks(reader.flameGraphAt(at));
        if (options.output === undefined) await print(text);
        else writeOutput(options.output, text);
      }),
    );
}
