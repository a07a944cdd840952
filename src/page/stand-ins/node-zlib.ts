/** What stands for `node:zlib` in the page: decoders use nothing else of it. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** CRC-32 of bytes that follow others with the sum `value`, as `zlib.crc32`. */
export function crc32(bytes: Uint8Array, value = 0): number {
  let sum = ~value;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff]! ^ (sum >>> 8);
  return ~sum >>> 0;
}
