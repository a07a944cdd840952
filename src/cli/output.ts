import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { HeapprofError } from '../base/errors.js';
import { safeJson, sanitize } from '../render/sanitize.js';
import type { TextStyle } from '../render/text-style.js';

const PIPE_WIDTH = 100;

/** Text is handed to stdout in pieces of about this size. */
const PIECE_CHARACTERS = 65_536;

/** Prints lines on stdout, as fast as it takes them; however many there are, few are in memory. */
export async function printLines(lines: Iterable<string>): Promise<void> {
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length >= PIECE_CHARACTERS) {
      await print(piece);
      piece = '';
    }
  }
  await print(piece);
}

/** Prints a value as JSON on stdout, indented for people; programs do not mind. */
export async function printJson(value: unknown): Promise<void> {
  await print(`${safeJson(value, 2)}\n`);
}

/** Prints text on stdout. */
export async function print(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Prints a line for the person at the terminal on stderr; stdout is for results. */
export function note(text: string): void {
  process.stderr.write(`heapprof: ${sanitize(text)}\n`);
}

/** How stdout wants its text: colours and the window's width on a terminal only. */
export function stdoutStyle(): TextStyle {
  const { isTTY, columns } = process.stdout;
  const { NO_COLOR, TERM } = process.env;
  return {
    width: isTTY && columns > 0 ? columns : PIPE_WIDTH,
    // https://no-color.org: set and not empty, whatever its value.
    colors: isTTY === true && !NO_COLOR && TERM !== 'dumb',
  };
}

/** How text in files is laid out. */
export const FILE_STYLE: TextStyle = { width: 120, colors: false };

/**
 * Writes a result to a file.
 * @throws HeapprofError if that fails.
 */
export function writeOutput(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (cause) {
    throw new HeapprofError(
      'ERR_HEAPPROF_OUTPUT',
      `${file} cannot be written (${(cause as Error).message}): choose another place with -o.`,
      { cause },
    );
  }
}
