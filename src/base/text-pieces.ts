import { closeSync, openSync, writeFileSync } from 'node:fs';

/** Texts are put together to pieces of about this size: few calls of the system, and little memory. */
const PIECE_CHARACTERS = 65_536;

/** The same text in pieces that are neither small nor much larger than a text: as a whole it may be longer than a string can be, 512 MB. */
export function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length >= PIECE_CHARACTERS) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

/**
 * Writes texts to a file, one after the other; what it held is lost.
 * @throws NodeJS.ErrnoException if that fails
 */
export function writeTexts(path: string, texts: Iterable<string>): void {
  const file = openSync(path, 'w');
  try {
    // Each goes on where the one before ended.
    for (const piece of inPieces(texts)) writeFileSync(file, piece);
  } finally {
    closeSync(file);
  }
}
