import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { usePage } from '../../page-context.js';
import { MOMENTS, type Moment } from './instants.js';
import type { FlowSettings } from './settings.js';

const NODE_FRACTIONS: readonly number[] = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2];

const EDGE_FRACTIONS: readonly number[] = [0, 0.01, 0.05, 0.1, 0.2];

const MOMENT_TEXTS: Readonly<Record<Moment, string>> = {
  end: 'the end of the chosen time',
  peak: 'its peak',
  both: 'its start and its end',
  ab: 'the ends of A and B',
};

/** What the flow graph is of, and what is left out of it. */
export function FlowControls({
  settings,
  usedNodes,
  canCompare,
  children,
}: {
  readonly settings: FlowSettings;
  /** The share below which there are no boxes in the graph that is shown. */
  readonly usedNodes: number | undefined;
  /** Whether there are two ranges that are compared. */
  readonly canCompare: boolean;
  /** What stands at the end. */
  readonly children: ComponentChildren;
}) {
  const { store } = usePage();
  const { nodes, edges, collapse, local, find, moment } = settings;
  const chosen = store.selection.value;
  const isInstant = chosen !== undefined && 'at' in chosen;
  const moments = MOMENTS.filter((each) =>
    each === 'ab' ? canCompare : each === 'end' || !isInstant,
  );
  const readable =
    nodes.value === undefined && usedNodes !== undefined
      ? `as can be read (${percent(usedNodes)})`
      : 'as can be read';
  return (
    <form class="flow-controls" onSubmit={(event) => event.preventDefault()}>
      {moments.length > 1 && (
        <label>
          At
          <select
            value={moment.value}
            onChange={({ currentTarget }) => {
              moment.value = currentTarget.value as Moment;
            }}
          >
            {moments.map((each) => (
              <option key={each} value={each}>
                {MOMENT_TEXTS[each]}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        Boxes from
        <select
          value={nodes.value ?? ''}
          onChange={({ currentTarget: { value } }) => {
            nodes.value = value === '' ? undefined : Number(value);
          }}
        >
          <option value="">{readable}</option>
          <Fractions known={NODE_FRACTIONS} chosen={nodes.value} />
        </select>
      </label>
      <label>
        Arrows from
        <select
          value={edges.value}
          onChange={({ currentTarget }) => {
            edges.value = Number(currentTarget.value);
          }}
        >
          <Fractions known={EDGE_FRACTIONS} chosen={edges.value} />
        </select>
      </label>
      <label for="flow-find">
        Find
        <input
          id="flow-find"
          type="search"
          value={find.value}
          placeholder="function or file"
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => {
            find.value = currentTarget.value;
          }}
        />
      </label>
      <Check label="chains in one box" checked={collapse} />
      <Check label="size by own memory" checked={local} />
      {children}
    </form>
  );
}

function Fractions({
  known,
  chosen,
}: {
  readonly known: readonly number[];
  readonly chosen: number | undefined;
}) {
  const all =
    chosen === undefined || known.includes(chosen)
      ? known
      : [...known, chosen].sort((a, b) => a - b);
  return (
    <>
      {all.map((each) => (
        <option key={each} value={each}>
          {percent(each)}
        </option>
      ))}
    </>
  );
}

function Check({ label, checked }: { readonly label: string; readonly checked: Signal<boolean> }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked.value}
        onChange={({ currentTarget }) => {
          checked.value = currentTarget.checked;
        }}
      />
      {label}
    </label>
  );
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(6))} %`;
}
