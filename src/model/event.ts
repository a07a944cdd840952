/** Where memory is: JavaScript objects, or backing stores of array buffers. */
export type Kind = 'heap' | 'arrayBuffer';

/** Kinds by the number that stands for them in files. */
export const KINDS: readonly Kind[] = ['heap', 'arrayBuffer'];

/** The type of V8's own objects, which no program can see, such as the elements of an array. */
export const INTERNAL_TYPE = '(internal)';

/** A sampled allocation or free. */
export interface MemoryEvent {
  /** Microseconds since the start of the recording. */
  readonly timeMicros: number;
  readonly operation: 'allocation' | 'free';
  /** Trace index of the allocation (also for a free); counts from 1, 0 where there is none. */
  readonly trace: number;
  /** Bytes of this one object, not weighted. */
  readonly sizeBytes: number;
  readonly kind: Kind;
  /** Constructor name of the object, or {@link INTERNAL_TYPE}; empty where it is not known. */
  readonly type: string;
  /** Of a free: microseconds since the allocation, to 1/8 of its power of two. Absent in version 1. */
  readonly ageMicros?: number;
  /** Of a free: garbage collections survived; 255 means "255 or more". Absent in version 1. */
  readonly survivedCollections?: number;
  /** Of a free: present if it happened at an unknown time before this one, when it was noticed. The engine `polling` has such. */
  readonly noticedLate?: true;
}

/** A named instant, or one end of a named stretch of time. */
export interface Mark {
  readonly timeMicros: number;
  readonly operation: 'mark' | 'begin' | 'end';
  /** Tells apart spans of one name; 0 for a mark. */
  readonly spanId: number;
  readonly name: string;
}

/** V8's kinds of garbage collection (`v8::GCType`), by their number in files; 0 is a record taken between collections. */
export const GC_KINDS: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'scavenge',
  2: 'minor mark-compact',
  4: 'mark-compact',
  8: 'incremental marking',
  16: 'weak callbacks',
};

/** The state of the heap at one moment, as V8 itself reports it: the truth that estimates are held against. */
export interface HeapRecord {
  /** Microseconds since the start of the recording; the end of the collection where there was one. */
  readonly timeMicros: number;
  /** See {@link GC_KINDS}. */
  readonly gcKind: number;
  readonly pauseMicros: number;
  /** Heap in use before the collection, bytes. */
  readonly usedBeforeBytes: number;
  /** Heap in use after the collection, bytes. */
  readonly usedAfterBytes: number;
  /** Heap that V8 has reserved from the system, bytes. */
  readonly committedBytes: number;
  /** The most that V8 lets the heap grow to, bytes. */
  readonly limitBytes: number;
  /** Memory outside the heap that V8 knows of, bytes. */
  readonly externalBytes: number;
  /** Backing stores of array buffers, bytes; a part of `externalBytes`. */
  readonly arrayBufferBytes: number;
  /** Those of them from before the start that are not known to be freed, bytes; absent where the file does not say. */
  readonly earlierArrayBufferBytes?: number;
  /** Resident set of the whole process, bytes; measured at most a second earlier. */
  readonly residentSetBytes: number;
}
