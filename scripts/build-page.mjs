// Bundles src/page as dist/page/page.js and dist/page/page.css, which a report has in it, and Graphviz as
// dist/page/graphviz.js.gz, which it has in it deflated: it is larger than all the rest, and few need it.
//
//   node scripts/build-page.mjs [--watch]
//
// --watch builds again whenever a file changes, with a source map.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, context } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const options = {
  entryPoints: { page: `${root}/src/page/main.tsx` },
  outdir: `${root}/dist/page`,
  bundle: true,
  platform: 'browser',
  format: 'iife',
  // The first browsers with DecompressionStream.
  target: ['chrome103', 'firefox113', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: !watch,
  sourcemap: watch && 'inline',
};

if (watch) await (await context({ ...options, logLevel: 'info' })).watch();
else await build(options);

const graphviz = await build({
  ...options,
  entryPoints: [`${root}/src/page/panels/flow/graphviz-worker.ts`],
  minify: true,
  sourcemap: false,
  // Its WebAssembly is a string in which every character is a byte: escaped, it would be twice as long.
  charset: 'utf8',
  write: false,
});
writeFileSync(
  `${root}/dist/page/graphviz.js.gz`,
  gzipSync(graphviz.outputFiles[0].contents, { level: 9 }),
);
