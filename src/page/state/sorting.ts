import { type Codec, oneOf } from './hash.js';

/** By which column a table is sorted, and which way. */
export interface Sorting<Column extends string> {
  readonly column: Column;
  readonly ascending: boolean;
}

/** `column`, or `column-up` with the smallest first. */
export function sortingBy<Column extends string>(
  columns: readonly Column[],
): Codec<Sorting<Column>> {
  return {
    parse: (value) => {
      const column = oneOf(columns).parse(value.replace(/-up$/, ''));
      return column && { column, ascending: value.endsWith('-up') };
    },
    format: ({ column, ascending }) => (ascending ? `${column}-up` : column),
  };
}

/** After a click on the header of a column. Names are read from A, figures from the largest; a second click turns them round. */
export function sortedNext<Column extends string>(
  sorting: Sorting<Column>,
  column: Column,
): Sorting<Column> {
  const ascending = sorting.column === column ? !sorting.ascending : column === 'name';
  return { column, ascending };
}
