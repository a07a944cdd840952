// Measures what recording and reading cost: `npm run bench [-- --write|--quick] [overhead|digest|stats|page]`. Prints tables; with --write,
// puts them into docs/benchmarks.md too. With --quick, measures too little for figures, to see that all works.
// Only ratios and rates from one call on a quiet machine are worth comparing.
import { parseArgs } from 'node:util';
import { measureDigest } from './bench/digest.mjs';
import { measureOverhead } from './bench/overhead.mjs';
import { machine, markdownTable, replaceInPage } from './bench/page.mjs';
import { measurePage } from './bench/report-page.mjs';
import { measureStats } from './bench/stats.mjs';

// Each gives tables, {name: rows}.
const BENCHMARKS = {
  overhead: measureOverhead,
  digest: measureDigest,
  stats: measureStats,
  page: measurePage,
};
const PAGE = new URL('../docs/benchmarks.md', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
if (values.write && values.quick) {
  console.error(
    'bench.mjs: what --quick measures is not worth writing down; leave --write or --quick out',
  );
  process.exit(2);
}
for (const [name, measure] of Object.entries(BENCHMARKS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  for (const [table, rows] of Object.entries(await measure({ quick: values.quick }))) {
    const text = `${machine()}\n\n${markdownTable(rows)}`;
    console.log(`\n## ${table}\n\n${text}`);
    if (values.write) replaceInPage(PAGE, table, text);
  }
}
