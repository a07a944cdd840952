import type { TopLevelSpec } from 'vega-lite';
import { type ChartTheme, themed } from './chart-theme.js';
import { escapeMarkup } from './markup.js';
import { renderSvg } from './vega.js';

const WIDE_PX = 1000;
const NARROW_PX = 400;

/** Pictures of a page: which is shown, the style sheet says. */
const PICTURES: readonly { theme: ChartTheme; widthPx: number }[] = [
  { theme: 'light', widthPx: WIDE_PX },
  { theme: 'dark', widthPx: WIDE_PX },
  { theme: 'light', widthPx: NARROW_PX },
  { theme: 'dark', widthPx: NARROW_PX },
];

const STYLE = `
body { margin: 0; background: #ffffff; }
svg { display: none; max-width: 100%; height: auto; margin: 0 auto; }
.light.wide { display: block; }
@media (max-width: 700px) {
  .light.wide { display: none; }
  .light.narrow { display: block; }
}
@media (prefers-color-scheme: dark) {
  body { background: #16191d; }
  .light.wide, .light.narrow { display: none; }
  .dark.wide { display: block; }
}
@media (prefers-color-scheme: dark) and (max-width: 700px) {
  .dark.wide { display: none; }
  .dark.narrow { display: block; }
}
`;

/**
 * A page of one file with a chart, drawn: it needs no network and no scripts. It is light or dark as the browser is set, and has a picture of
 * its own for narrow windows.
 * @param specOf the chart's Vega-Lite specification, so many pixels wide
 */
export async function chartPage(
  title: string,
  specOf: (widthPx: number) => TopLevelSpec,
): Promise<string> {
  const pictures = await Promise.all(
    PICTURES.map(async ({ theme, widthPx }, number) => {
      const svg = await renderSvg(themed(specOf(widthPx), theme));
      const classes = `${theme} ${widthPx === WIDE_PX ? 'wide' : 'narrow'}`;
      return withOwnIds(svg, `p${number}-`).replace(' class="marks"', ` class="${classes}"`);
    }),
  );
  return [
    '<!DOCTYPE html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeMarkup(title)}</title>`,
    `<style>${STYLE}</style></head><body>`,
    ...pictures,
    '</body></html>\n',
  ].join('\n');
}

/** Each drawing numbers its clips and gradients from the start; on one page they need names of their own. */
function withOwnIds(svg: string, prefix: string): string {
  return svg
    .replace(/(<[^<>]* )id="([\w-]+)"/g, `$1id="${prefix}$2"`)
    .replace(/(<[^<>]* (?:clip-path|fill|stroke)=")url\(#([\w-]+)\)/g, `$1url(#${prefix}$2)`);
}
