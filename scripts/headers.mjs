// Finds Node's own headers, so that a build needs no download.

import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder that has `include/node` with the headers of the running Node, or undefined.
 *
 * Every official distribution has them beside its executable. Headers found there may still be
 * those of another Node (two installations in one prefix); then the addon would be refused when
 * loaded, so they do not count.
 */
export function findHeaders(execPath = process.execPath, abi = process.versions.modules) {
  const folder = path.dirname(path.dirname(execPath));
  const include = path.join(folder, 'include', 'node');
  try {
    // Distributions that have Node-API's headers only are of no use to us.
    readFileSync(path.join(include, 'v8-profiler.h'));
    const version = readFileSync(path.join(include, 'node_version.h'), 'utf8');
    return version.includes(`#define NODE_MODULE_VERSION ${abi}\n`) ? folder : undefined;
  } catch {
    return undefined;
  }
}
