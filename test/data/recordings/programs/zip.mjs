// Packs files of random and of repeated bytes, and keeps what it has packed.
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const archive = [];

function readFile(number) {
  return number % 2 === 0 ? randomBytes(256 * 1024) : Buffer.alloc(512 * 1024, `file ${number} `);
}

function pack(number) {
  archive.push(gzipSync(readFile(number)));
}

for (let number = 0; number < 60; number++) pack(number);
globalThis.archive = archive;
