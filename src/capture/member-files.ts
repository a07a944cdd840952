import { closeSync, openSync, unlinkSync } from 'node:fs';
import { peekFamily } from '../format/metadata-v2.js';

/**
 * Finds and takes a name for the files of a child process. The system uses process ids again, so it may be taken by a member of
 * the same family; files of an earlier family are replaced.
 * @param filebase the name to begin with; `-2`, `-3`, … may follow it
 * @returns the name, of which the `.hpm` is there now, empty
 * @throws an error of the system if no file can be made there
 */
export function takeFilebase(filebase: string, family: string): string {
  let candidate = filebase;
  for (let number = 2; ; ) {
    const file = `${candidate}.hpm`;
    try {
      closeSync(openSync(file, 'wx'));
      return candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (peekFamily(file) === family) candidate = `${filebase}-${number++}`;
    else unlinkSync(file);
  }
}
