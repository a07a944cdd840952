import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { temporaryFolder } from './record.js';

/**
 * Compiles a program of native/test with other sources of native/; it is removed after the test.
 * @returns its path
 */
export function compileNative(name: string, sources: readonly string[] = []): string {
  const program = path.join(temporaryFolder(), name);
  const files = [`test/${name}.cc`, ...sources].map((source) => `native/${source}`);
  const compiler = process.env.CXX ?? 'c++';
  execFileSync(compiler, ['-std=c++20', '-O1', '-Wall', ...files, '-o', program], {
    stdio: 'pipe',
  });
  return program;
}
