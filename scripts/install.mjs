// npm's install script: builds the addon. A machine without a compiler can still read recordings,
// so the installation goes on without it.

import { buildAddon } from './build-native.mjs';

try {
  const { tool } = buildAddon();
  if (tool) console.log(`heapprof: built the addon with ${tool}`);
} catch (error) {
  // What the compiler, cmake-js or node-gyp gave as the reason.
  const why = /(?:error: |ERROR OMG |gyp ERR! stack Error: )(.+)/.exec(error.output ?? '')?.[1];
  console.warn(`heapprof: ${error.message}${why ? ` (${why})` : ''}.
  Recordings can be read without it; making them needs it. To get it, install a C++20 compiler
  and cmake (on Debian: apt-get install g++ cmake make), then run: npm rebuild heapprof
  (in a checkout: npm run build:native, which also shows what went wrong).`);
}
