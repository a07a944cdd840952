import type { DifferenceRow } from '../../../analysis/compare.js';
import type { CompareMetric } from '../../../analysis/compare-measure.js';
import { COMPARE_HEADERS, unitOf } from '../../../render/compare-names.js';
import { differenceText, estimateText, percentText } from '../../../render/difference-text.js';
import { formatCount } from '../../../render/numbers.js';
import { NameHeader, SortHeader } from '../../parts/sort-header.js';
import { unbroken } from '../../parts/text.js';
import { useMatches } from '../../parts/use-matches.js';
import type { DifferenceSort, DifferenceTable } from './difference-table.js';
import { RowName } from './row-name.js';
import type { CompareSettings } from './settings.js';
import { errorsOf, mayBeFolded } from './significance.js';

/** B is told as a multiple of A from here on. */
const MANY_TIMES = 10;

type Column = Exclude<DifferenceSort, 'name'>;

const COLUMNS: readonly Column[] = ['a', 'b', 'difference', 'significance'];

/** What matters most is there without scrolling. */
const NARROW_COLUMNS: readonly Column[] = ['difference', 'significance', 'a', 'b'];

/** The rows of a comparison. */
export function DifferenceRows({
  table: { comparison, rows, largest },
  settings: { sort },
}: {
  readonly table: DifferenceTable;
  readonly settings: CompareSettings;
}) {
  const { by, metric, scale } = comparison;
  const columns = useMatches('(max-width: 600px)') ? NARROW_COLUMNS : COLUMNS;
  const headers: Readonly<Record<Column, readonly [header: string, meaning: string]>> = {
    a: ['A', 'Estimate and standard error'],
    b: [scale === 1 ? 'B' : 'B, scaled', 'Estimate and standard error'],
    difference: ['Difference', 'B less A, and its standard error'],
    significance: [
      'Significant',
      'Whether the difference is more than 3 of its standard errors, and more than what was put together as “other”',
    ],
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it.
    <section class="table-scroll" aria-label="Differences" tabIndex={0}>
      <table class="rows-table">
        <thead>
          <tr>
            <NameHeader header={COMPARE_HEADERS[by]} sort={sort} />
            {columns.map((name) => {
              const [header, meaning] = headers[name];
              return <SortHeader key={name} columns={[{ name, header, meaning }]} sort={sort} />;
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.labels.join('\0')} {...{ row, columns, metric, largest }} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({
  row,
  columns,
  metric,
  largest,
}: {
  readonly row: DifferenceRow;
  readonly columns: readonly Column[];
  readonly metric: CompareMetric;
  readonly largest: number;
}) {
  const unit = unitOf(metric);
  const { a, aError, b, bError, difference, differenceError, isSignificant } = row;
  const cells = {
    a: (
      <td key="a" data-value={a} data-error={aError}>
        {unbroken(estimateText(a, aError, unit))}
      </td>
    ),
    b: (
      <td key="b" data-value={b} data-error={bError}>
        {unbroken(estimateText(b, bError, unit))}
      </td>
    ),
    difference: (
      <td key="difference" data-value={difference} data-error={differenceError}>
        <span class="difference">
          <Bar share={largest > 0 ? difference / largest : 0} />
          <span>{unbroken(differenceText(row, unit))}</span>
          <small>{growthText(row)}</small>
        </span>
      </td>
    ),
    significance: (
      <td key="significance">
        <Significance row={row} />
      </td>
    ),
  };
  return (
    <tr class={isSignificant ? 'significant' : 'insignificant'}>
      <th scope="row" class="name-cell">
        <RowName labels={row.labels} />
      </th>
      {columns.map((column) => cells[column])}
    </tr>
  );
}

/** How far a difference is from none. */
function Significance({ row }: { readonly row: DifferenceRow }) {
  const errors = errorsOf(row);
  return (
    <span class="significance">
      <span>{row.isSignificant ? 'yes' : 'no'}</span>
      <small>
        {mayBeFolded(row)
          ? 'may be “other”'
          : errors !== undefined && `${errors.toFixed(1)} × error`}
      </small>
    </span>
  );
}

/** What a difference is of A: `+12.3 %`, or `34×` where that is easier to read. */
function growthText(row: DifferenceRow): string {
  const { a, b } = row;
  if (a === 0) return b > 0 ? 'new' : '';
  if (b === 0) return 'gone';
  return b < MANY_TIMES * a
    ? percentText(row).replace(/[ ()]*$|^[ (]*/g, '')
    : `${formatCount(b / a)}×`;
}

/** The difference as a bar from the middle: left for less in B, right for more. */
function Bar({ share }: { readonly share: number }) {
  const width = `${Math.min(Math.abs(share), 1) * 50}%`;
  return (
    <span class={share < 0 ? 'bar less' : 'bar more'} aria-hidden="true">
      <span class="fill" style={share < 0 ? { right: '50%', width } : { left: '50%', width }} />
    </span>
  );
}
