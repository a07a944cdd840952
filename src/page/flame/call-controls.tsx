import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { METRICS, type Metric } from '../../analysis/call-tree/metric.js';
import { KINDS, type Kind } from '../../model/event.js';
import { KIND_NAMES } from '../../render/subject-text.js';
import { Choices } from '../parts/choices.js';
import { shown } from '../parts/text.js';
import { CALL_VIEWS, type CallSettings } from './call-settings.js';
import { classColor, type FrameClass } from './frame-colors.js';

const VIEWS = {
  overview: ['Overview', 'Callers at the top, what they call below them'],
  hotspots: ['Hotspots', 'What allocated at the top, its callers below it'],
  inspect: ['Inspect', 'One function in the middle: its callers above it, what it calls below'],
} as const satisfies Record<(typeof CALL_VIEWS)[number], readonly [string, string]>;

const METRIC_NAMES: Readonly<Record<Metric, string>> = {
  live: 'Live bytes',
  'live-objects': 'Live objects',
  allocated: 'Allocated bytes',
  'allocated-objects': 'Allocated objects',
  temporary: 'Temporary bytes',
  'temporary-objects': 'Temporary objects',
};

const LEGEND: readonly (readonly [FrameClass, string])[] = [
  ['program', 'my code'],
  ['dependency', 'dependencies, a blue each'],
  ['node', 'Node.js'],
];

/** So many milliseconds after the last key what was typed is looked for. */
const TYPING_PAUSE = 150;

/** What is shown, and of what. */
export function CallControls({
  settings,
  found,
  children,
}: {
  readonly settings: CallSettings;
  /** What the search has found, or why it cannot be. */
  readonly found: { readonly text: string; readonly isError: boolean };
  /** What stands at the end. */
  readonly children: ComponentChildren;
}) {
  const { view, metric, kind, mine, search, zoom } = settings;
  return (
    <div class="call-controls">
      <Choices
        name="View"
        of={view}
        words={CALL_VIEWS}
        texts={VIEWS}
        onChange={() => {
          zoom.value = '';
        }}
      />
      <select
        aria-label="Measured by"
        value={metric.value}
        onChange={(event) => {
          metric.value = event.currentTarget.value as Metric;
        }}
      >
        {METRICS.map((each) => (
          <option key={each} value={each}>
            {METRIC_NAMES[each]}
          </option>
        ))}
      </select>
      <select
        aria-label="Kind of memory"
        value={kind.value}
        onChange={(event) => {
          kind.value = event.currentTarget.value as 'all' | Kind;
        }}
      >
        <option value="all">all memory</option>
        {KINDS.map((each) => (
          <option key={each} value={each}>
            {KIND_NAMES[each]}
          </option>
        ))}
      </select>
      <label
        class="check"
        title="Neighbouring frames of a package, or of Node.js, are put together as one"
      >
        <input
          type="checkbox"
          checked={mine.value}
          onChange={(event) => {
            mine.value = event.currentTarget.checked;
          }}
        />
        Only my code
      </label>
      <span class="search">
        <TypedText
          name="Search frames"
          placeholder="Search, or /expression/"
          value={search.value}
          onChange={(text) => {
            search.value = text;
          }}
        />
        <output class={found.isError ? 'is-error' : ''}>{shown(found.text)}</output>
      </span>
      {children}
    </div>
  );
}

/** Text that is taken a moment after it was typed, or at once with Enter. */
export function TypedText({
  name,
  placeholder,
  value,
  onChange,
}: {
  readonly name: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), TYPING_PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      type="search"
      class="typed"
      aria-label={name}
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChange(typed);
      }}
    />
  );
}

/** What the colours say. */
export function ColorLegend({ isDark }: { readonly isDark: boolean }) {
  return (
    <ul class="color-legend" aria-label="Colours">
      {LEGEND.map(([origin, name]) => (
        <li key={origin}>
          <span class="swatch" style={{ background: classColor(origin, isDark) }} />
          {name}
        </li>
      ))}
    </ul>
  );
}

/** The frames that are hidden, and those in focus; each can be taken out again. */
export function FrameFilters({ settings }: { readonly settings: CallSettings }) {
  const lists = [
    {
      title: 'Only stacks with',
      undo: 'Show all stacks again, not only those with',
      of: settings.focus,
    },
    { title: 'Hidden', undo: 'Show again', of: settings.hide },
  ].filter(({ of }) => of.value.length > 0);
  if (lists.length === 0) return null;
  return (
    <div class="frame-filters">
      {lists.map(({ title, undo, of }) => (
        <div key={title}>
          <span class="frame-filters-title">{title}</span>
          <ul aria-label={title}>
            {of.value.map((pattern) => (
              <li key={pattern}>
                <button
                  type="button"
                  class="frame-chip"
                  aria-label={`${undo}: ${shown(pattern)}`}
                  title={`${undo}: ${shown(pattern)}`}
                  onClick={() => {
                    of.value = of.value.filter((each) => each !== pattern);
                    // This button is gone with it: the keyboard goes on in the graph, if there is one.
                    for (const place of ['[role=tabpanel]', '.flame']) {
                      document.querySelector<HTMLElement>(place)?.focus({ preventScroll: true });
                    }
                  }}
                >
                  <span class="frame-chip-text">{shown(pattern)}</span>{' '}
                  <span aria-hidden="true">×</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
