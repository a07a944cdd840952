import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('malloc-bytes.c', import.meta.url));

/** Compiles the addon of malloc-bytes.c into a folder. Returns its path. Throws what the compiler says. */
export function compileMallocBytes(folder) {
  const addon = path.join(folder, 'malloc-bytes.node');
  execFileSync(process.env.CC ?? 'cc', ['-shared', '-fPIC', SOURCE, '-o', addon]);
  return addon;
}
