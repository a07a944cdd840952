import { DIFFERENCE_COLORS, type DifferenceShade } from '../../../render/difference-colors.js';

/** On the page, what does not differ has the page's own colour: that of `--ground`. */
const GROUND = { light: '#ffffff', dark: '#16191d' } as const;

/** What a shade says to those who do not see its colour, before a name: `▲ ` for more in B, `▼ ` for less. */
export function shadeSign(shade: DifferenceShade): string {
  if (shade === 'same') return '';
  return shade.startsWith('more') ? '▲ ' : '▼ ';
}

/** The colour of a shade on the page. */
export function shadeColor(shade: DifferenceShade, isDark: boolean): string {
  const page = isDark ? 'dark' : 'light';
  return shade === 'same' ? GROUND[page] : DIFFERENCE_COLORS[page][shade];
}
