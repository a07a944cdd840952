// What the scripts that measure put into the pages of docs/.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** When and on what was measured, as a sentence. */
export function machine() {
  const date = new Date().toISOString().slice(0, 10);
  return (
    `${date}, Node.js ${process.versions.node}, ${availableParallelism()} cores (${cpus()[0].model.trim()}), ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB.`
  );
}

/** Rows of equal keys as a table. */
export function markdownTable(rows) {
  const names = Object.keys(rows[0]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(names),
    line(names.map(() => '---')),
    ...rows.map((row) => line(names.map((name) => row[name]))),
  ].join('\n');
}

/** Puts a text between the pair of comments that a page has for it: `<!-- name -->` and `<!-- end name -->`. */
export function replaceInPage(file, name, text) {
  const page = readFileSync(file, 'utf8');
  const [before, rest] = page.split(`<!-- ${name} -->\n`);
  const after = rest.slice(rest.indexOf(`<!-- end ${name} -->`));
  writeFileSync(file, `${before}<!-- ${name} -->\n${text}\n${after}`);
}
