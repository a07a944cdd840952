import * as fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Larger files are no sources that a person would read a line of, and no maps of such. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** The path of a file that a recording names; undefined for what is not an absolute path of this machine: `node:fs`, `evalmachine.<anonymous>`, a share. */
export function localPath(file: string): string | undefined {
  let local = file;
  if (file.startsWith('file:')) {
    try {
      local = fileURLToPath(file);
    } catch {
      return undefined;
    }
  }
  const isShare = /^[\\/]{2}/.test(local);
  return path.isAbsolute(local) && !isShare ? local : undefined;
}

/**
 * A file's contents; undefined where it cannot be read. Only regular files are opened: a recording may come from anywhere, and what it
 * names must neither block nor reach the network.
 */
export function readLocalFile(path: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    // Before opening: to open a pipe would wait for its writer.
    if (!isReadable(fs.statSync(path))) return undefined;
    descriptor = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    // Again, for what may have taken its place in between.
    const stats = fs.fstatSync(descriptor);
    return isReadable(stats) ? readStart(descriptor, stats.size) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** No more than was there at first: files of /proc say that they have no bytes, and may have no end. */
function readStart(descriptor: number, sizeBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let length = 0;
  while (length < sizeBytes) {
    const count = fs.readSync(descriptor, bytes, length, sizeBytes - length, length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

function isReadable(stats: fs.Stats): boolean {
  return stats.isFile() && stats.size <= MAX_FILE_BYTES;
}
