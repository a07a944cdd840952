import { statSync } from 'node:fs';
import { BlockScanner } from '../../dist/format/block.js';
import { BLOCK_HEADER_BYTES, BlockType } from '../../dist/format/constants.js';
import { FileWindow } from '../../dist/format/file-window.js';
import { InputFile } from '../../dist/format/input-file.js';

/**
 * What a recording of ours has, in figures.
 * @param filebase path of the recording, which has ended
 * @returns `allocations`, `frees`; `eventBytes` of the blocks that they are in; `fileBytes` of both files; and what the recorder
 *   counted itself, each undefined where it did not: `steps`, the calls by V8, and `longestStepMicros`, the longest time for which the
 *   recorder held up the program
 */
export function logFacts(filebase) {
  const input = new InputFile(`${filebase}.hpd`);
  const fileBytes = input.sizeBytes + statSync(`${filebase}.hpm`).size;
  const facts = { fileBytes, eventBytes: 0, allocations: 0, frees: 0 };
  const scanner = new BlockScanner(new FileWindow(input));
  for (let block = scanner.next(); block; block = scanner.next()) {
    const { type, count, payload } = block;
    if (type === BlockType.events) {
      // A column of 16-bit codes, of which the lowest bit says that it is a free (docs/format.md, "Events").
      let frees = 0;
      for (let i = 0; i < count; i++) frees += payload[2 * i] & 1;
      facts.frees += frees;
      facts.allocations += count - frees;
      facts.eventBytes += BLOCK_HEADER_BYTES + payload.length;
    } else if (type === BlockType.end) {
      const text = Buffer.from(payload).toString();
      const { steps, longestStepMicros } = JSON.parse(text.slice(text.indexOf('{')));
      Object.assign(facts, { steps, longestStepMicros });
    }
  }
  input.close();
  return facts;
}
