/**
 * What could change a terminal's state, forge a line, or turn the reading direction around: control
 * characters (C0, DEL, C1), line and paragraph separators, and the marks that steer bidirectional text. And
 * the two code points that XML does not allow.
 */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose.
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g;

/**
 * Text from a recording, safe to print: names of functions and files can hold anything. Unsafe
 * characters become `\xHH` or `\u{HHHH}`; everything else stays as it is.
 */
export function sanitize(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0)!;
    const digits = code.toString(16);
    return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`;
  });
}

/**
 * A value as JSON that is safe to print. The unsafe characters that `JSON.stringify` leaves in texts
 * become `\uHHHH`, so that the value is the same. `indent`: spaces a level; by default all on one line.
 */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(UNSAFE, (character) =>
    // Within texts line feeds are escaped already; these are the indentation's.
    character === '\n'
      ? character
      : `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
