export { isProfiling, start, stop } from './record.js';
export type { StartOptions } from './start-options.js';
