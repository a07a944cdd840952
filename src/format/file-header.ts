import { FormatError } from '../base/errors.js';
import { ByteWriter } from './byte-writer.js';
import { FILE_HEADER_BYTES, type FileKind, FORMAT_VERSION, MAGIC_FIRST_BYTE } from './constants.js';

/** What each kind of file is, for messages. */
const KIND_NAMES: Readonly<Record<FileKind, string>> = {
  hpm: 'the metadata of a recording (.hpm)',
  hpd: 'the events of a recording (.hpd)',
  hpc: 'a digest (.hpc)',
};

const RECORD_AGAIN = 'Nothing was recorded before the program ended; record again.';

/** The first 16 bytes of a file. `recordingId`: 16 hexadecimal digits, the number as one reads it. */
export function encodeFileHeader(kind: FileKind, recordingId: string): Uint8Array {
  const id = Buffer.from(recordingId, 'hex');
  if (id.length !== 8) {
    throw new RangeError(`The recording id ${recordingId} must have 16 hexadecimal digits.`);
  }
  return new ByteWriter()
    .u8(MAGIC_FIRST_BYTE)
    .raw(Buffer.from(kind, 'latin1'))
    .u16(FORMAT_VERSION)
    .u16(0)
    .raw(id.reverse())
    .bytes();
}

/** Whether a file begins like one of version 2 or later, of any kind. */
export function hasMagic(bytes: Uint8Array): boolean {
  return bytes[0] === MAGIC_FIRST_BYTE && kindOf(bytes) !== undefined;
}

/**
 * Reads a file header.
 * @param bytes the first 16 bytes of the file, or all if it has fewer
 * @param file its name, for messages
 * @param expected the kind that it should be
 * @returns the recording id, 16 hexadecimal digits
 * @throws FormatError if the file is empty, of another kind, or of another version.
 */
export function decodeFileHeader(bytes: Uint8Array, file: string, expected: FileKind): string {
  if (bytes.length === 0) {
    throw new FormatError(file, 0, 'the file is empty', { advice: RECORD_AGAIN });
  }
  const kind = bytes[0] === MAGIC_FIRST_BYTE ? kindOf(bytes) : undefined;
  if (kind === undefined) {
    throw new FormatError(file, 0, 'no file header of heapprof', {
      advice: `It should hold ${KIND_NAMES[expected]}; give the name of a recording.`,
    });
  }
  if (kind !== expected) {
    throw new FormatError(file, 0, `the file header is that of ${KIND_NAMES[kind]}`, {
      advice: `It should hold ${KIND_NAMES[expected]}; was it renamed?`,
    });
  }
  if (bytes.length < FILE_HEADER_BYTES) {
    throw new FormatError(file, bytes.length, 'the file ends within its header', {
      advice: RECORD_AGAIN,
    });
  }
  const version = bytes[4]! | (bytes[5]! << 8);
  if (version !== FORMAT_VERSION) {
    throw new FormatError(file, 4, `the format version is ${version}`, {
      advice: `This heapprof reads versions 1 and ${FORMAT_VERSION}; use a newer one.`,
    });
  }
  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  return Array.from(bytes.subarray(8, 16), hex).reverse().join('');
}

function kindOf(bytes: Uint8Array): FileKind | undefined {
  const name = String.fromCharCode(...bytes.subarray(1, 4));
  return name === 'hpm' || name === 'hpd' || name === 'hpc' ? name : undefined;
}
