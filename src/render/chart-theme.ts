import { CHART_CONFIG, PALETTE } from './chart-style.js';

/** The ground that a chart is drawn on. */
export type ChartTheme = 'light' | 'dark';

/** A chart for a dark ground: the same hues, so light that they stand out from it. */
const DARK_COLORS: Readonly<Record<string, string>> = {
  [PALETTE.blue]: '#4aa8e0',
  [PALETTE.orange]: '#f0b440',
  [PALETTE.green]: '#2fc79a',
  [PALETTE.purple]: '#e0a0c4',
  [PALETTE.vermilion]: '#f5803e',
  [PALETTE.skyBlue]: '#8accf2',
  [PALETTE.olive]: '#d6c832',
  [PALETTE.black]: '#f0f0f0',
  [CHART_CONFIG.background]: '#16191d',
  [CHART_CONFIG.title.color]: '#dde2e7',
  [CHART_CONFIG.title.subtitleColor]: '#a4acb5',
  [CHART_CONFIG.axis.gridColor]: '#2a2f36',
  [CHART_CONFIG.axis.domainColor]: '#4a515a',
};

/** A Vega-Lite specification in the colours of a theme; specifications are made for a light ground. Its data stay as they are. */
export function themed<Spec extends object>(spec: Spec, theme: ChartTheme): Spec {
  return theme === 'light' ? spec : (darkened(spec) as Spec);
}

function darkened(part: unknown, textKeys: ReadonlySet<string> = TEXT_KEYS): unknown {
  if (typeof part === 'string') return DARK_COLORS[part] ?? part;
  if (Array.isArray(part)) return part.map((item) => darkened(item, textKeys));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      if (key === 'config') return [key, darkened(value, NONE)];
      return [key, textKeys.has(key) ? value : darkened(value, textKeys)];
    }),
  );
}

/** What holds texts of the recording, and no colours; the `config` has no such texts. */
const TEXT_KEYS: ReadonlySet<string> = new Set(['values', 'title', 'domain', 'datum']);
const NONE: ReadonlySet<string> = new Set();
