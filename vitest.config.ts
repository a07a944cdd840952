import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests load the addon, start profilers and look at this process's heap: each file gets a
    // process of its own. (Worker threads would share V8's allocator.)
    pool: 'forks',
    // Much of what they do is to wait: for programs, browsers and clocks. More at once would only
    // make each of them slower on the two cores that the suite must do with.
    maxWorkers: 2,
    // Some tests run whole programs under the profiler.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    watch: false,
    reporters: ['default', './scripts/stall-reporter.mjs', './scripts/tally-reporter.mjs'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
  },
});
