// Has other people's tools judge what we write for them, with a recording: `npm run demo` makes one. Needs dist/, and Go and
// Chromium on the path (Debian's packages golang-go and chromium). Graphviz is installed where that can be done, and otherwise not asked;
// the other tools come from npm, into out/judge/, and are no dependencies.
// Usage: node scripts/judge.mjs [FILEBASE]   Prints a line for each verdict; exits with 1 if there is a bad one.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgeInDevTools } from './judge/devtools.mjs';
import { judgeParquet } from './judge/duckdb.mjs';
import { judgePprof } from './judge/go-pprof.mjs';
import { judgeDot } from './judge/graphviz.mjs';
import { judgeHeapProfile } from './judge/protocol.mjs';
import { judgeSpeedscope } from './judge/speedscope.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = path.join(ROOT, 'out/judge');
const TOOLS = ['speedscope@1.25.0', '@duckdb/node-api@1.5.6-r.1'];

const filebase = path.resolve(process.argv[2] ?? path.join(ROOT, 'out/demo/tsc'));
if (!existsSync(`${filebase}.hpd`)) {
  console.error(`There is no recording ${filebase}: make one with npm run demo, or name one.`);
  process.exit(1);
}
mkdirSync(FOLDER, { recursive: true });
if (!TOOLS.every((tool) => existsSync(path.join(FOLDER, 'node_modules', nameOf(tool))))) {
  run('npm', ['install', '--no-save', '--prefix', FOLDER, ...TOOLS]);
}

const bench = { filebase, folder: FOLDER, run, heapprof, ourJson };
const JUDGES = [
  judgePprof,
  judgeSpeedscope,
  judgeHeapProfile,
  judgeInDevTools,
  judgeDot,
  judgeParquet,
];
for (const judge of JUDGES) {
  // A judge who is not there says why, and is neither for nor against us.
  for await (const { tool, says, isGood } of judge(bench)) {
    const verdict = isGood === undefined ? 'none' : isGood ? 'good' : 'BAD ';
    console.log(`${verdict}  ${tool}: ${says}`);
    if (isGood === false) process.exitCode = 1;
  }
}

/** The name of a package without its version. */
function nameOf(tool) {
  return tool.slice(0, tool.lastIndexOf('@'));
}

/** Runs a program, and returns what it prints. */
function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    timeout: 300_000,
  });
  if (error) throw new Error(`${program} cannot be run (${error.message}): install it.`);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`);
  return stdout;
}

function heapprof(...args) {
  return run(process.execPath, [path.join(ROOT, 'dist/cli/main.js'), ...args]);
}

/** The call tree that `heapprof flame` prints. */
function ourJson(...args) {
  return JSON.parse(heapprof('flame', filebase, '--json', ...args));
}
