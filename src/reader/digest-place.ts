import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where a digest can be written. */
export interface DigestPlace {
  /** The digest's file. */
  readonly path: string;
  /** Whether it is gone when the reader is closed. */
  readonly isTemporary: boolean;
  /** Takes away what must not stay; an open digest remains readable. */
  cleanUp(): void;
}

/**
 * Beside the recording; in the folder for temporary files where that may not be written to.
 * @param isPrivate never beside the recording
 */
export function findDigestPlace(filebase: string, isPrivate: boolean): DigestPlace {
  const beside = digestPath(filebase);
  if (isPrivate) return temporaryPlace(beside);
  try {
    accessSync(path.dirname(beside), constants.W_OK);
    return { path: beside, isTemporary: false, cleanUp: () => {} };
  } catch {
    return temporaryPlace(beside);
  }
}

function temporaryPlace(beside: string): DigestPlace {
  const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-digest-'));
  return {
    path: path.join(folder, path.basename(beside)),
    isTemporary: true,
    cleanUp: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The digest's name beside its recording. */
export function digestPath(filebase: string): string {
  return `${filebase}.hpc`;
}
