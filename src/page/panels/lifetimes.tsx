import { useRef, useState } from 'preact/hooks';
import { SUMMARY_BY } from '../../analysis/grouping.js';
import type { LargestLifetimes, LifetimeRow } from '../../analysis/lifetimes.js';
import { formatBytes } from '../../base/units.js';
import { leaksAdvice, leaksHead } from '../../render/leaks-text.js';
import { firstCollectionText, halfLifeText } from '../../render/lifetimes-text.js';
import { formatCount, formatEstimate } from '../../render/numbers.js';
import type { FastestLeaks } from '../../render/report/report-data.js';
import { callersLine, SUBJECT_HEADERS, subjectText } from '../../render/subject-text.js';
import { usePage } from '../page-context.js';
import { csvBlob, pngOfSvg, svgBlob } from '../parts/download.js';
import { Downloads } from '../parts/downloads.js';
import { OptionNames } from '../parts/option-names.js';
import { SortHeader } from '../parts/sort-header.js';
import { shown, unbroken } from '../parts/text.js';
import { oneOf, text } from '../state/hash.js';
import { sortingBy } from '../state/sorting.js';
import { AgeChart, ageSpan } from './lifetimes/age-chart.js';
import { COLUMN_NAMES, COLUMNS, LARGEST_FIRST, sorted } from './lifetimes/columns.js';
import { LeakCard } from './lifetimes/leak-card.js';
import { subjectKey } from './table/subject-key.js';

const NAME_CHARACTERS = 120;
/** Traces are told apart by their callers. */
const CALLERS_CHARACTERS = 120;
/** Names in sentences are shorter. */
const SHORT_NAME_CHARACTERS = 60;
/** Where so many objects die in their first collection, what allocates them is churn. */
const CHURN_SHARE = 0.9;
const CHURN_ROWS = 5;
/** Rows that are shown at first; what matters is among them. */
const FIRST_ROWS = 25;

/** What grows and stays, and how long objects live. Of the whole recording. */
export function LifetimesPanel() {
  const { facts, store } = usePage();
  return (
    <div class="lifetimes">
      <p class="note">
        {store.selection.value === undefined
          ? 'Lifetimes and leaks are of the whole recording: they come from every allocation and free in the log.'
          : 'This panel is about the whole recording, not about the time that is chosen above: it comes from every allocation and free in the log.'}
      </p>
      {'value' in facts.leaks && (
        <Leaks reports={[facts.leaks.value, ...(facts.moreLeaks ?? [])]} />
      )}
      {'unavailable' in facts.lifetimes ? (
        <p class="note">{shown(facts.lifetimes.unavailable)}</p>
      ) : facts.moreLifetimes!.total.allocatedObjects === 0 ? (
        <p class="note">The log has no allocation, so that there are no lifetimes.</p>
      ) : (
        <Ages
          tables={[facts.lifetimes.value, ...(facts.moreLifetimes?.tables ?? [])]}
          total={facts.moreLifetimes!.total}
        />
      )}
    </div>
  );
}

