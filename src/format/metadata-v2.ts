import { FormatError, HeapprofError } from '../base/errors.js';
import type { RecordingFacts } from '../model/recording.js';
import { type Block, BlockScanner, readBlockAt } from './block.js';
import { ByteReader, DecodeError } from './byte-reader.js';
import { BlockType, FILE_HEADER_BYTES } from './constants.js';
import { blockDamage } from './damage.js';
import { decodeFileHeader } from './file-header.js';
import { FileWindow } from './file-window.js';
import {
  decodeFrames,
  decodeRecording,
  decodeStrings,
  decodeTraces,
  type FrameEntry,
  type IndexedBlock,
  type RecordingBlock,
  type TraceColumns,
} from './hpm-blocks.js';
import { InputFile } from './input-file.js';
import type { Damage, Metadata } from './log.js';
import { recordingFacts } from './recording-facts.js';
import { TraceTree } from './trace-tree.js';

/** What a block of metadata holds; undefined for a block of another type. */
export type MetadataItem =
  | { readonly item: 'recording'; readonly recording: RecordingBlock }
  | { readonly item: 'strings'; readonly strings: IndexedBlock<string> }
  | { readonly item: 'frames'; readonly frames: IndexedBlock<FrameEntry> }
  | { readonly item: 'traces'; readonly traces: TraceColumns }
  | undefined;

/** Metadata of version 2 with the tables that they are made of. */
export interface MetadataV2 extends Metadata {
  readonly traces: TraceTree;
}

/**
 * Reads an `.hpm` of version 2. A cut tail is quiet; damaged blocks are left out and reported.
 * @param onBlock is called with each block that is not damaged, and what it holds
 * @throws FormatError if it is another file, or has lost the recording's facts.
 */
export function readMetadataV2(
  window: FileWindow,
  onBlock?: (block: Block, item: MetadataItem) => void,
): MetadataV2 {
  const { path, sizeBytes } = window.file;
  const recordingId = decodeFileHeader(window.bytes(0, FILE_HEADER_BYTES), path, 'hpm');
  const traces = new TraceTree(sizeBytes);
  const damage: Damage[] = [];
  let facts: RecordingFacts | undefined;

  const take = (block: Block): void => {
    const payload = new ByteReader(block.payload);
    const item = decodeItem(block, payload);
    switch (item?.item) {
      case 'recording':
        facts ??= recordingFacts(recordingId, item.recording);
        if (facts === undefined) throw payload.error('no sampling rate or interval');
        break;
      case 'strings':
        expectIndexes(payload, traces.addStrings(item.strings));
        break;
      case 'frames':
        expectIndexes(payload, traces.addFrames(item.frames));
        break;
      case 'traces':
        expectIndexes(payload, traces.addTraces(item.traces));
        break;
    }
    onBlock?.(block, item);
  };

  const scanner = new BlockScanner(window);
  for (let next = scanner.next(); next !== undefined; next = scanner.next()) {
    if ('reason' in next) {
      damage.push(next);
      continue;
    }
    try {
      take(next);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      damage.push(blockDamage(path, next, error));
    }
  }
  if (facts === undefined) throw factsLost(path, sizeBytes, damage);
  return { facts, traces, damage, cutBytes: scanner.cutBytes };
}

function decodeItem({ type, count }: Block, payload: ByteReader): MetadataItem {
  switch (type) {
    case BlockType.recording:
      return { item: 'recording', recording: decodeRecording(payload) };
    case BlockType.strings:
      return { item: 'strings', strings: decodeStrings(payload, count) };
    case BlockType.frames:
      return { item: 'frames', frames: decodeFrames(payload, count) };
    case BlockType.traces:
      return { item: 'traces', traces: decodeTraces(payload, count) };
    default:
      return undefined;
  }
}

/** A recording block is a few kilobytes at most: the head of a file, read at once. */
const PEEK_BYTES = 16 * 1024;

/**
 * The family that an `.hpm` says it is of, from its first block; empty where it says none. Undefined where
 * that cannot be told so quickly: the file is missing, damaged or of another kind.
 */
export function peekFamily(path: string): string | undefined {
  let input: InputFile | undefined;
  try {
    input = new InputFile(path);
    const block = readBlockAt(new FileWindow(input, PEEK_BYTES), FILE_HEADER_BYTES);
    if (block?.type !== BlockType.recording) return undefined;
    const { family } = decodeRecording(new ByteReader(block.payload)).description;
    return typeof family === 'string' ? family : '';
  } catch (error) {
    if (error instanceof HeapprofError || error instanceof DecodeError) return undefined;
    throw error;
  } finally {
    input?.close();
  }
}

function expectIndexes(payload: ByteReader, accepted: boolean): void {
  if (!accepted) throw payload.error('indexes above what the file can hold');
}

function factsLost(path: string, sizeBytes: number, damage: readonly Damage[]): FormatError {
  const [first] = damage;
  return first === undefined
    ? new FormatError(path, sizeBytes, "the file ends before the recording's facts", {
        advice: 'Nothing was recorded before the program ended; record again.',
      })
    : new FormatError(path, first.offset, "the recording's facts are damaged", {
        advice:
          'Without them no event can be weighed; restore the file from a copy, or record again.',
      });
}
