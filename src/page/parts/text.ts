import { sanitize } from '../../render/sanitize.js';

/**
 * Text from a recording, to be shown: control characters and the marks that turn the reading direction are written out. The page's own
 * elements take it as text, never as markup.
 */
export const shown = sanitize;
