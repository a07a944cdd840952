import { existsSync } from 'node:fs';
import { FormatError, HeapprofError } from '../base/errors.js';
import { hasMagic } from './file-header.js';
import { FileWindow } from './file-window.js';
import { InputFile } from './input-file.js';
import type { EventLog, Metadata, Recording, TraceTable } from './log.js';
import { EventLogV1 } from './log-v1.js';
import { EventLogV2 } from './log-v2.js';
import { looksLikeVersion1, readMetadataV1 } from './metadata-v1.js';
import { readMetadataV2 } from './metadata-v2.js';

/** Enough to tell the versions apart. */
const HEAD_BYTES = 20;

/**
 * Opens `<filebase>.hpm` and `<filebase>.hpd`, of either version. A recording that is still being
 * written is read up to what is there now.
 * @returns its metadata, and its events ready to be read; to be closed by the caller
 * @throws HeapprofError if a file is missing or cannot be read; FormatError if one is not what it
 * should be, or if the two are not of one recording.
 */
export function openRecording(filebase: string): Recording {
  const hpm = `${filebase}.hpm`;
  const hpd = `${filebase}.hpd`;
  expectBoth(filebase, hpm, hpd);
  // Before the metadata, since traces are written before the events that refer to them: all events
  // up to the size taken here have theirs.
  const input = new InputFile(hpd);
  try {
    const metadata = readMetadata(hpm);
    const log =
      metadata.facts.version === 1 && !startsWithMagic(input)
        ? new EventLogV1(input)
        : new EventLogV2(input, metadata.traces);
    const { version, recordingId } = metadata.facts;
    if (log.version !== version || log.recordingId !== recordingId) {
      throw new FormatError(hpd, 8, `the recording is another than that of ${hpm}`, {
        advice: 'Keep the two files of a recording together, and do not rename only one.',
      });
    }
    return { metadata, log, close: () => log.close() };
  } catch (error) {
    input.close();
    throw error;
  }
}

/** How a log is opened. */
export interface LogOptions {
  /** What lies beyond is not read. */
  readonly limitBytes?: number;
  readonly chunkBytes?: number;
  /** What the `.hpm` is of, if that is known; without it an empty file is taken for one of version 2. */
  readonly version?: 1 | 2;
}

/**
 * Opens an `.hpd` of either version.
 * @param traces where the names of types are; without it events have none
 * @throws HeapprofError if it cannot be read, FormatError if it is not an `.hpd`.
 */
export function openLog(path: string, traces?: TraceTable, options: LogOptions = {}): EventLog {
  const input = new InputFile(path, options.limitBytes);
  try {
    // Version 1 has no magic number; an empty file is most likely one of ours.
    const isEmpty = input.sizeBytes === 0 && options.version !== 1;
    return startsWithMagic(input) || isEmpty
      ? new EventLogV2(input, traces, options.chunkBytes)
      : new EventLogV1(input);
  } catch (error) {
    input.close();
    throw error;
  }
}

/**
 * Reads an `.hpm` of either version.
 * @throws HeapprofError if it cannot be read; FormatError if it is not an `.hpm`, or ends or is
 * damaged before the facts without which events mean nothing.
 */
export function readMetadata(path: string): Metadata {
  const input = new InputFile(path);
  try {
    const window = new FileWindow(input);
    return looksLikeVersion1(input.head(HEAD_BYTES))
      ? readMetadataV1(window)
      : readMetadataV2(window);
  } finally {
    input.close();
  }
}

function startsWithMagic(input: InputFile): boolean {
  return hasMagic(input.head(HEAD_BYTES));
}

function expectBoth(filebase: string, hpm: string, hpd: string): void {
  const missing = [hpm, hpd].filter((path) => !existsSync(path));
  if (missing.length === 2) {
    throw new HeapprofError(
      'ERR_HEAPPROF_READ',
      `There is no recording ${filebase}: neither ${hpm} nor ${hpd} exists; check the name.`,
    );
  }
  if (missing.length === 1) {
    throw new HeapprofError(
      'ERR_HEAPPROF_READ',
      `${missing[0]} does not exist; a recording needs its .hpm and its .hpd side by side.`,
    );
  }
}
