// The programs that are measured: each function makes one that does an iteration of real work in this process.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** TypeScript 5.9 checks the types of its own `typescript.d.ts`, 11,000 lines, and its standard library. */
function tsc() {
  const ts = require('typescript-5');
  const file = require.resolve('typescript-5/lib/typescript.d.ts');
  return () => {
    const program = ts.createProgram([file], { noEmit: true, skipLibCheck: false, types: [] });
    return ts.getPreEmitDiagnostics(program).length;
  };
}

/** terser minifies lodash, 17,000 lines. */
function terser() {
  const { minify } = require('terser');
  const source = readFileSync(require.resolve('lodash/lodash.js'), 'utf8');
  return async () => (await minify(source)).code.length;
}

/** Babel transforms lodash for old browsers. */
function babel() {
  const { transform } = require('@babel/standalone');
  const source = readFileSync(require.resolve('lodash/lodash.js'), 'utf8');
  const options = { presets: [['env', { targets: 'ie 11' }]], compact: false };
  return () => transform(source, options).code.length;
}

export const workloads = { tsc, terser, babel };
