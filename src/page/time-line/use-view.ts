import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { usePage } from '../page-context.js';
import type { TimeRange } from '../state/hash.js';
import { isWhole, moved, withinWhole, zoomed } from './time-view.js';
import type { KnownTime } from './use-known-time.js';

/** The address is written when a gesture has rested for so long: browsers refuse to have it written at each step. */
const REST_MS = 200;

/** What is seen of the recording, and how it is changed. */
export interface View {
  /** Ahead of the address while a gesture goes on. */
  readonly range: Signal<TimeRange>;
  readonly look: (next: TimeRange) => void;
  /** Shows less (a factor below 1) or more about a time, in seconds. */
  readonly zoomBy: (about: number, factor: number) => void;
  readonly moveBy: (seconds: number) => void;
  /** Length of what is seen, in seconds. */
  readonly span: () => number;
}

/** What is seen; it goes both ways between the address and the time line. */
export function useView(known: ReadonlySignal<KnownTime>): View {
  const { store } = usePage();
  const { whole } = known.value;
  const range = useSignal<TimeRange>(withinWhole(store.zoom.peek() ?? whole, whole));
  const rest = useRef(0);
  const look = (next: TimeRange) => {
    const { whole } = known.peek();
    range.value = next;
    window.clearTimeout(rest.current);
    rest.current = window.setTimeout(() => {
      rest.current = 0;
      const { from, to } = next;
      store.zoom.value = isWhole(next, whole)
        ? undefined
        : { from: Math.floor(from * 1e3) / 1e3, to: Math.ceil(to * 1e3) / 1e3 };
    }, REST_MS);
  };
  const seenKnown = useRef(known.peek());
  useSignalEffect(() => {
    const { whole } = known.value;
    const next = withinWhole(store.zoom.value ?? whole, whole);
    const hasGrown = seenKnown.current !== known.value;
    seenKnown.current = known.value;
    // A gesture that goes on is not disturbed by what comes meanwhile.
    if (hasGrown && rest.current !== 0) return;
    window.clearTimeout(rest.current);
    rest.current = 0;
    range.value = next;
  });
  useEffect(() => () => window.clearTimeout(rest.current), []);
  return {
    range,
    look,
    zoomBy: (about, factor) => look(zoomed(range.peek(), about, factor, known.peek().whole)),
    moveBy: (seconds) => look(moved(range.peek(), seconds, known.peek().whole)),
    span: () => range.peek().to - range.peek().from,
  };
}
