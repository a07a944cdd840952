import type { ComponentChildren } from 'preact';

/**
 * A table with a header for each column, which scrolls sideways where it is too wide.
 * @param children its rows
 */
export function HeadedTable({
  class: className,
  headers,
  children,
}: {
  readonly class: string;
  readonly headers: readonly string[];
  readonly children: ComponentChildren;
}) {
  return (
    <div class="table-scroll">
      <table class={className}>
        <thead>
          <tr>
            {headers.map((header) => (
              <th key={header} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