function Leaks({ reports }: { readonly reports: readonly FastestLeaks[] }) {
  const { store } = usePage();
  const chosenBy = store.setting('lifetimes.leaksBy', oneOf(SUMMARY_BY), 'line');
  const report = reports.find(({ by }) => by === chosenBy.value) ?? reports[0]!;
  const { candidates, candidateCount, threads } = report;
  const wasSearched = threads.some(({ groups }) => groups > 0);
  return (
    <section aria-label="Leak candidates">
      <h2>What grows and stays</h2>
      {wasSearched && (
        <div class="controls">
          <label>
            Leaks by{' '}
            <select
              value={report.by}
              onChange={({ currentTarget }) => {
                chosenBy.value = oneOf(SUMMARY_BY).parse(currentTarget.value)!;
              }}
            >
              {reports.map(({ by, candidateCount: count }) => (
                <option key={by} value={by}>
                  {`${SUBJECT_HEADERS[by].toLowerCase()} (${formatCount(count)})`}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      {leaksHead(report, candidateCount).map((line) => (
        <p class="note" key={line}>
          {line}
        </p>
      ))}
      {candidateCount > candidates.length && (
        <p class="note">{`These ${formatCount(candidates.length)} grow fastest.`}</p>
      )}
      {candidates.length > 0 && (
        <ul class="leaks">
          {candidates.map((candidate, index) => (
            <LeakCard key={index} candidate={candidate} />
          ))}
        </ul>
      )}
      {leaksAdvice(threads).map((line) => (
        <p class="note" key={line}>
          <OptionNames text={line} />
        </p>
      ))}
    </section>
  );
}

function Ages({
  tables,
  total,
}: {
  readonly tables: readonly LargestLifetimes[];
  readonly total: Omit<LifetimeRow, 'subject'>;
}) {
  const { facts, store } = usePage();
  const cwd = facts.info.facts.process?.cwd;
  const chart = useRef<SVGSVGElement>(null);
  const [isWhole, setWhole] = useState(false);
  const chosenBy = store.setting('lifetimes.by', oneOf(SUMMARY_BY), 'line');
  const filter = store.setting('lifetimes.filter', text, '');
  const order = store.setting('lifetimes.sort', sortingBy(COLUMN_NAMES), LARGEST_FIRST);
  const chosen = store.setting('lifetimes.row', text, '');

  const {
    by,
    rows: all,
    groupCount,
  } = tables.find((table) => table.by === chosenBy.value) ?? tables[0]!;
  const nameOf = ({ subject }: LifetimeRow) => subjectText(subject, cwd, NAME_CHARACTERS);
  const wanted = filter.value.toLowerCase();
  const rows = sorted(all, order.value).filter((row) => nameOf(row).toLowerCase().includes(wanted));
  const chosenRow = all.find((row) => subjectKey(row.subject) === chosen.value) ?? rows[0];
  const churn = all
    .filter(({ firstCollectionShare = 0 }) => firstCollectionShare >= CHURN_SHARE)
    .slice(0, CHURN_ROWS);
  const span = ageSpan(total);
  const csv = () => {
    const columns = COLUMN_NAMES.flatMap((name) => COLUMNS[name].csv);
    return csvBlob(
      [...columns.map(([name]) => name), by],
      rows.map((row) => [...columns.map(([, of]) => of(row)), nameOf(row)]),
    );
  };
  return (
    <section aria-label="Ages">
      <div class="panel-head">
        <h2>How long objects live</h2>
        <Downloads
          items={[
            { label: 'CSV of the rows', what: `lifetimes-by-${by}`, extension: 'csv', make: csv },
            {
              label: 'SVG of all ages',
              what: 'ages',
              extension: 'svg',
              make: () => svgBlob(chart.current!),
            },
            {
              label: 'PNG of all ages',
              what: 'ages',
              extension: 'png',
              make: () => pngOfSvg(chart.current!),
            },
          ]}
        />
      </div>
      <div class="ages">
        <figure>
          <figcaption>
            <strong>All objects</strong>
            <LifeText row={total} />
          </figcaption>
          <AgeChart row={total} span={span} name="all objects" svgRef={chart} />
        </figure>
        {chosenRow && (
          <figure class="of-row" aria-live="polite">
            <figcaption>
              <strong>{subjectText(chosenRow.subject, cwd, SHORT_NAME_CHARACTERS)}</strong>
              <LifeText row={chosenRow} />
            </figcaption>
            <AgeChart row={chosenRow} span={span} name={nameOf(chosenRow)} />
          </figure>
        )}
      </div>
      <p class="note">
        Bytes by the age at which they were freed; each bar is twice as old as the one before. V8
        frees nothing between garbage collections, so that what dies young dies at the age of the
        next one.
      </p>
      {churn.length > 0 && (
        <div class="churning">
          <h3>Churn</h3>
          <p class="note">
            Allocated most, and nearly all of it dead at the next garbage collection: work for the
            allocator and the collector that leaves nothing behind. Reusing objects, or not making
            them, saves time here.
          </p>
          <ol class="churn">
            {churn.map((row) => (
              <li key={subjectKey(row.subject)}>
                <button
                  type="button"
                  class="as-link"
                  onClick={() => {
                    chosen.value = subjectKey(row.subject);
                  }}
                >
                  {subjectText(row.subject, cwd, SHORT_NAME_CHARACTERS)}
                </button>
                {unbroken(
                  ` ${formatEstimate(row.allocatedBytes, row.allocatedBytesError)}; ${firstCollectionText(row)} of its objects die in their first collection`,
                )}
              </li>
            ))}
          </ol>
        </div>
      )}
      <div class="controls">
        <label>
          By{' '}
          <select
            value={by}
            onChange={({ currentTarget }) => {
              chosen.value = '';
              chosenBy.value = oneOf(SUMMARY_BY).parse(currentTarget.value)!;
            }}
          >
            {tables.map(({ by: each }) => (
              <option key={each} value={each}>
                {SUBJECT_HEADERS[each].toLowerCase()}
              </option>
            ))}
          </select>
        </label>
        <label>
          Filter{' '}
          <input
            type="search"
            value={filter.value}
            onInput={({ currentTarget }) => {
              filter.value = currentTarget.value;
            }}
          />
        </label>
        <span role="status">
          {rows.length === all.length
            ? `${formatCount(all.length)} ${all.length === 1 ? 'row' : 'rows'}`
            : `${formatCount(rows.length)} of ${formatCount(all.length)} rows`}
          {groupCount > all.length &&
            `: those that allocated the most, of ${formatCount(groupCount)} in all`}
        </span>
      </div>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              {COLUMN_NAMES.map((name) => (
                <SortHeader key={name} columns={[{ name, ...COLUMNS[name] }]} sort={order} />
              ))}
              <th scope="col">{SUBJECT_HEADERS[by]}</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, isWhole ? rows.length : FIRST_ROWS).map((row, index) => (
              <tr key={index} class={row === chosenRow ? 'chosen-row' : ''}>
                {COLUMN_NAMES.map((name) => (
                  <td
                    key={name}
                    data-label={COLUMNS[name].header}
                    data-value={COLUMNS[name].valueOf(row)}
                  >
                    {COLUMNS[name].textOf(row)}
                  </td>
                ))}
                <td>
                  <button
                    type="button"
                    class="as-link"
                    aria-pressed={row === chosenRow}
                    onClick={() => {
                      chosen.value = subjectKey(row.subject);
                    }}
                  >
                    {nameOf(row)}
                  </button>
                  {by === 'trace' &&
                    callersLine(row.subject, cwd, CALLERS_CHARACTERS).map((line) => (
                      <small key={line}>{line.trim()}</small>
                    ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!isWhole && rows.length > FIRST_ROWS && (
        <p>
          <button type="button" onClick={() => setWhole(true)}>
            {`Show ${formatCount(rows.length - FIRST_ROWS)} more`}
          </button>
        </p>
      )}
    </section>
  );
}

/** The figures of a row as a sentence. */
function LifeText({ row }: { readonly row: Omit<LifetimeRow, 'subject'> }) {
  const share = firstCollectionText(row);
  const parts = [
    `${formatEstimate(row.allocatedBytes, row.allocatedBytesError)} allocated`,
    share !== '' && `${share} die in their first collection`,
    row.halfLife ? `half live for ${halfLifeText(row.halfLife)}` : 'more than half live to the end',
    `${formatBytes(row.survivorBytes)} live at the end`,
  ];
  return <span>{unbroken(parts.filter(Boolean).join(' · '))}</span>;
}
