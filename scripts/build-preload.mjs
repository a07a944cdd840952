// Bundles src/capture/preload.ts as one CommonJS file, dist/capture/preload.cjs, for `node --require`, and writes
// register.cjs beside it, which is `heapprof/register`: both, in one process, are one.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

await build({
  entryPoints: [`${root}/src/capture/preload.ts`],
  outfile: `${root}/dist/capture/preload.cjs`,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  // CommonJS has no import.meta; the modules find the package's other files by it.
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
});

writeFileSync(`${root}/dist/capture/register.cjs`, "require('./preload.cjs').register();\n");
