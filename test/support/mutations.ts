import { crc32 } from 'node:zlib';
import { BLOCK_HEADER_BYTES, FILE_HEADER_BYTES } from '../../src/format/constants.js';

/** A file that something has happened to. */
export interface Mutant {
  /** What happened, for messages. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The first byte that is not as it was. */
  readonly offset: number;
}

/** Each bit by itself, all of them, and the two halves of a byte. */
const FLIPS = [1, 2, 4, 8, 16, 32, 64, 128, 0xff, 0xf0, 0x0f];

/** What numbers can be at most, and what they overflow at: as varints, and as fixed numbers in both orders of bytes. */
export const LARGEST = [
  'ffffffffffffff0f', // varint 2^53 − 1, the largest
  'ffffffffffffff7f', // varint 2^56 − 1: too large
  'ffffffff0f', // varint 2^32 − 1
  '8080808010', // varint 2^32
  'ffffffffffffffff', // no end to a varint; u64 2^64 − 1
  'ffffffff', // u32 2^32 − 1
  'ffffff7f', // u32 2^31 − 1; varint 2^28 − 1
  '7fffffff', // the same, the high byte first
  '00000001', // u32 2^24, the largest payload
  '0000000000002000', // u64 2^53
  '00',
].map((hex) => Buffer.from(hex, 'hex'));

/** The file cut before every byte. */
export function* cuts(file: Buffer): Generator<Mutant> {
  for (let offset = 0; offset < file.length; offset++) {
    yield { name: `cut at ${offset}`, bytes: file.subarray(0, offset), offset };
  }
}

/** Every byte with some of its bits flipped. */
export function* flips(file: Buffer): Generator<Mutant> {
  for (let offset = 0; offset < file.length; offset++) {
    for (const mask of FLIPS) {
      const bytes = Buffer.from(file);
      bytes[offset]! ^= mask;
      yield { name: `byte ${offset} flipped by ${mask}`, bytes, offset };
    }
  }
}

/** The largest numbers, in place of the bytes at every offset. */
export function* largestNumbers(file: Buffer): Generator<Mutant> {
  for (let offset = 0; offset < file.length; offset++) {
    for (const number of LARGEST) {
      const bytes = Buffer.from(file);
      number.copy(bytes, offset);
      yield { name: `${number.toString('hex')} at ${offset}`, bytes, offset };
    }
  }
}

/** Random bytes: some in place of the file's, some between them, and from every 64th byte on to the end. */
export function* noise(file: Buffer, count: number, seed: number): Generator<Mutant> {
  const random = randomNumbers(seed);
  const randomBytes = (length: number) => Buffer.from(Array.from({ length }, () => random(256)));
  for (let k = 0; k < count; k++) {
    const offset = random(file.length);
    const length = 1 + random(16);
    const rest = file.subarray(k % 2 === 0 ? offset + length : offset);
    const bytes = Buffer.concat([file.subarray(0, offset), randomBytes(length), rest]);
    yield { name: `noise ${k} of seed ${seed} at ${offset}`, bytes, offset };
  }
  for (let offset = 0; offset < file.length; offset += 64) {
    const bytes = Buffer.concat([file.subarray(0, offset), randomBytes(file.length - offset)]);
    yield { name: `noise from ${offset} on`, bytes, offset };
  }
}

/** Blocks dropped, repeated anywhere, and swapped with each other. Of version 2. */
export function* blockMoves(file: Buffer): Generator<Mutant> {
  const pieces = piecesOf(file);
  const offsets = pieces.map((_, k) => Buffer.concat(pieces.slice(0, k)).length);
  const count = pieces.length;
  const mutant = (name: string, piece: number, order: readonly Buffer[]): Mutant => {
    return { name, bytes: Buffer.concat(order), offset: offsets[piece]! };
  };
  for (let a = 0; a < count; a++) {
    yield mutant(`piece ${a} dropped`, a, pieces.toSpliced(a, 1));
    for (let b = 0; b < count; b++) {
      yield mutant(`piece ${a} again before ${b}`, b, pieces.toSpliced(b, 0, pieces[a]!));
      if (a >= b) continue;
      const swapped = pieces.with(a, pieces[b]!).with(b, pieces[a]!);
      yield mutant(`pieces ${a} and ${b} swapped`, a, swapped);
    }
  }
}

/** The file header, the blocks, and what is left, of a file of version 2. */
export function piecesOf(file: Buffer): Buffer[] {
  const pieces = [file.subarray(0, FILE_HEADER_BYTES)];
  let offset = FILE_HEADER_BYTES;
  for (const end of blockEnds(file)) {
    pieces.push(file.subarray(offset, end));
    offset = end;
  }
  if (offset < file.length) pieces.push(file.subarray(offset));
  return pieces;
}

/** The same with right checksums: without that, nearly all that can be found is that they are wrong. */
export function withRightChecksums(mutant: Mutant): Mutant {
  const bytes = Buffer.from(mutant.bytes);
  let offset = FILE_HEADER_BYTES;
  for (const end of blockEnds(bytes)) {
    const payload = bytes.subarray(offset + BLOCK_HEADER_BYTES, end);
    bytes.writeUInt32LE(crc32(payload, crc32(bytes.subarray(offset, offset + 20))), offset + 20);
    offset = end;
  }
  return { ...mutant, name: `${mutant.name}, checksums right`, bytes };
}

/** Where the blocks end that stand one after the other from the file header on, whatever their checksums. */
function* blockEnds(file: Buffer): Generator<number> {
  let offset = FILE_HEADER_BYTES;
  while (offset + BLOCK_HEADER_BYTES <= file.length) {
    const end = offset + BLOCK_HEADER_BYTES + file.readUInt32LE(offset + 4);
    if (file.toString('latin1', offset, offset + 3) !== 'hpb' || end > file.length) return;
    yield end;
    offset = end;
  }
}

/** Whole random numbers from 0 to below a limit: the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
