import type { Command } from 'commander';
import { parseFilebase } from './arguments.js';

/** How a command presents itself. */
export interface CommandTexts {
  readonly name: string;
  /** A few words, for the list of commands. */
  readonly summary: string;
  /** Sentences, for the command's own help. */
  readonly description: string;
  /** A command line that works. */
  readonly example: string;
}

/** Adds a command to the program, with what all commands have: an example in its help, and `--debug`. */
export function addCommand(program: Command, texts: CommandTexts): Command {
  return program
    .command(texts.name)
    .summary(texts.summary)
    .description(texts.description)
    .option('--debug', 'show where in heapprof an error came from')
    .addHelpText('after', `\nExample:\n  ${texts.example}`);
}

/** Adds the argument that most commands have: the recording to read. */
export function addRecordingArgument(command: Command): Command {
  return command.argument(
    '<filebase>',
    'the recording: the path of its files, with or without .hpm, .hpd or .hpc',
    parseFilebase,
  );
}
