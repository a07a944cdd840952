// The programs that are measured: each function makes one, as a function that does an iteration of real work in this process
// (or a promise of that function).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { http } from './http-workload.mjs';

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

/** JSON.parse and JSON.stringify, five times each, of 2.1 MB: 10,000 small objects with strings, numbers and arrays. */
function json() {
  const people = Array.from({ length: 10_000 }, (_, id) => ({
    id,
    name: `person number ${id}`,
    email: `person.${id}@example.org`,
    score: id * 1.5,
    tags: ['one', 'two', 'three', `tag ${id % 100}`],
    address: { street: `street ${id % 1000}`, number: id % 300, city: 'somewhere', verified: true },
  }));
  let text = JSON.stringify(people);
  return () => {
    for (let i = 0; i < 5; i++) text = JSON.stringify(JSON.parse(text));
    return text.length;
  };
}

export const workloads = { tsc, terser, babel, http, json };
