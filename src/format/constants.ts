/**
 * Numbers of the file format, version 2. `docs/format.md` is the specification; the native writer
 * has the same numbers in `native/format.h`.
 */

/** The version that this program writes, and the only one beside 1 that it reads. */
export const FORMAT_VERSION = 2;

/** The files of a recording by their suffix; the last three bytes of the magic number are the same. */
export type FileKind = 'hpm' | 'hpd' | 'hpc';

/** First byte of every file of version 2. */
export const MAGIC_FIRST_BYTE = 0x89;

export const FILE_HEADER_BYTES = 16;

/** The sync bytes: 'h' 'p' 'b'. */
export const BLOCK_SYNC = [0x68, 0x70, 0x62] as const;
export const BLOCK_HEADER_BYTES = 24;
/** Bytes of the block header that the CRC covers, together with the payload. */
export const BLOCK_CRC_OFFSET = 20;
export const MAX_PAYLOAD_BYTES = 16_777_216;

export const BlockType = {
  recording: 1,
  strings: 2,
  frames: 3,
  traces: 4,
  events: 16,
  heapRecords: 17,
  marks: 18,
  end: 19,
  /** Of a digest without the standard errors of objects; not written any more. */
  earlierDigest: 32,
  snapshot: 33,
  index: 34,
  digest: 35,
} as const;

/** Sites of one event block; the code column has 15 bits for them. */
export const MAX_SITES = 32_768;

/** Index entries of one block: as many fit at their largest. */
export const MAX_INDEX_ENTRIES = 65_536;
