import { pathOf } from './location.js';

/** A file's path relative to a recorded program's working directory where it lies within; otherwise as it is. */
export function shortPath(file: string, cwd: string | undefined): string {
  const path = pathOf(file);
  if (cwd === undefined) return path;
  const folder = /[/\\]$/.test(cwd) ? cwd : `${cwd}${cwd.includes('\\') ? '\\' : '/'}`;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}
