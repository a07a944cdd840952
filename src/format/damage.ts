import type { Block } from './block.js';
import type { DecodeError } from './byte-reader.js';
import { BLOCK_HEADER_BYTES } from './constants.js';
import type { Damage } from './log.js';

/** A whole block that could not be used although its checksum is right. */
export function blockDamage(file: string, block: Block, error: DecodeError): Damage {
  return {
    file,
    offset: block.offset,
    bytes: BLOCK_HEADER_BYTES + block.payload.length,
    reason: `A block of type ${block.type} does not decode: ${error.message}.`,
  };
}
