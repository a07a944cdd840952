import { GC_KINDS } from '../../../model/event.js';

/** What the kinds of garbage collection are, in a sentence, by V8's number. */
const MEANINGS: Readonly<Record<number, string>> = {
  1: 'Frees what was allocated lately and is dead already. Short; how many there are follows from how much is allocated.',
  2: 'Frees what was allocated lately and is dead already, as a scavenge does, without copying it.',
  4: 'Goes through the whole heap. Long; many of them that free little mean that the heap is nearly full.',
  8: 'Begins or continues to mark what is live, bit by bit, so that the mark-compact after it is shorter.',
  16: 'Tells the program what of its weak references is gone.',
};

/** What a person calls a kind. */
export function gcKindName(gcKind: number): string {
  return GC_KINDS[gcKind] ?? `kind ${gcKind}`;
}

/** What it does; empty for one that is not known. */
export function gcKindMeaning(gcKind: number): string {
  return MEANINGS[gcKind] ?? '';
}
