import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { HeapprofError } from '../base/errors.js';
import { inPieces, writeTexts } from '../base/text-pieces.js';
import { jsonPieces } from '../render/json-pieces.js';
import { sanitize } from '../render/sanitize.js';
import type { TextStyle } from '../render/text-style.js';

const PIPE_WIDTH = 100;

/** Prints lines on stdout, as fast as it takes them; however many there are, few are in memory. */
export async function printLines(lines: Iterable<string>): Promise<void> {
  await printTexts(withLineFeeds(lines));
}

/** Prints a value as JSON on stdout, indented for people; programs do not mind. It can be what `jsonPieces` takes. */
export async function printJson(value: unknown): Promise<void> {
  await printTexts(jsonText(value));
}

/** JSON as it is printed, in pieces. */
export function* jsonText(value: unknown): Generator<string> {
  yield* jsonPieces(value, 2);
  yield '\n';
}

function* withLineFeeds(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

async function printTexts(texts: Iterable<string>): Promise<void> {
  for (const piece of inPieces(texts)) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
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
 * Writes a result to a file; one that can be too long for a string is given in pieces.
 * @throws HeapprofError if that fails.
 */
export function writeOutput(file: string, content: string | Iterable<string> | Uint8Array): void {
  try {
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content);
    else writeTexts(file, content);
  } catch (cause) {
    throw new HeapprofError(
      'ERR_HEAPPROF_OUTPUT',
      `${file} cannot be written (${(cause as Error).message}): choose another place with -o.`,
      { cause },
    );
  }
}
