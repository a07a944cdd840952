import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/record.js';

function ours(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}

test('a test file that hangs fails the run instead of holding it', () => {
  const folder = temporaryFolder();
  const reporters = [
    [ours('scripts/stall-reporter.mjs'), { limitMs: 5000 }],
    [ours('scripts/tally-reporter.mjs'), {}],
  ];
  const files = {
    'hangs.test.mjs': `test('never ends', () => { for (;;); });`,
    'ends.test.mjs': `test('ends', () => {});`,
    'vitest.config.mjs': `export default {
      test: { globals: true, pool: 'forks', maxWorkers: 2, watch: false, reporters: ${JSON.stringify(reporters)} },
    };`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const vitest = ours('node_modules/vitest/vitest.mjs');
  const run = spawnSync(process.execPath, [vitest, 'run', '--root', folder], {
    encoding: 'utf8',
    timeout: 50_000,
    env: { PATH: process.env.PATH },
  });
  expect(run.stderr).toContain('hangs.test.mjs has not ended within 5 s: it hangs.');
  expect(run.stdout).toMatch(/^1 passed, 1 failed$/m);
  expect(run.status).toBe(1);
});
