import { safeJson } from './sanitize.js';

/**
 * A value as JSON that is safe to print, in pieces: together they are what `safeJson` makes of it, which can be too long for a string.
 * An iterator within it, such as a generator's, is written as an array, and only run when it is its turn: so that its values need not
 * be in memory together.
 * @param indent spaces a level; by default all on one line
 */
export function* jsonPieces(value: unknown, indent = 0, level = 0): Generator<string> {
  const lineOf = (depth: number) => (indent === 0 ? '' : `\n${' '.repeat(indent * depth)}`);
  if (isFlat(value)) {
    const text = safeJson(value, indent);
    // Line feeds are the indentation's only: within texts they are escaped.
    yield level === 0 ? text : text.replaceAll('\n', lineOf(level));
    return;
  }
  const isList = isIterable(value);
  const colon = indent === 0 ? ':' : ': ';
  let separator = isList ? '[' : '{';
  for (const [name, item] of isList ? itemsOf(value) : membersOf(value, colon)) {
    yield `${separator}${lineOf(level + 1)}${name}`;
    yield* jsonPieces(item, indent, level + 1);
    separator = ',';
  }
  // An iterator that had nothing looks like an empty array; nothing else that is empty comes here.
  if (separator === '[') yield '[]';
  else yield `${lineOf(level)}${isList ? ']' : '}'}`;
}

/** Values without others that could be large within them are written as they are. */
function isFlat(value: unknown): boolean {
  if (!isContainer(value)) return true;
  return !isIterator(value) && Object.values(value).every((item) => !isContainer(item));
}

/** Whether it is an array, an iterator or a plain object. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) || isIterator(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value);
}

function isIterator(value: object): value is IterableIterator<unknown> {
  return 'next' in value && isIterable(value);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return Symbol.iterator in (value as object);
}

function* itemsOf(list: Iterable<unknown>): Generator<[string, unknown]> {
  for (const item of list) yield ['', item ?? null];
}

/** Members with no value are left out, as JSON.stringify does. */
function* membersOf(value: unknown, colon: string): Generator<[string, unknown]> {
  for (const [name, item] of Object.entries(value as object)) {
    if (item !== undefined) yield [`${safeJson(name)}${colon}`, item];
  }
}
