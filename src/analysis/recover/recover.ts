import { existsSync, rmSync } from 'node:fs';
import { HeapprofError } from '../../base/errors.js';
import { openFamily, type UnreadableMember } from '../../format/family.js';
import { checkMetadata } from '../verify/check-metadata.js';
import { NewFile } from './new-file.js';
import { type RecoveredLog, recoverLog } from './recover-log.js';
import { type RecoveredMetadata, recoverMetadata } from './recover-metadata.js';

/** What was saved of one recording. */
export interface RecoveredMember {
  /** What its name has after the root's. */
  readonly suffix: string;
  /** The new files without their suffixes. */
  readonly filebase: string;
  readonly metadata: RecoveredMetadata;
  readonly log: RecoveredLog;
}

/** What was saved of a recording and its family. */
export interface Recovery {
  /** The root first. */
  readonly members: readonly RecoveredMember[];
  /** Members that cannot be read at all. */
  readonly leftOut: readonly UnreadableMember[];
}

/**
 * Writes a clean copy of what can be saved of a recording with its family: what a reader gets out of it, so that nothing is
 * damaged any more. The files themselves are only read. No digest is written; it is made when it is needed.
 * @param filebase the files without their suffix
 * @param target the new files without their suffix; none of them may be there
 * @param onProgress is called now and then with the fraction of the logs that is done; what it throws ends the work, as an error does
 * @throws HeapprofError if a file of the root cannot be read, or a new one is there or cannot be written: nothing is left of
 *   the new ones then. FormatError if a file of the root is not what it should be, or the facts of the recording are lost.
 */
export function recover(
  filebase: string,
  target: string,
  onProgress?: (fraction: number) => void,
): Recovery {
  const { members, unreadable } = openFamily(filebase);
  const totalBytes = members.reduce((sum, { logBytes }) => sum + logBytes, 0);
  let doneBytes = 0;
  const onBytes = (bytes: number) => onProgress?.((doneBytes + bytes) / Math.max(totalBytes, 1));
  expectNone(members.map(({ suffix }) => target + suffix));
  const made: string[] = [];
  /** Does what fills a new file. */
  const make = <T>(file: string, fill: (output: NewFile) => T): T => {
    const output = new NewFile(file);
    made.push(file);
    try {
      return fill(output);
    } finally {
      output.close();
    }
  };
  try {
    return {
      members: members.map(({ suffix, filebase: from, logBytes }): RecoveredMember => {
        const to = target + suffix;
        const metadata = make(`${to}.hpm`, (output) => recoverMetadata(`${from}.hpm`, output));
        // It was written a moment ago.
        const references = checkMetadata(`${to}.hpm`).references!;
        const log = make(`${to}.hpd`, (output) =>
          recoverLog(`${from}.hpd`, output, references, { limitBytes: logBytes, onBytes }),
        );
        doneBytes += logBytes;
        return { suffix, filebase: to, metadata, log };
      }),
      leftOut: unreadable,
    };
  } catch (error) {
    for (const file of made) rmSync(file, { force: true });
    throw error;
  }
}

function expectNone(filebases: readonly string[]): void {
  for (const filebase of filebases) {
    const file = ['.hpm', '.hpd', '.hpc']
      .map((suffix) => filebase + suffix)
      .find((path) => existsSync(path));
    if (file === undefined) continue;
    throw new HeapprofError(
      'ERR_HEAPPROF_OUTPUT',
      `${file} is there already, and nothing is overwritten: give another name.`,
    );
  }
}
