// What scripts/fuzz.mjs looks at.
export { Exercise, FILE_KINDS } from '../../test/support/exercise.js';
