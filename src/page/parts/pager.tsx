import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { formatCount } from '../../render/numbers.js';

/** Position of the first row of the page, from 0; again 0 when something else is asked for. */
export function usePageStart(wanted: object): Signal<number> {
  const first = useSignal(0);
  const key = JSON.stringify(wanted);
  const before = useRef(key);
  if (before.current !== key) {
    before.current = key;
    first.value = 0;
  }
  return first;
}

/** Turns pages; nothing where there is one only. */
export function Pager({
  first,
  count,
  total,
}: {
  readonly first: Signal<number>;
  readonly count: number;
  readonly total: number;
}) {
  if (total <= count) return null;
  const last = Math.floor((total - 1) / count) * count;
  const turn = (label: string, symbol: string, to: number) => (
    <button
      type="button"
      aria-label={label}
      disabled={to < 0 || to > last || to === first.value}
      onClick={() => {
        first.value = to;
      }}
    >
      {symbol}
    </button>
  );
  return (
    <nav class="pager" aria-label="Pages of the table">
      {turn('First rows', '«', 0)}
      {turn('Rows before', '‹', first.value - count)}
      <span role="status">
        {formatCount(first.value + 1)}–{formatCount(Math.min(first.value + count, total))} of{' '}
        {formatCount(total)}
      </span>
      {turn('Next rows', '›', first.value + count)}
      {turn('Last rows', '»', last)}
    </nav>
  );
}
