export { isProfiling, start, stop } from './record.js';
export type { StartOptions } from './start-options.js';
export { gatherStats, type StatsOptions } from './stats.js';
export type { SizeDistribution, SizeRange, StatsReport } from './stats-report.js';
