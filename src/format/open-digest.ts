import { DigestFile } from './hpc-file.js';
import { InputFile } from './input-file.js';

/**
 * Opens the digest in a file.
 * @throws FormatError if the file is cut, damaged, of another kind or of another version.
 * @throws HeapprofError if it cannot be opened.
 */
export function openDigest(path: string): DigestFile {
  return new DigestFile(new InputFile(path));
}
