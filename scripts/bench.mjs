// Measures what recording and reading cost: `npm run bench [-- --write] [overhead|digest]`. Prints tables; with --write,
// puts them into docs/benchmarks.md too. Only ratios and rates from one call on a quiet machine are worth comparing.
import { measureDigest } from './bench/digest.mjs';
import { measureOverhead } from './bench/overhead.mjs';
import { machine, markdownTable, replaceInPage } from './bench/page.mjs';

const BENCHMARKS = { overhead: measureOverhead, digest: measureDigest };
const PAGE = new URL('../docs/benchmarks.md', import.meta.url);

const args = process.argv.slice(2);
const chosen = args.filter((argument) => !argument.startsWith('--'));
for (const [name, measure] of Object.entries(BENCHMARKS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const text = `${machine()}\n\n${markdownTable(await measure())}`;
  console.log(`\n## ${name}\n\n${text}`);
  if (args.includes('--write')) replaceInPage(PAGE, name, text);
}
