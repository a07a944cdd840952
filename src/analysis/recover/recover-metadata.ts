import { type Block, encodeBlock } from '../../format/block.js';
import { ByteWriter } from '../../format/byte-writer.js';
import { BlockType, FILE_HEADER_BYTES } from '../../format/constants.js';
import { encodeFileHeader } from '../../format/file-header.js';
import { FileWindow } from '../../format/file-window.js';
import {
  encodeFrames,
  encodeStrings,
  encodeTraces,
  type FrameEntry,
  type IndexedBlock,
  type TraceEntry,
} from '../../format/hpm-blocks.js';
import { InputFile } from '../../format/input-file.js';
import { readMetadataV2 } from '../../format/metadata-v2.js';
import { readMetadata } from '../../format/open.js';
import type { TraceTree } from '../../format/trace-tree.js';
import { checkMetadata } from '../verify/check-metadata.js';
import { copyBytes, type NewFile } from './new-file.js';

/** What became of an `.hpm`. */
export interface RecoveredMetadata {
  /** Bytes that were damaged. */
  readonly damagedBytes: number;
  /** Bytes of the unfinished end. */
  readonly cutBytes: number;
  /** How many stand for what is lost: their text, or the function of their only frame, is `(lost)`. */
  readonly lostStrings: number;
  readonly lostFrames: number;
  readonly lostTraces: number;
}

/** What stands for a lost text and for the function of a lost frame. */
const LOST = '(lost)';

/**
 * Writes what can be saved of an `.hpm` into a new one. Where nothing is lost that is a copy of the whole blocks. Otherwise
 * the tables are written anew; all indexes remain, so that events mean the same.
 * @throws HeapprofError if the one cannot be read or the other not be written; FormatError if the facts of the recording are lost.
 */
export function recoverMetadata(from: string, output: NewFile): RecoveredMetadata {
  // Throws where nothing can be saved.
  const { facts, damage, cutBytes } = readMetadata(from);
  const damagedBytes = damage.reduce((sum, part) => sum + part.bytes, 0);
  const { findings } = checkMetadata(from);
  const isRewritten = facts.version === 2 && damagedBytes + findings.contradictions.length > 0;
  const input = new InputFile(from);
  try {
    const window = new FileWindow(input);
    if (isRewritten) return { damagedBytes, cutBytes, ...rewrite(window, output) };
    copyBytes(window, input.sizeBytes - cutBytes - damagedBytes, output);
    return { damagedBytes, cutBytes, lostStrings: 0, lostFrames: 0, lostTraces: 0 };
  } finally {
    input.close();
  }
}

type Losses = Pick<RecoveredMetadata, 'lostStrings' | 'lostFrames' | 'lostTraces'>;

function rewrite(window: FileWindow, output: NewFile): Losses {
  let recording: Uint8Array | undefined;
  const unknown: Uint8Array[] = [];
  const { facts, traces } = readMetadataV2(window, (block, item) => {
    if (item === undefined) unknown.push(bytesOf(block));
    if (item?.item === 'recording') recording ??= bytesOf(block);
  });
  output.write(encodeFileHeader('hpm', facts.recordingId).subarray(0, FILE_HEADER_BYTES));
  // Metadata without a recording block are refused.
  output.write(recording!);
  const losses = writeTables(traces, output);
  for (const block of unknown) output.write(block);
  return losses;
}

function bytesOf({ type, firstTimeMicros, count, payload }: Block): Uint8Array {
  return encodeBlock(type, firstTimeMicros, count, payload);
}

function writeTables(tree: TraceTree, output: NewFile): Losses {
  const lost = { lostStrings: 0, lostFrames: 0, lostTraces: 0 };
  const [, ...texts] = tree.strings;
  const strings = texts.map((text) => {
    if (text === undefined) lost.lostStrings += 1;
    return text ?? LOST;
  });
  // After all others: what stands for whatever is referred to and not there.
  strings.push(LOST);
  const lostString = strings.length;
  const string = (index: number) => Math.min(index, lostString);

  const [, ...entries] = tree.frames;
  const noFrame: FrameEntry = { functionName: lostString, file: 0, line: 0, column: 0 };
  const frames = entries.map((frame): FrameEntry => {
    if (frame === undefined) lost.lostFrames += 1;
    if (frame === undefined) return noFrame;
    return { ...frame, functionName: string(frame.functionName), file: string(frame.file) };
  });
  frames.push(noFrame);
  const lostFrame = frames.length;

  const traces: TraceEntry[] = [];
  for (let index = 1; index <= tree.traceCount; index++) {
    const entry = tree.entry(index);
    if (entry === undefined) lost.lostTraces += 1;
    const { parent, frame } = entry ?? { parent: 0, frame: lostFrame };
    traces.push({ parent, frame: frame > 0 && frame < lostFrame ? frame : lostFrame });
  }
  writeTable(output, BlockType.strings, encodeStrings, strings.map(shortened));
  writeTable(output, BlockType.frames, encodeFrames, frames);
  writeTable(output, BlockType.traces, encodeTraces, traces);
  return lost;
}

/** Far more than any name has; a text of broken UTF-8 becomes three times as long when it is written. */
const MAX_CHARACTERS = 1_000_000;

function shortened(text: string): string {
  return text.length > MAX_CHARACTERS ? text.slice(0, MAX_CHARACTERS) : text;
}

/** A block ends when it has so many bytes, or items, whichever comes first. */
const BLOCK_BYTES = 1024 * 1024;
const BLOCK_ITEMS = 16_384;

function writeTable<Item extends string | object>(
  output: NewFile,
  type: number,
  encode: (out: ByteWriter, block: IndexedBlock<Item>) => void,
  all: readonly Item[],
): void {
  for (let start = 0; start < all.length; ) {
    let end = start;
    for (
      let bytes = 0;
      end < all.length && end < start + BLOCK_ITEMS && bytes < BLOCK_BYTES;
      end++
    ) {
      const item = all[end]!;
      if (typeof item === 'string') bytes += item.length;
    }
    const payload = new ByteWriter();
    encode(payload, { firstIndex: start + 1, items: all.slice(start, end) });
    output.write(encodeBlock(type, 0, end - start, payload.bytes()));
    start = end;
  }
}
