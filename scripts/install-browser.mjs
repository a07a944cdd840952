// Installs Debian's chromium, in which the tests of the page run, if it is missing. It needs root and apt-get; elsewhere
// it says what to do.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CHROMIUM = '/usr/bin/chromium';

if (!existsSync(CHROMIUM)) {
  if (process.getuid?.() !== 0) fail('install the package chromium: apt-get install chromium');
  for (const args of [
    ['update', '-qq'],
    ['install', '-qq', '-y', 'chromium'],
  ]) {
    const { error, status } = spawnSync('apt-get', args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (error || status !== 0) fail(`apt-get ${args[0]} failed; install the package chromium`);
  }
}

/** @param {string} advice */
function fail(advice) {
  console.error(`heapprof: the tests of the page need ${CHROMIUM}: ${advice}`);
  process.exit(1);
}
