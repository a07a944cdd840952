import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import { parseOverhead } from '../arguments.js';
import { gatherScriptStats, type ScriptStatsOptions } from '../script-stats.js';

/** `heapprof stats`: the sizes of all allocations of a program, and how to sample within a budget. */
export function addStatsCommand(program: Command): void {
  addCommand(program, {
    name: 'stats',
    summary: 'count the allocations of a program by size, and choose how to sample',
    description:
      'Runs SCRIPT under this Node.js and counts every allocation of its main thread by size. When it has ended, also by ' +
      'Ctrl-C or killed, the sizes are printed on stderr, with the sampling rates and the sampling interval that know the most ' +
      'for what recording may cost.',
    example: 'heapprof stats --overhead 5% -- build.js --all',
  })
    .usage('[options] [--] SCRIPT [ARGS…]')
    .argument('<script>', 'the program, as for node')
    .argument('[args...]', 'its arguments')
    .option(
      '--overhead <share>',
      "what recording may cost, of the script's own CPU time (default: 5%)",
      parseOverhead,
    )
    .option('--json', 'print JSON, on stdout, after the output of the script')
    .passThroughOptions()
    .action((script: string, args: string[], options: ScriptStatsOptions) =>
      gatherScriptStats(script, args, options),
    );
}
