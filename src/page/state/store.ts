import { effect, type Signal, signal } from '@preact/signals';
import {
  type Codec,
  formatHash,
  oneOf,
  optional,
  parseHash,
  range,
  type Selection,
  selection,
  type TimeRange,
} from './hash.js';

/** The panels, in the order of their tabs. */
export const PANELS = ['summary', 'calls', 'compare', 'table', 'flow', 'lifetimes', 'gc'] as const;

/** Name of a panel. */
export type PanelName = (typeof PANELS)[number];

/** A value that is in the page's address. */
interface Kept {
  /** Takes the value from the address, or the default where it has none or a bad one. */
  readonly read: () => void;
}

/**
 * What a person has chosen. All of it is in the address's fragment, so that a colleague with the same file sees the same; changes go both ways.
 */
export class Store {
  /** The instant or range that everything below the time line is about; undefined for the whole recording. */
  readonly selection: Signal<Selection | undefined>;
  /** What the time line shows; undefined for all of it. */
  readonly zoom: Signal<TimeRange | undefined>;
  readonly panel: Signal<PanelName>;
  readonly #kept = new Map<string, Kept & { readonly signal: Signal }>();
  #texts: Map<string, string>;

  constructor() {
    this.#texts = parseHash(location.hash);
    this.selection = this.setting('time', optional(selection), undefined);
    this.zoom = this.setting('zoom', optional(range), undefined);
    this.panel = this.setting('panel', oneOf(PANELS), 'summary');
    addEventListener('hashchange', () => {
      this.#texts = parseHash(location.hash);
      for (const { read } of this.#kept.values()) read();
    });
  }

  /**
   * A setting of a panel, kept in the address under a key such as `table.by`; the same signal each time.
   * @param fallback the value where the address has none; it is then not written either
   */
  setting<T>(key: string, codec: Codec<T>, fallback: T): Signal<T> {
    const known = this.#kept.get(key);
    if (known) return known.signal as Signal<T>;
    const valueInAddress = () => {
      const text = this.#texts.get(key);
      return (text === undefined ? undefined : codec.parse(text)) ?? fallback;
    };
    const value = signal(valueInAddress());
    const read = () => {
      const next = valueInAddress();
      // An equal object would be a change.
      if (codec.format(next) !== codec.format(value.peek())) value.value = next;
    };
    this.#kept.set(key, { signal: value as Signal, read });
    const unsaid = codec.format(fallback);
    effect(() => this.#write(key, codec.format(value.value), unsaid));
    return value;
  }

  #write(key: string, text: string, unsaid: string): void {
    const before = formatHash(this.#texts);
    if (text === unsaid) this.#texts.delete(key);
    else this.#texts.set(key, text);
    const hash = formatHash(this.#texts);
    if (hash === before) return;
    // Replaced: a step back in the history leaves the page, and not the tenth change of a range.
    history.replaceState(null, '', hash === '' ? location.pathname + location.search : hash);
  }
}

/** An instant is a range without length. */
export function rangeOf(chosen: Selection | undefined): TimeRange | undefined {
  return chosen && 'at' in chosen ? { from: chosen.at, to: chosen.at } : chosen;
}

/** What analyses of a range take: `heapSummary`, and each side of `compare`. */
export function rangeOptions(chosen: Selection | undefined): Partial<TimeRange> {
  return rangeOf(chosen) ?? {};
}

/** What analyses of an instant or a range take: `callTree`. The whole recording is a range. */
export function timeOptions(chosen: Selection | undefined): Selection | { readonly from: number } {
  return chosen ?? { from: 0 };
}
