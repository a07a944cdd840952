// Measures what recording and reading cost: `npm run bench [-- --write] [overhead|digest|stats]`. Prints tables; with --write,
// puts them into docs/benchmarks.md too. Only ratios and rates from one call on a quiet machine are worth comparing.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { measureDigest } from './bench/digest.mjs';
import { measureOverhead } from './bench/overhead.mjs';
import { measureStats } from './bench/stats.mjs';

const BENCHMARKS = { overhead: measureOverhead, digest: measureDigest, stats: measureStats };
const PAGE = new URL('../docs/benchmarks.md', import.meta.url);

const args = process.argv.slice(2);
const chosen = args.filter((argument) => !argument.startsWith('--'));
for (const [name, measure] of Object.entries(BENCHMARKS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const text = `${machine()}\n\n${markdownTable(await measure())}`;
  console.log(`\n## ${name}\n\n${text}`);
  if (args.includes('--write')) replaceInPage(name, text);
}

function machine() {
  const date = new Date().toISOString().slice(0, 10);
  return (
    `${date}, Node.js ${process.versions.node}, ${availableParallelism()} cores (${cpus()[0].model.trim()}), ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB.`
  );
}

function markdownTable(rows) {
  const names = Object.keys(rows[0]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(names),
    line(names.map(() => '---')),
    ...rows.map((row) => line(names.map((name) => row[name]))),
  ].join('\n');
}

// The page has a pair of comments around each table.
function replaceInPage(name, text) {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(`<!-- ${name} -->\n`);
  const after = rest.slice(rest.indexOf(`<!-- end ${name} -->`));
  writeFileSync(PAGE, `${before}<!-- ${name} -->\n${text}\n${after}`);
}
