/** Whether two answers of the worker thread say the same: texts, numbers, lists, columns of numbers, and plain objects of these. */
export function isSameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  // Lists and columns have their positions as keys, which are not made a list of: there can be a million.
  if (isIndexed(a) && isIndexed(b)) {
    if (a.length !== b.length) return false;
    for (let k = 0; k < a.length; k++) if (!isSameData(a[k], b[k])) return false;
    return true;
  }
  if (Object.getPrototypeOf(a) !== Object.prototype) return false;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    if (!right.has(key) || !isSameData(value, right.get(key))) return false;
  }
  return true;
}

function isIndexed(value: object): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
