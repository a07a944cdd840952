import { sanitize } from '../../render/sanitize.js';

/**
 * Text from a recording, to be shown: control characters and the marks that turn the reading direction are written out. The page's own
 * elements take it as text, never as markup.
 */
export const shown = sanitize;

/** A sentence in which figures stay with their units and errors: a line ends before or after `12.3 MiB ± 4%`. */
export function unbroken(sentence: string): string {
  return sentence
    .replace(/ ?± ?/g, '\u00a0±\u00a0')
    .replace(/(\d) (?=(?:[KMGTP]iB|B|%|µs|ms|s)(?![a-z]))/g, '$1\u00a0');
}
