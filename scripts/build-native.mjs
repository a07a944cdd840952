// Builds the addon for the running Node and puts it where the loader looks.
//
//   node scripts/build-native.mjs [--force] [--node-gyp] [--asan]
//
// Does nothing when the addon is newer than its sources. cmake-js is used where cmake is found,
// otherwise (or with --node-gyp) the node-gyp that comes with npm. --asan builds with
// AddressSanitizer, beside the real one.

import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findHeaders } from './headers.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const abi = process.versions.modules;

/** The addon's file; src/capture/addon.ts looks for the same name. */
export function addonFile() {
  // The name has what a binary depends on: V8's C++ API differs between ABIs, and a binary
  // linked with one libc does not load with another.
  const libc = existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
  const name = ['heapprof', `abi${abi}`, ...(process.platform === 'linux' ? [libc] : []), 'node'];
  return path.join(root, 'prebuilds', `${process.platform}-${process.arch}`, name.join('.'));
}

/**
 * Builds the addon if needed. Returns its path and, if it was built, by which tool.
 * Throws an Error, whose `output` is all that the tools said, when that fails.
 */
export function buildAddon({ force = false, nodeGyp = false, asan = false } = {}) {
  // One folder per ABI: a CMake cache keeps the include path it was first given.
  const folder = path.join(root, 'build', `abi${abi}${asan ? '-asan' : ''}`);
  const built = path.join(folder, 'Release', 'heapprof.node');
  const file = asan ? built : addonFile();
  if (!force && isFresh(file)) return { file };

  const useCmake = asan || (!nodeGyp && run('cmake', ['--version']).status === 0);
  if (force) rmSync(useCmake ? folder : path.join(root, 'build', 'Release'), removal);
  const result = useCmake ? runCmakeJs(folder, asan) : runNodeGyp();
  if (result.status !== 0) fail('the addon could not be compiled', result);
  // An addon with AddressSanitizer loads only where that was preloaded.
  if (asan) return { file, tool: 'cmake-js' };

  install(useCmake ? built : path.join(root, 'build', 'Release', 'heapprof.node'), file);
  // A symbol that is missing is noticed only now; better here than at the user's first recording.
  const load = run(process.execPath, ['-p', `require(${JSON.stringify(file)}).abi`]);
  if (load.status !== 0) {
    rmSync(file);
    fail('the addon was compiled but does not load', load);
  }
  return { file, tool: useCmake ? 'cmake-js' : 'node-gyp' };
}

const removal = { recursive: true, force: true };

function isFresh(file) {
  if (!existsSync(file)) return false;
  const sources = readdirSync(path.join(root, 'native')).map((name) => path.join('native', name));
  const builtAt = statSync(file).mtimeMs;
  return [...sources, 'CMakeLists.txt', 'binding.gyp'].every(
    (source) => statSync(path.join(root, source)).mtimeMs < builtAt,
  );
}

function runCmakeJs(folder, asan) {
  const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js');
  const options = ['--directory', root, '--out', folder, '--config', 'Release'];
  return run(process.execPath, [
    cmakeJs,
    'build',
    ...options,
    ...(asan ? ['--CDHEAPPROF_ASAN=ON'] : []),
  ]);
}

function runNodeGyp() {
  // npm tells its scripts where its node-gyp is. Outside of npm, npm is usually beside Node.
  const gyp =
    process.env.npm_config_node_gyp ??
    path.resolve(
      process.execPath,
      '../../lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js',
    );
  // Not "rebuild", which would remove what other tools and ABIs have in build/.
  return run(process.execPath, [gyp, 'configure', 'build', '--directory', root]);
}

function run(command, args) {
  const headers = findHeaders();
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: {
      ...process.env,
      // Both tools ask "node" for paths; it should be this one.
      PATH: path.dirname(process.execPath) + path.delimiter + process.env.PATH,
      // The one way to tell both tools where the headers are; without, they download them.
      ...(headers && { npm_config_nodedir: headers }),
    },
  });
  return { status: result.status, output: result.error?.message ?? result.stdout + result.stderr };
}

// By renaming, because a process may have the old file open: overwriting it would crash that.
function install(from, to) {
  mkdirSync(path.dirname(to), { recursive: true });
  const temporary = `${to}.${process.pid}`;
  copyFileSync(from, temporary);
  renameSync(temporary, to);
}

function fail(message, { output }) {
  throw Object.assign(new Error(message), { output });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const has = (option) => process.argv.includes(option);
  try {
    const { file, tool } = buildAddon({
      force: has('--force'),
      nodeGyp: has('--node-gyp'),
      asan: has('--asan'),
    });
    const name = path.relative(root, file);
    console.log(tool ? `heapprof: built ${name} with ${tool}` : `heapprof: ${name} is up to date`);
  } catch (error) {
    console.error(error.output ?? '');
    console.error(`heapprof: ${error.message}; the full output is above.`);
    process.exitCode = 1;
  }
}
