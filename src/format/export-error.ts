import { HeapprofError } from '../base/errors.js';

/** The error for a recording that has something for which another format has no place. */
export function cannotBeSaid(what: string): HeapprofError {
  return new HeapprofError(
    'ERR_HEAPPROF_EXPORT',
    `The recording has ${what}, which files of version 1 cannot say; only heapprof for Node.js can read it.`,
  );
}

/** The error for a file of an export that the system does not write. */
export function cannotBeWritten(cause: NodeJS.ErrnoException): HeapprofError {
  const advice = cause.code === 'ENOSPC' ? 'make room' : 'check the folder and its permissions';
  return new HeapprofError(
    'ERR_HEAPPROF_WRITE',
    `The export cannot be written (${cause.message}): ${advice}, or choose another place.`,
    { cause },
  );
}
