import type { Signal } from '@preact/signals';
import { type Sorting, sortedNext } from '../state/sorting.js';

/** A table header of one or more columns, each of which the table can be sorted by. */
export function SortHeader<Column extends string>({
  columns,
  sort,
  class: className = '',
}: {
  readonly columns: readonly {
    readonly name: Column;
    readonly header: string;
    readonly meaning: string;
  }[];
  readonly sort: Signal<Sorting<Column>>;
  readonly class?: string;
}) {
  const { column, ascending } = sort.value;
  const isSorted = columns.some(({ name }) => name === column);
  const direction = ascending ? 'ascending' : 'descending';
  return (
    <th scope="col" class={className} aria-sort={isSorted ? direction : 'none'}>
      {columns.map(({ name, header, meaning }) => (
        <button
          key={name}
          type="button"
          class={name === column ? 'sort sorted' : 'sort'}
          title={meaning}
          onClick={() => {
            sort.value = sortedNext(sort.value, name);
          }}
        >
          {header}
          <span class="arrow" aria-hidden="true">
            {name !== column ? '' : ascending ? '▲' : '▼'}
          </span>
        </button>
      ))}
    </th>
  );
}

/** The header of the names of rows, which stay in view. */
export function NameHeader<Column extends string>({
  header,
  sort,
}: {
  readonly header: string;
  readonly sort: Signal<Sorting<Column | 'name'>>;
}) {
  return (
    <SortHeader
      class="name-cell"
      columns={[{ name: 'name', header, meaning: 'Sort by name' }]}
      sort={sort}
    />
  );
}
