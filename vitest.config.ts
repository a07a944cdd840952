import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests load the addon, start profilers and look at this process's heap: each file gets a
    // process of its own. (Worker threads would share V8's allocator.)
    pool: 'forks',
    // Some tests run whole programs under the profiler.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    watch: false,
    reporters: ['default', './scripts/tally-reporter.mjs'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
  },
});
