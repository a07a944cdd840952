import type { Signal } from '@preact/signals';
import { COMPARE_BY, type CompareBy } from '../../../analysis/compare-subject.js';
import { COMPARE_HEADERS, unitOf } from '../../../render/compare-names.js';
import { foldedLines } from '../../../render/difference-text.js';
import { formatCount } from '../../../render/numbers.js';
import { TypedText } from '../../flame/call-controls.js';
import { Pager } from '../../parts/pager.js';
import { DifferenceRows } from './difference-rows.js';
import type { DifferenceTable } from './difference-table.js';
import type { CompareSettings } from './settings.js';

/** Rows that are on the page at a time. */
export const PAGE_ROWS = 50;

/** The table of differences, with what it is about and what is looked for in it. */
export function RowsOfDifferences({
  table,
  settings,
  first,
}: {
  readonly table: DifferenceTable;
  readonly settings: CompareSettings;
  readonly first: Signal<number>;
}) {
  const { by, filter } = settings;
  const { comparison, rowCount, significantCount, matchingCount } = table;
  const isFiltered = filter.value.trim() !== '';
  return (
    <section class="difference-table" aria-label="Table of differences">
      <div class="compare-controls">
        <label class="by">
          By
          <select
            value={by.value}
            onChange={({ currentTarget }) => {
              by.value = currentTarget.value as CompareBy;
            }}
          >
            {COMPARE_BY.map((each) => (
              <option key={each} value={each}>
                {COMPARE_HEADERS[each].split(',')[0]!.toLowerCase()}
              </option>
            ))}
          </select>
        </label>
        <TypedText
          name="Filter rows"
          placeholder="Filter by name"
          value={filter.value}
          onChange={(typed) => {
            filter.value = typed;
          }}
        />
        <output class="count">
          {formatCount(significantCount)} of {formatCount(rowCount)}{' '}
          {rowCount === 1 ? 'row differs' : 'rows differ'} significantly
          {isFiltered && `; ${formatCount(matchingCount)} found`}
        </output>
      </div>
      {matchingCount === 0 ? (
        <p class="nothing">No row has “{filter.value.trim()}” in its name.</p>
      ) : (
        <DifferenceRows table={table} settings={settings} />
      )}
      <Pager first={first} count={PAGE_ROWS} total={matchingCount} />
      {foldedLines(comparison.folded, unitOf(comparison.metric)).map((line) => (
        <p key={line} class="note">
          {line}
        </p>
      ))}
    </section>
  );
}
