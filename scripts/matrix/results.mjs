// The rows of the matrix, as they come and as a table at the end.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../out/matrix/', import.meta.url));

/** What a check throws that fails; `output` is kept for whoever looks for the cause. */
export class Failed extends Error {
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

/** What a check throws that cannot be made here. */
export class NotHere extends Error {}

/** The results of all checks. */
export class Results {
  #rows = [];

  /** Makes a check: `action` returns what there is to say, or throws. `name` is the part, the Node and what else there is. */
  check(name, action) {
    const start = Date.now();
    const file = outputFile(name);
    rmSync(file, { force: true });
    const row = { name: name.join(', '), result: 'passed', detail: '' };
    try {
      row.detail = action();
    } catch (error) {
      row.result = error instanceof NotHere ? 'not here' : 'FAILED';
      row.detail = error.message;
      if (row.result === 'FAILED') {
        keep(file, error);
        row.detail += `; ${path.relative('', file)}`;
      }
    }
    row.seconds = ((Date.now() - start) / 1000).toFixed(0);
    this.#rows.push(row);
    console.log(lineOf(row));
  }

  /** Prints the table; returns whether nothing failed. */
  finish() {
    const failed = this.#rows.filter(({ result }) => result === 'FAILED').length;
    console.log(`\n${this.#rows.map(lineOf).join('\n')}\n`);
    console.log(`${this.#rows.length} checks, ${failed} failed`);
    return failed === 0;
  }
}

function lineOf({ name, result, detail, seconds }) {
  return `${result.padEnd(8)}  ${name.padEnd(44)}  ${seconds.padStart(4)} s  ${detail}`;
}

function outputFile(name) {
  return path.join(FOLDER, `${name.join('-').replaceAll(/[^\w.-]+/g, '_')}.txt`);
}

function keep(file, error) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, `${error.stack}\n\n${error.output ?? ''}`);
}
