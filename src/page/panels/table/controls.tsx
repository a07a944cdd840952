import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ORIGINS } from '../../../analysis/code-origin.js';
import { SUMMARY_BY, type SummaryBy } from '../../../analysis/grouping.js';
import { SUBJECT_HEADERS } from '../../../render/subject-text.js';
import { ORIGIN_NAMES } from './columns.js';
import type { TableSettings } from './settings.js';

/** In the order in which people use them; any others come after. */
const FAVOURITES: readonly SummaryBy[] = [
  'type',
  'line',
  'function',
  'file',
  'package',
  'trace',
  'thread',
];

const THRESHOLDS: readonly number[] = [0, 0.00001, 0.0001, 0.001, 0.005, 0.01, 0.05];

/** While a person types, the table waits for so long. */
const PAUSE_MS = 150;

/** What the table is about, and what is left out of it. */
export function TableControls({
  settings,
  hasCapacity,
  children,
}: {
  readonly settings: TableSettings;
  readonly hasCapacity: boolean;
  /** What stands at the end. */
  readonly children: ComponentChildren;
}) {
  const { by, filter, code, mine, threshold, open } = settings;
  const groupings = [...FAVOURITES, ...SUMMARY_BY.filter((each) => !FAVOURITES.includes(each))];
  const thresholds = THRESHOLDS.includes(threshold.value)
    ? THRESHOLDS
    : [...THRESHOLDS, threshold.value].sort((a, b) => a - b);
  return (
    <form class="table-controls" onSubmit={(event) => event.preventDefault()}>
      <label>
        By
        <select
          value={by.value}
          onChange={({ currentTarget }) => {
            open.value = '';
            by.value = currentTarget.value as SummaryBy;
          }}
        >
          {groupings.map((each) => (
            <option key={each} value={each}>
              {SUBJECT_HEADERS[each].toLowerCase()}
            </option>
          ))}
        </select>
      </label>
      <label for="table-filter">
        Filter
        <TypedText
          id="table-filter"
          type="search"
          value={filter.value}
          placeholder="part of a name"
          onText={(typed) => {
            filter.value = typed;
          }}
        />
      </label>
      <label>
        Code
        <select
          value={code.value}
          onChange={({ currentTarget }) => {
            code.value = currentTarget.value as typeof code.value;
          }}
        >
          <option value="all">all</option>
          {ORIGINS.map((origin) => (
            <option key={origin} value={origin}>
              {ORIGIN_NAMES[origin]}
            </option>
          ))}
        </select>
      </label>
      <label
        for="table-mine"
        title="Globs of files (src/**) and names of packages, with commas between them"
      >
        My code is
        <TypedText
          id="table-mine"
          type="text"
          value={mine.value.join(', ')}
          placeholder="all outside node_modules"
          onText={(typed) => {
            mine.value = typed
              .split(',')
              .map((pattern) => pattern.trim())
              .filter((pattern) => pattern !== '');
          }}
        />
      </label>
      <label title="Rows with a smaller average are counted, but not listed">
        At least
        <select
          value={threshold.value}
          onChange={({ currentTarget }) => {
            threshold.value = Number(currentTarget.value);
          }}
        >
          {thresholds.map((each) => (
            <option key={each} value={each}>
              {each === 0
                ? 'any size'
                : `${Number((each * 100).toPrecision(6))} % of ${hasCapacity ? 'the capacity' : 'all'}`}
            </option>
          ))}
        </select>
      </label>
      {children}
    </form>
  );
}

/** A field whose text counts once a person has stopped typing. */
function TypedText({
  value,
  onText,
  ...rest
}: {
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly id: string;
  readonly type: 'search' | 'text';
  readonly placeholder: string;
}) {
  const [typed, setTyped] = useState(value);
  const timer = useRef<number>();
  useEffect(() => setTyped(value), [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return (
    <input
      {...rest}
      value={typed}
      spellcheck={false}
      autocomplete="off"
      onInput={({ currentTarget }) => {
        const text = currentTarget.value;
        setTyped(text);
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(() => onText(text), PAUSE_MS);
      }}
    />
  );
}
