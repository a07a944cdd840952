import { readFileSync } from 'node:fs';
import { minify } from 'terser';
globalThis.result = await minify(readFileSync('node_modules/lodash/lodash.js', 'utf8'));
