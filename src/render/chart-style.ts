/** Okabe and Ito's palette, which people with any kind of colour vision can tell apart; their yellow, faint on white, is darker here. */
export const PALETTE = {
  blue: '#0072b2',
  orange: '#e69f00',
  green: '#009e73',
  purple: '#cc79a7',
  vermilion: '#d55e00',
  skyBlue: '#56b4e9',
  olive: '#9a8700',
  black: '#000000',
} as const;

/** Colours for any number of series; they repeat after the eighth. */
export function seriesColor(index: number): string {
  const colors = Object.values(PALETTE);
  return colors[index % colors.length]!;
}

/** What is left when all others have a colour; on a light and on a dark ground. */
export const REST_COLOR = '#8f969e';

/** The first family is the one that PNG pictures are drawn with. */
const FONT = 'DejaVu Sans, Verdana, Arial, sans-serif';

const TEXT_COLOR = '#333333';
const LINE_COLOR = '#cccccc';

/** Vega-Lite's `config` for all charts. */
export const CHART_CONFIG = {
  background: '#ffffff',
  padding: 10,
  font: FONT,
  view: { stroke: null },
  title: {
    anchor: 'start',
    fontSize: 15,
    color: TEXT_COLOR,
    subtitleFontSize: 11,
    subtitleColor: '#666666',
    subtitlePadding: 5,
    offset: 12,
  },
  axis: {
    labelFontSize: 11,
    labelColor: TEXT_COLOR,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    titleColor: TEXT_COLOR,
    gridColor: '#eeeeee',
    domainColor: LINE_COLOR,
    tickColor: LINE_COLOR,
  },
  // Equal room for all labels, so that the axes of all panels stand above each other.
  axisY: { minExtent: 44, maxExtent: 44, domain: false, ticks: false },
  axisX: { grid: false },
  legend: {
    orient: 'top',
    title: null,
    labelFontSize: 11,
    labelColor: TEXT_COLOR,
    symbolType: 'stroke',
    symbolStrokeWidth: 3,
    symbolOpacity: 1,
    columnPadding: 14,
    offset: 4,
  },
} as const;
