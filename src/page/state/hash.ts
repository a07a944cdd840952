/** Turns a value into the text that stands for it in the page's address, and back. */
export interface Codec<T> {
  /** Undefined where the text stands for no such value. */
  parse(text: string): T | undefined;
  format(value: T): string;
}

/** Texts by keys, from a fragment `#key=value&…`. What is not of this form is left out; of a key that comes twice, the last counts. */
export function parseHash(hash: string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const part of hash.replace(/^#/, '').split('&')) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(part) ?? [];
    if (key === undefined || value === undefined) continue;
    try {
      texts.set(decodeURIComponent(key), decodeURIComponent(value));
    } catch {
      // A broken escape: the address was cut or mistyped there.
    }
  }
  return texts;
}

/** A fragment that {@link parseHash} reads, with `#`, in the order of the keys; empty where there are none. */
export function formatHash(texts: ReadonlyMap<string, string>): string {
  const parts = [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
  if (parts.length === 0) return '';
  return `#${parts.map(([key, value]) => `${escapePart(key)}=${escapePart(value)}`).join('&')}`;
}

/** Only what would be read wrongly, or ends an address in a message: the rest is for people to read. */
function escapePart(text: string): string {
  return encodeURIComponent(wellFormed(text)).replace(/%(?:2F|3A|2C|40|3B)/g, decodeURIComponent);
}

/** Half a character cannot be in an address. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Any text. */
export const text: Codec<string> = { parse: (value) => value, format: (value) => value };

/** A number from `least` on. */
export function number(least = Number.NEGATIVE_INFINITY): Codec<number> {
  return {
    parse: (value) => {
      const parsed = value.trim() === '' ? Number.NaN : Number(value);
      return Number.isFinite(parsed) && parsed >= least ? parsed : undefined;
    },
    format: String,
  };
}

/** A number from 0 to 1. */
export const fraction: Codec<number> = {
  parse: (value) => {
    const parsed = number(0).parse(value);
    return parsed !== undefined && parsed <= 1 ? parsed : undefined;
  },
  format: String,
};

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Codec<Word> {
  return { parse: (value) => words.find((word) => word === value), format: (value) => value };
}

/** `yes` or `no`. */
export const flag: Codec<boolean> = {
  parse: (value) => (value === 'yes' ? true : value === 'no' ? false : undefined),
  format: (value) => (value ? 'yes' : 'no'),
};

/** Texts, each without a comma or with it escaped. */
export const texts: Codec<readonly string[]> = {
  parse: (value) => {
    try {
      return value === '' ? [] : value.split(',').map(decodeURIComponent);
    } catch {
      return undefined;
    }
  },
  format: (value) => value.map((each) => encodeURIComponent(wellFormed(each))).join(','),
};

/** A range of time in seconds since the start: `from..to`. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** `12.5..60`. */
export const range: Codec<TimeRange> = {
  parse: (value) => {
    const [, first = '', second = ''] = /^(.+)\.\.(.+)$/.exec(value) ?? [];
    const seconds = number(0);
    const [from, to] = [seconds.parse(first), seconds.parse(second)];
    return from !== undefined && to !== undefined && from <= to ? { from, to } : undefined;
  },
  format: ({ from, to }) => `${from}..${to}`,
};

/** What a person has chosen: an instant, or a range of time. */
export type Selection = { readonly at: number } | TimeRange;

/** `12.5` or `12.5..60`. */
export const selection: Codec<Selection> = {
  parse: (value) => {
    const at = number(0).parse(value);
    return at === undefined ? range.parse(value) : { at };
  },
  format: (value) => ('at' in value ? String(value.at) : range.format(value)),
};

/** What a codec has, or nothing: the empty text. */
export function optional<T>({ parse, format }: Codec<T>): Codec<T | undefined> {
  return { parse, format: (value) => (value === undefined ? '' : format(value)) };
}
