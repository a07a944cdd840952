/** A column with room for twice as many. */
export function longer<Column extends Int32Array | Uint32Array | Float64Array>(
  column: Column,
): Column {
  const copy = new (column.constructor as new (length: number) => Column)(column.length * 2);
  copy.set(column);
  return copy;
}
