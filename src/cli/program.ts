import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { sanitize } from '../render/sanitize.js';
import { addCompareCommand } from './commands/compare.js';
import { addDigestCommand } from './commands/digest.js';
import { addDumpCommand } from './commands/dump.js';
import { addExportCommand } from './commands/export.js';
import { addFlameCommand } from './commands/flame.js';
import { addFlowCommand } from './commands/flow.js';
import { addInfoCommand } from './commands/info.js';
import { addLeaksCommand } from './commands/leaks.js';
import { addLifetimesCommand } from './commands/lifetimes.js';
import { addRecoverCommand } from './commands/recover.js';
import { addReportCommand } from './commands/report.js';
import { addRunCommand } from './commands/run.js';
import { addStatsCommand } from './commands/stats.js';
import { addSummaryCommand } from './commands/summary.js';
import { addTimePlotCommand } from './commands/time-plot.js';
import { addVerifyCommand } from './commands/verify.js';
import { addViewCommand } from './commands/view.js';

/** The command line. Parsing it throws commander's errors instead of exiting. */
export function createProgram(): Command {
  const program = new Command('heapprof')
    .description(
      'Records what a Node.js program allocates, and shows what used the memory, where in the code, and when.',
    )
    .version(packageVersion())
    .exitOverride()
    // Options after the script of `run` are the script's.
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(usageErrorText(text)) });
  for (const add of [
    addRunCommand,
    addStatsCommand,
    addInfoCommand,
    addReportCommand,
    addViewCommand,
    addSummaryCommand,
    addLeaksCommand,
    addLifetimesCommand,
    addTimePlotCommand,
    addFlameCommand,
    addFlowCommand,
    addCompareCommand,
    addDigestCommand,
    addDumpCommand,
    addVerifyCommand,
    addRecoverCommand,
    addExportCommand,
  ]) {
    add(program);
  }
  return program;
}

/** Commander's message on one line, in our voice; what it suggests instead follows on the same line. */
function usageErrorText(text: string): string {
  const line = text
    .replace(/^error: /, '')
    .trimEnd()
    .replaceAll('\n', ' ');
  return `heapprof: ${sanitize(line)}\n`;
}

function packageVersion(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
