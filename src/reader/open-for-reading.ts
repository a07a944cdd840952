import { parseDigestRequest, type ReadOptions } from './digest-request.js';
import type { ProfileReader } from './profile-reader.js';

/**
 * Opens a recording with its digest, which is made at once where it is needed: where there is none, where it is not of the
 * log as it is now, and where it was made with other options than those given here. With no options
 * any digest of the log is taken as it is, also an interrupted one (`hpc.complete` tells).
 * @param Reader the class to open it with
 * @param filebase the recording's files without their suffix
 * @param timeInterval seconds from snapshot to snapshot (60 if left out), or all options
 * @param precision fraction of a snapshot's bytes that may be put together as "other" (0.01 if left out)
 * @throws TypeError or RangeError for an option that is not allowed; HeapprofError or FormatError
 *   if the recording cannot be read, or the digest not be made.
 */
export function openForReading<R extends ProfileReader>(
  Reader: new (filebase: string) => R,
  filebase: string,
  timeInterval?: number | ReadOptions,
  precision?: number,
): R {
  const options: ReadOptions =
    typeof timeInterval === 'object'
      ? expectOptions(timeInterval, precision)
      : { timeInterval, precision };
  if (typeof filebase !== 'string') {
    throw new TypeError(
      `The recording must be given by its name, but is of type ${typeof filebase}.`,
    );
  }
  // Before anything is opened.
  parseDigestRequest(options);
  const reader = new Reader(filebase);
  try {
    if (!reader.hasDigestLike(options)) reader.makeDigestSync(options);
    const { sourceMaps } = options;
    if (sourceMaps) reader.useSourceMaps(sourceMaps === true ? undefined : sourceMaps);
    return reader;
  } catch (error) {
    reader.close();
    throw error;
  }
}

function expectOptions(options: ReadOptions | null, precision: number | undefined): ReadOptions {
  if (options === null) throw new TypeError('The options must be an object, but are null.');
  if (precision === undefined) return options;
  throw new TypeError('The precision is given twice; put it into the options.');
}
