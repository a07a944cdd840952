import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Reader, read } from '../../src/read.js';
import { temporaryFolder } from './record.js';

/** The recordings of test/data/recordings. */
export const REAL_RECORDINGS = ['typescript', 'terser', 'server', 'zip'] as const;

/** With a snapshot every 20 ms and nothing folded away. */
const DIGEST = { timeInterval: 0.02, precision: 0 };

/** A copy of one of them without a digest, removed after the test: its filebase. */
export function copyRealLog(name: (typeof REAL_RECORDINGS)[number]): string {
  const filebase = path.join(temporaryFolder(), name);
  for (const suffix of ['.hpm', '.hpd']) {
    const kept = new URL(`../data/recordings/${name}${suffix}`, import.meta.url);
    cpSync(fileURLToPath(kept), filebase + suffix);
  }
  return filebase;
}

/** A copy of one of them with its digest, removed after the test: its filebase. */
export function copyReal(name: (typeof REAL_RECORDINGS)[number]): string {
  const filebase = copyRealLog(name);
  read(filebase, DIGEST).close();
  return filebase;
}

/** A copy of one of them, read with a snapshot every 20 ms and nothing folded away; closed after the test. */
export function readReal(name: (typeof REAL_RECORDINGS)[number]): Reader {
  const reader = read(copyReal(name), DIGEST);
  onTestFinished(() => reader.close());
  return reader;
}
