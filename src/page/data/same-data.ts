/** Whether two answers of the worker thread say the same: numbers, texts, lists, columns, and objects of these. */
export function isSameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    const [left, right] = [a, b] as readonly ArrayLike<unknown>[] as [
      ArrayLike<unknown>,
      ArrayLike<unknown>,
    ];
    if (left.length !== right.length) return false;
    for (let k = 0; k < left.length; k++) if (!isSameData(left[k], right[k])) return false;
    return true;
  }
  if (a instanceof Map || a instanceof Set) {
    return isSameData([...a], [...(b as typeof a)]);
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => key in b && isSameData(a[key as never], b[key as never]))
  );
}
