import { CommanderError } from 'commander';
import { sanitize } from '../render/sanitize.js';

/** What a shell sees of how a command ended. */
const EXIT_CODE = {
  failure: 1,
  usage: 2,
  /** A limit that the command line sets is exceeded. */
  limit: 3,
  /** 128 + the number of SIGINT, as shells have it. */
  interrupted: 130,
} as const;

/** The command line asks for something that there is not; the message says what to write instead. */
export class UsageError extends Error {}

/** What was measured is beyond a limit that the command line sets; the message says by how much. */
export class LimitError extends Error {}

/** Ctrl-C ended the work early; the message says what there is of it. */
export class InterruptedError extends Error {}

/** The exit code for an error that ended a command. Commander has its own, for `--help` too. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODE.usage;
  if (error instanceof UsageError) return EXIT_CODE.usage;
  if (error instanceof LimitError) return EXIT_CODE.limit;
  if (error instanceof InterruptedError) return EXIT_CODE.interrupted;
  return EXIT_CODE.failure;
}

/**
 * What stands on stderr for an error: one line, or with `debug` the stack and its causes too. Empty
 * for an error of commander, which has already said it.
 */
export function errorText(error: unknown, debug: boolean): string {
  if (error instanceof CommanderError) return '';
  const message = error instanceof Error ? error.message : String(error);
  const line = `heapprof: ${sanitize(message.replace(/\s*\n\s*/g, ' '))}\n`;
  return debug && error instanceof Error ? `${line}${stackText(error)}\n` : line;
}

function stackText(error: Error): string {
  const stack = (error.stack ?? '').split('\n').map(sanitize).join('\n');
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackText(error.cause)}` : stack;
}
