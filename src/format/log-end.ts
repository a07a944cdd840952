import { readBlockAt } from './block.js';
import { BLOCK_HEADER_BYTES, BLOCK_SYNC, BlockType } from './constants.js';
import { FileWindow } from './file-window.js';
import { InputFile } from './input-file.js';

/** An end block is a few hundred bytes; the message of an error is in it. */
const TAIL_BYTES = 64 * 1024;

const END_BLOCK = Buffer.from([...BLOCK_SYNC, BlockType.end]);

/**
 * Whether an `.hpd` of version 2 ends with its end block, so that nothing more will be written to it.
 * @param limitBytes what lies beyond is not looked at
 * @throws HeapprofError if it cannot be read.
 */
export function endsWithEnd(path: string, limitBytes: number): boolean {
  const input = new InputFile(path, limitBytes);
  try {
    const window = new FileWindow(input, TAIL_BYTES);
    const start = Math.max(input.sizeBytes - TAIL_BYTES, 0);
    const found = Buffer.from(window.bytes(start, TAIL_BYTES)).lastIndexOf(END_BLOCK);
    const block = found < 0 ? undefined : readBlockAt(window, start + found);
    return (
      block !== undefined &&
      block.offset + BLOCK_HEADER_BYTES + block.payload.length === input.sizeBytes
    );
  } finally {
    input.close();
  }
}
