import { ORIGINS, type Origin } from '../../analysis/code-origin.js';
import type { SummaryRow } from '../../analysis/summary.js';
import { formatBytes } from '../../base/units.js';
import { formatCount, formatEstimate, formatTime } from '../../render/numbers.js';
import {
  callersLine,
  SUBJECT_HEADERS,
  subjectText,
  UNTYPED_HEADING,
  untypedLine,
} from '../../render/subject-text.js';
import { usePage } from '../page-context.js';
import { Downloads } from '../parts/downloads.js';
import { Pager, usePageStart } from '../parts/pager.js';
import { NameHeader, SortHeader } from '../parts/sort-header.js';
import { Working } from '../parts/working.js';
import { rangeOptions } from '../state/store.js';
import { useAnalysis } from '../use-analysis.js';
import { CELLS, mainOrigin, ORIGIN_NAMES } from './table/columns.js';
import { TableControls } from './table/controls.js';
import { Bar, Figure } from './table/figures.js';
import { RowDetails } from './table/row-details.js';
import { type TableSettings, tableSettings } from './table/settings.js';
import { SparkLine } from './table/spark-line.js';
import { subjectKey } from './table/subject-key.js';
import type { SummaryTable } from './table/summary-table.js';

/** Rows that are on the page at a time. */
const PAGE_ROWS = 50;

/** A longer name of code loses its folders, and then its middle; the pointer shows all of it, and so does the open row. */
const CODE_CHARACTERS = 42;

/** Other names lose their middle when they are longer than this. */
const NAME_CHARACTERS = 90;

/** Characters of how the program came to a line. */
const CALLERS_CHARACTERS = 46;

/** What used the memory in the chosen time: a row for each type, line, function, and so on. */
export function TablePanel() {
  const { facts, store, analyst, sources } = usePage();
  const settings = tableSettings(store);
  const { by, filter, code, mine, sort, threshold } = settings;
  const wanted = {
    ...rangeOptions(store.selection.value),
    by: by.value,
    filter: filter.value.trim(),
    origin: code.value,
    myCode: mine.value,
    sort: sort.value.column,
    ascending: sort.value.ascending,
    threshold: threshold.value,
    cwd: facts.info.facts.process?.cwd,
  };
  const first = usePageStart(wanted);
  const analysis = useAnalysis('summaryTable', { ...wanted, first: first.value, count: PAGE_ROWS });
  const makeCsv = () => {
    const of = sources.of(store.selection.value).name;
    return analyst.ask(makeCsv, 'summaryTableCsv', { ...wanted, first: 0, count: 0 }, of);
  };
  return (
    <div class="heap-table">
      <TableControls
        settings={settings}
        hasCapacity={analysis.value?.summary.capacity !== undefined}
      >
        <Downloads
          items={[{ label: 'CSV', what: `heap-by-${by.value}`, extension: 'csv', make: makeCsv }]}
        />
      </TableControls>
      <Working analysis={analysis}>
        {(table) => (
          <>
            <Total table={table} />
            <Rows table={table} settings={settings} />
            <Pager first={first} count={PAGE_ROWS} total={table.matchingCount} />
            <LeftOut table={table} settings={settings} />
          </>
        )}
      </Working>
    </div>
  );
}

/** What there was in all. */
function Total({ table: { summary } }: { readonly table: SummaryTable }) {
  const { total, bytesByOrigin, snapshotCount } = summary;
  const origins = ORIGINS.filter((origin) => (bytesByOrigin?.[origin] ?? 0) > 0).map(
    (origin) => `${ORIGIN_NAMES[origin]} ${formatBytes(bytesByOrigin![origin])}`,
  );
  return (
    <p class="table-total">
      <strong>
        <Figure text={formatEstimate(total.averageBytes, total.averageBytesError)} />
      </strong>{' '}
      {snapshotCount > 1 ? 'live on average' : 'live'}
      {origins.length > 0 && <span class="note"> ({origins.join(', ')})</span>}
      {snapshotCount > 1 && (
        <>
          , at most <strong>{formatBytes(total.peakBytes)}</strong> at{' '}
          {formatTime(total.peakSeconds)}; <strong>{formatBytes(total.allocatedBytes)}</strong>{' '}
          allocated in {formatCount(total.allocatedObjects)}{' '}
          {Math.round(total.allocatedObjects) === 1 ? 'object' : 'objects'}
        </>
      )}
    </p>
  );
}

