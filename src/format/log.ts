import type { HeapRecord, Mark, MemoryEvent } from '../model/event.js';
import type { Frame, Trace } from '../model/frame.js';
import type { RecordingEnd, RecordingFacts } from '../model/recording.js';

/** A part of a file that could not be used. */
export interface Damage {
  readonly file: string;
  /** Byte offset of the first unusable byte; counts from 0. */
  readonly offset: number;
  readonly bytes: number;
  /** A sentence: what was expected there. */
  readonly reason: string;
}

/** Strings, frames and traces of a recording. */
export interface TraceTable {
  /** The highest trace index. */
  readonly traceCount: number;
  /** The string of an index (counts from 1); empty for 0 and for one that is not known. */
  string(index: number): string;
  /**
   * Index of the trace without its innermost frame; 0 where there is none. In version 1 that is so
   * also where nothing was allocated there: use `trace()` for all frames.
   */
  parent(trace: number): number;
  /** The innermost frame of a trace (index from 1); undefined for 0 and for one that is not known. */
  innermostFrame(trace: number): Frame | undefined;
  /**
   * All frames of a trace, outermost first; undefined for 0 and for one that is not known. Where a
   * damaged file has lost a frame it is empty, and where it has lost outer frames they are missing. Of
   * more than 4096 frames, which no writer of version 2 writes, it is the innermost ones.
   */
  trace(trace: number): Trace | undefined;
}

/** The contents of an `.hpm`. */
export interface Metadata {
  readonly facts: RecordingFacts;
  readonly traces: TraceTable;
  readonly damage: readonly Damage[];
  /** Bytes of the incomplete block or trace that the file ends with. */
  readonly cutBytes: number;
}

/**
 * Events of version 2, as the file has them: a code per event that points into a table of sites.
 * The arrays are reused for the next block; only their first `count` (or `siteCount`) elements are valid.
 */
export interface SiteEventBlock {
  readonly layout: 'sites';
  readonly count: number;
  readonly firstTimeMicros: number;
  readonly lastTimeMicros: number;
  /** `site << 1 | operation`; operation 1 is a free. */
  readonly codes: Uint16Array;
  readonly siteCount: number;
  readonly siteTraces: Uint32Array;
  readonly siteSizesBytes: Float64Array;
  /** `string index of the type << 1 | kind` (kind as in KINDS). */
  readonly siteTypeKinds: Uint32Array;
  /** Whether any site is of kind `arrayBuffer`. */
  readonly hasArrayBuffers: boolean;
  /**
   * Time of each event in microseconds since the start, never falling, and within the block's first
   * and last time; decoded when first asked for.
   */
  timesMicros(): Float64Array;
  /**
   * Age (see `decodeAge`) and survived collections of the block's frees; element k belongs to its k-th free (from 0).
   * Both are shorter than the number of frees where the payload lacks them.
   */
  fates(): { readonly ageCodes: Uint8Array; readonly survivedCollections: Uint8Array };
}

/** Events of version 1, field by field. The arrays are reused for the next block. */
export interface PlainEventBlock {
  readonly layout: 'plain';
  readonly count: number;
  readonly firstTimeMicros: number;
  readonly lastTimeMicros: number;
  readonly traces: Uint32Array;
  readonly sizesBytes: Float64Array;
  /** 1 for a free, 0 for an allocation. */
  readonly frees: Uint8Array;
  timesMicros(): Float64Array;
}

export type EventBlock = SiteEventBlock | PlainEventBlock;

/**
 * What a log holds, in the order of the file. Event blocks follow each other in time: none begins
 * before the end of the one before it. Heap records likewise.
 */
export type LogItem =
  | { readonly item: 'events'; readonly block: EventBlock }
  | { readonly item: 'heap'; readonly records: readonly HeapRecord[] }
  | { readonly item: 'marks'; readonly marks: readonly Mark[] }
  | { readonly item: 'end'; readonly end: RecordingEnd }
  | { readonly item: 'damage'; readonly damage: Damage };

/** A range of time, both ends included; all of it where they are left out. */
export interface TimeRange {
  /** Microseconds since the start of the recording. */
  readonly fromMicros?: number | undefined;
  readonly toMicros?: number | undefined;
}

/** A place in a log between two items, and what is to be known there to go on. */
export interface LogPlace {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Time of the last event before it. */
  readonly eventMicros: number;
  /** Version 2: time of the last heap record before it. */
  readonly recordMicros: number;
  /** Version 1: the clock there, which may be behind the events. */
  readonly clockMicros: number;
}

/** Goes through a log item by item. What an item holds is valid until the next. */
export interface LogCursor {
  /** After the last item; where the log ends with an unfinished block or event, at its end all the same. */
  readonly place: LogPlace;
  /** Bytes of the unfinished block or event that the file ends with; known at the end. */
  readonly cutBytes: number;
  /** The next item; undefined at the end. */
  next(): LogItem | undefined;
  /** Goes on at another place. */
  goTo(place: LogPlace): void;
}

/** An open `.hpd`. Reading streams: memory does not grow with the length of the log. */
export interface EventLog {
  readonly file: string;
  readonly version: 1 | 2;
  readonly recordingId: string;
  /** Size of the file when it was opened; what is written later is not read. */
  readonly sizeBytes: number;
  /**
   * Reads from the start each time. A cut tail ends the iteration quietly; `cutBytes` then says how many bytes it had.
   *
   * Of a range, version 2 looks up the start and reads no further than the end; version 1 must be read up to there. Heap records,
   * marks and the end are those of the range; blocks of events are whole, so that the first and the last may begin before it and
   * end after it. Damage is that which was come across.
   */
  items(range?: TimeRange): IterableIterator<LogItem>;
  /** A cursor of its own at the start of the log. */
  cursor(): LogCursor;
  /** Every event, or those of a range, as an object: convenient, and much slower than `items()`. */
  events(range?: TimeRange): IterableIterator<MemoryEvent>;
  /** How far the current iteration has come, bytes from the start of the file. */
  readonly positionBytes: number;
  /** Bytes of the incomplete block or event that the file ends with; known once an iteration has ended. */
  readonly cutBytes: number;
  close(): void;
}

/** A recording: both files. */
export interface Recording {
  readonly metadata: Metadata;
  readonly log: EventLog;
  close(): void;
}
