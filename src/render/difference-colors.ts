import type { DifferenceColumns } from '../analysis/call-tree/compare-call-trees.js';

/** How a box differs: not significantly, or more or less in B, the higher the number the larger the ratio. */
export type DifferenceShade = 'same' | `${'more' | 'less'}${0 | 1 | 2 | 3}`;

/** From where on a box has the next darker colour: the larger side is so many times the smaller one. */
const RATIOS = [1, 1.5, 2, 4] as const;

/**
 * Orange for more in B, blue for less, which people with any kind of colour vision can tell apart, the lighter the smaller the ratio; text can be
 * read on all of them. White is for no significant difference, or what comes closest to it on a dark page.
 */
export const DIFFERENCE_COLORS: Readonly<
  Record<'light' | 'dark', Readonly<Record<DifferenceShade, string>>>
> = {
  light: {
    same: '#ffffff',
    more0: '#fdebd2',
    more1: '#fbd09a',
    more2: '#f6b25c',
    more3: '#ea8f25',
    less0: '#deeefa',
    less1: '#b5d9f2',
    less2: '#83bfe9',
    less3: '#559fd8',
  },
  dark: {
    same: '#2c2c2c',
    more0: '#46341a',
    more1: '#644414',
    more2: '#80510c',
    more3: '#985c04',
    less0: '#1d3847',
    less1: '#1c4a66',
    less2: '#1b5c86',
    less3: '#1a6ea3',
  },
};

/** A colour of a legend, and what stands on it. */
export interface DifferenceKey {
  readonly shade: DifferenceShade;
  readonly text: string;
}

/** All colours, from less in B to more. */
export const DIFFERENCE_KEYS: readonly DifferenceKey[] = [
  ...RATIOS.map((_, step) => keyOf('less', step)).reverse(),
  { shade: 'same', text: 'no significant difference (3 standard errors)' },
  ...RATIOS.map((_, step) => keyOf('more', step)),
];

/** The colour of a node. */
export function differenceShade(
  { a, b, areSignificant }: Pick<DifferenceColumns, 'a' | 'b' | 'areSignificant'>,
  node: number,
): DifferenceShade {
  if (areSignificant[node] === 0) return 'same';
  const smaller = Math.min(a[node]!, b[node]!);
  const larger = Math.max(a[node]!, b[node]!);
  const step = RATIOS.findLastIndex((ratio) => larger >= ratio * smaller);
  return shadeOf(b[node]! > a[node]! ? 'more' : 'less', step);
}

function shadeOf(side: 'more' | 'less', step: number): DifferenceShade {
  return `${side}${step}` as DifferenceShade;
}

function keyOf(side: 'more' | 'less', step: number): DifferenceKey {
  const [from, to] = [RATIOS[step]!, RATIOS[step + 1]];
  const text = to === undefined ? `over ${from}×` : from === 1 ? `to ${to}×` : `${from}–${to}×`;
  return { shade: shadeOf(side, step), text };
}
