import { FileWindow } from '../../format/file-window.js';
import { InputFile } from '../../format/input-file.js';
import type { NewFile } from './new-file.js';

/** Bytes that are looked at together. */
const CHUNK_BYTES = 1024 * 1024;
/** A head of 4 bytes and three varints of 8. */
const MAX_EVENT_BYTES = 28;
/** Bits of an event's first byte that are not of its trace index. */
const FLAGS = 0xc0;
const TRACE_BITS = 0x3fff_ffff;

/**
 * Appends the events of an `.hpd` of version 1 up to an offset where one ends; those with a trace above `traceCount` get trace 0.
 * @throws HeapprofError if the one cannot be read or the other not be written.
 */
export function copyEventsV1(
  from: string,
  endOffset: number,
  to: NewFile,
  traceCount: number,
): void {
  const input = new InputFile(from, endOffset);
  try {
    const window = new FileWindow(input);
    for (let offset = 0; offset < endOffset; ) {
      const chunk = Buffer.from(window.bytes(offset, CHUNK_BYTES));
      const isLast = offset + chunk.length >= endOffset;
      const done = clearLostTraces(chunk, isLast ? 0 : MAX_EVENT_BYTES, traceCount);
      // The file has become shorter.
      if (done === 0) return;
      to.write(chunk.subarray(0, done));
      offset += done;
    }
  } finally {
    input.close();
  }
}

/** Clears the traces of the events that begin before the last `reserveBytes`; returns where the last of them ends. */
function clearLostTraces(chunk: Buffer, reserveBytes: number, traceCount: number): number {
  let position = 0;
  while (position < chunk.length - reserveBytes) {
    const head = chunk.readUInt32BE(position);
    if ((head & TRACE_BITS) > traceCount) {
      const flags = chunk[position]! & FLAGS;
      chunk.fill(0, position, position + 4);
      chunk[position] = flags;
    }
    position += 4;
    for (let varints = 0; varints < 3; position++) if (chunk[position]! < 0x80) varints += 1;
  }
  return position;
}