function Rows({
  table: { summary, rows, listedCount },
  settings,
}: {
  readonly table: SummaryTable;
  readonly settings: TableSettings;
}) {
  const { sort, code, open } = settings;
  const { by, courseSeconds } = summary;
  // What is true of every row need not be said at each.
  const areAllIncomplete = rows.every(({ incomplete }) => incomplete);
  const rowOf = (row: SummaryRow) => {
    const key = subjectKey(row.subject);
    return (
      <Row
        key={key}
        row={row}
        seconds={courseSeconds}
        chosen={code.value}
        hasBadge={row.incomplete && !areAllIncomplete}
        isOpen={open.value === `=${key}`}
        onToggle={() => {
          open.value = open.value === `=${key}` ? '' : `=${key}`;
        }}
      />
    );
  };
  const untyped = rows.filter((row) => row.untyped);
  if (rows.length === 0) {
    return (
      <p class="note">
        {listedCount + summary.unlisted.rowCount === 0
          ? 'Nothing was live or allocated in this time, or sampling has seen none of it.'
          : 'No row is like that.'}
      </p>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it.
    <section class="table-scroll" aria-label="Heap summary" tabIndex={0}>
      <table class="rows-table">
        <thead>
          <tr>
            <NameHeader header={SUBJECT_HEADERS[by]} sort={sort} />
            <th scope="col" title="Live memory over the chosen time">
              Course
            </th>
            {CELLS.map((columns) => (
              <SortHeader key={columns[0]!.name} columns={columns} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody>{rows.filter(({ untyped }) => !untyped).map(rowOf)}</tbody>
        {untyped.length > 0 && (
          <tbody>
            <UntypedHeading rows={untyped} />
            {untyped.map(rowOf)}
          </tbody>
        )}
      </table>
    </section>
  );
}

/** Says what rows of no type are. */
function UntypedHeading({ rows }: { readonly rows: readonly SummaryRow[] }) {
  return (
    <tr class="untyped-heading">
      <th scope="rowgroup" colSpan={CELLS.length + 2}>
        <div>
          {UNTYPED_HEADING}
          {rows.map(({ subject }) => (
            <small key={subjectKey(subject)}>
              {subjectText(subject, undefined, NAME_CHARACTERS)}:{' '}
              {untypedLine(subject, Number.POSITIVE_INFINITY).join('').trim()}
            </small>
          ))}
        </div>
      </th>
    </tr>
  );
}

function Row({
  row,
  seconds,
  chosen,
  hasBadge,
  isOpen,
  onToggle,
}: {
  readonly row: SummaryRow;
  readonly seconds: readonly number[];
  readonly chosen: Origin | 'all';
  readonly hasBadge: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const { facts } = usePage();
  const { subject } = row;
  const cwd = facts.info.facts.process?.cwd;
  const isCode = ['line', 'function', 'trace'].includes(subject.by);
  const name = subjectText(subject, cwd, isCode ? CODE_CHARACTERS : NAME_CHARACTERS);
  const origin = chosen === 'all' ? mainOrigin(row) : chosen;
  return (
    <>
      <tr class={isOpen ? 'row open' : 'row'}>
        <th scope="row" class="name-cell">
          <button type="button" class="toggle" aria-expanded={isOpen} onClick={onToggle}>
            <span class="twist" aria-hidden="true" />
            <span class="name" title={subjectText(subject, cwd, 1000)}>
              {name}
              {callersLine(subject, cwd, CALLERS_CHARACTERS).map((line) => (
                <small key={line}>{line.trim()}</small>
              ))}
            </span>
          </button>
          {hasBadge && <Incomplete />}
        </th>
        <td>
          <SparkLine seconds={seconds} bytes={row.course} />
        </td>
        {CELLS.map((columns) => (
          <td key={columns[0]!.name}>
            {columns.map((column) => (
              <div
                key={column.name}
                data-column={column.name}
                data-value={column.valueOf(row, chosen === 'all' ? 'mine' : chosen)}
                title={column.hintOf?.(row)}
                class={column.name === 'trend' && isSignificant(row) ? 'significant' : ''}
              >
                {column.hasBar && <Bar share={column.valueOf(row, origin)} />}
                <span class="figure">
                  <Figure text={column.textOf(row, origin)} />
                </span>
                {column.moreOf && <small>{column.moreOf(row, origin)}</small>}
              </div>
            ))}
          </td>
        ))}
      </tr>
      {isOpen && (
        <tr class="details">
          <td colSpan={CELLS.length + 2}>
            <RowDetails subject={subject} />
          </td>
        </tr>
      )}
    </>
  );
}

function isSignificant({ bytesPerMinute, bytesPerMinuteError }: SummaryRow): boolean {
  return Math.abs(bytesPerMinute) > 2 * bytesPerMinuteError;
}

function Incomplete() {
  return (
    <span
      class="incomplete"
      role="img"
      aria-label="incomplete"
      title="Under the threshold at some of the snapshots, so that what it says of the whole time rests on the others"
    >
      ◐
    </span>
  );
}

/** What is not listed, and how to see it. */
function LeftOut({
  table: { summary, rows, listedCount, matchingCount, matchingBytes },
  settings: { threshold },
}: {
  readonly table: SummaryTable;
  readonly settings: TableSettings;
}) {
  const { unlisted } = summary;
  const filteredCount = listedCount - matchingCount;
  return (
    <div class="left-out">
      {filteredCount > 0 && (
        <p>
          {formatCount(matchingCount)} of {formatCount(listedCount)} rows,{' '}
          {formatBytes(matchingBytes)} on average.
        </p>
      )}
      {unlisted.rowCount > 0 && (
        <p>
          and {formatCount(unlisted.rowCount)} {unlisted.rowCount === 1 ? 'other' : 'others'},{' '}
          {formatBytes(unlisted.averageBytes)} in all, {formatBytes(unlisted.allocatedBytes)}{' '}
          allocated{' '}
          <button
            type="button"
            onClick={() => {
              threshold.value = 0;
            }}
          >
            {unlisted.rowCount === 1 ? 'List it' : 'List them'}
          </button>
        </p>
      )}
      {rows.some(({ incomplete }) => incomplete) && (
        <p>
          <span class="incomplete" aria-hidden="true">
            ◐
          </span>{' '}
          {rows.every(({ incomplete }) => incomplete) ? 'All rows are incomplete' : 'Incomplete'}:
          under the threshold at some of the snapshots, as most memory is when a program begins.
        </p>
      )}
    </div>
  );
}
