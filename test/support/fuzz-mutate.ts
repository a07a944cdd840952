import { crc32 } from 'node:zlib';
import { BLOCK_HEADER_BYTES, BlockType, FILE_HEADER_BYTES } from '../../src/format/constants.js';
import { LARGEST, piecesOf } from './mutations.js';

type Random = (below: number) => number;

/** Bytes that tell much: the types of blocks, and numbers at the borders of what a varint's byte or a field holds. */
const TELLING_BYTES = [...Object.values(BlockType), 0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0xff];

/**
 * Another file like the one given: some bytes are other ones, or are missing, or come from `other`; of version 2 also
 * blocks are other ones. Most files of version 2 keep right lengths and checksums, and digests a trailer that points at the index.
 * @param other a file of the same kind
 */
export function mutate(file: Buffer, other: Buffer, hasBlocks: boolean, random: Random): Buffer {
  const isCareful = hasBlocks && random(8) > 0;
  if (!isCareful) return changed(file, other, random);
  const pieces = piecesOf(file);
  const others = piecesOf(other);
  for (let times = 1 + random(3); times > 0; times--) {
    const at = random(pieces.length);
    const piece = pieces[at]!;
    switch (random(10)) {
      case 0:
        pieces.splice(at, 1);
        break;
      case 1:
        pieces.splice(random(pieces.length + 1), 0, piece);
        break;
      case 2:
        pieces.splice(at, 0, others[random(others.length)]!);
        break;
      case 3:
        pieces[at] = changed(piece, others[random(others.length)]!, random);
        break;
      default:
        pieces[at] = withOtherPayload(piece, others[random(others.length)]!, random);
    }
    if (pieces.length === 0) return Buffer.concat(others);
  }
  return withTrailer(pieces, random);
}

/** A block with other bytes in its payload or in the fields of its header, but with its length and checksum right. */
function withOtherPayload(block: Buffer, other: Buffer, random: Random): Buffer {
  if (block.length < BLOCK_HEADER_BYTES) return changed(block, other, random);
  const header = Buffer.from(block.subarray(0, BLOCK_HEADER_BYTES));
  let payload = block.subarray(BLOCK_HEADER_BYTES);
  if (random(3) === 0) {
    // Type, first time, or count.
    const [start, length] = [[3, 1] as const, [8, 8] as const, [16, 4] as const][random(3)]!;
    changed(header.subarray(start, start + length), other, random).copy(header, start, 0, length);
  } else {
    payload = changed(payload, other.subarray(BLOCK_HEADER_BYTES), random);
  }
  header.writeUInt32LE(payload.length, 4);
  header.writeUInt32LE(crc32(payload, crc32(header.subarray(0, 20))), 20);
  return Buffer.concat([header, payload]);
}

/** The pieces of a file, with a trailer that points at the first block of the index if there is one. */
function withTrailer(pieces: Buffer[], random: Random): Buffer {
  const index = pieces.findIndex((piece, k) => k > 0 && piece[3] === BlockType.index);
  const last = pieces.at(-1)!;
  if (index > 0 && last.length === 8 && random(8) > 0) {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(Buffer.concat(pieces.slice(0, index)).length);
    pieces[pieces.length - 1] = trailer;
  }
  return Buffer.concat(pieces);
}

/** Some bytes changed, inserted, removed, repeated, or taken from another place. */
function changed(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  const at = random(bytes.length + 1);
  const before = copy.subarray(0, at);
  const after = copy.subarray(at);
  switch (random(9)) {
    case 0:
      if (at < copy.length) copy[at]! ^= 1 << random(8);
      return copy;
    case 1:
      if (at < copy.length) copy[at]! += random(2) * 2 - 1;
      return copy;
    case 2:
      if (at < copy.length) copy[at] = TELLING_BYTES[random(TELLING_BYTES.length)]!;
      return copy;
    case 3:
      LARGEST[random(LARGEST.length)]!.copy(copy, at);
      return copy;
    case 4:
      return Buffer.concat([before, LARGEST[random(LARGEST.length)]!, after]);
    case 5:
      return Buffer.concat([before, Buffer.from([random(256)]), after]);
    case 6:
      return Buffer.concat([before, after.subarray(1 + random(8))]);
    case 7: {
      const start = random(copy.length + 1);
      return Buffer.concat([before, copy.subarray(start, start + 1 + random(16)), after]);
    }
    default: {
      const start = random(other.length + 1);
      return Buffer.concat([before, other.subarray(start, start + 1 + random(32)), after]);
    }
  }
}

/** Files are not made longer than this: a short one shows the same. */
export const MOST_BYTES = 4 * 1024 + FILE_HEADER_BYTES;
