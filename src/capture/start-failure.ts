import { HeapprofError } from '../base/errors.js';
import type { NativeFailure } from './addon.js';

/** The error for what kept a recording, or statistics, from starting. */
export function startFailure({ failure, message }: NativeFailure): HeapprofError {
  switch (failure) {
    case 'running':
      return new HeapprofError(
        'ERR_HEAPPROF_RUNNING',
        'A recording is running already, and goes on. Call stop() before another start().',
      );
    case 'observer':
      return new HeapprofError(
        'ERR_HEAPPROF_OBSERVER',
        `heapprof cannot observe allocations here: ${message}. ` +
          'Use an official build of Node.js for Linux, or record with the engine polling.',
      );
    case 'busy':
      return new HeapprofError(
        'ERR_HEAPPROF_BUSY',
        `heapprof cannot record now: ${message}. Stop that one first.`,
      );
    case 'output':
      return new HeapprofError(
        'ERR_HEAPPROF_OUTPUT',
        `The recording cannot be written: ${message}. Choose a path in a folder that exists and can be written.`,
      );
  }
}
