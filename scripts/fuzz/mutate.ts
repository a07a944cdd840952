// How scripts/fuzz.mjs changes files.
export { MOST_BYTES, mutate } from '../../test/support/fuzz-mutate.js';
export { randomNumbers } from '../../test/support/mutations.js';
