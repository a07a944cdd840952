/**
 * Whether a text is what the name of a member of a family has after the root's: `.w3`, `.p4711`, `.p4711-2.w2`. Everything that
 * a file says of members is held against this, since it becomes part of a path.
 */
export function isMemberSuffix(text: string): boolean {
  return text !== '' && /^(?:\.p\d+(?:-\d+)?)?(?:\.w\d+)?$/.test(text);
}
