import type { TopLevelSpec } from 'vega-lite';
import type { HeapSummary, SummaryRow } from '../analysis/summary.js';
import { formatBytes } from '../base/units.js';
import { byteUnit } from './axis-units.js';
import { CHART_CONFIG, PALETTE, REST_COLOR } from './chart-style.js';
import { formatCount, formatShare } from './numbers.js';
import { sanitize } from './sanitize.js';
import { subjectText } from './subject-text.js';
import type { ChartTexts } from './time-plot/spec.js';

/** More rows than a person compares. */
const MAX_ROWS = 20;

const ROW_PX = 22;

const BAR_COLOR = {
  condition: { test: 'datum.untyped', value: REST_COLOR },
  value: PALETTE.blue,
};

/** A character of a label is about so wide. */
const CHARACTER_PX = 6.8;

/**
 * A Vega-Lite specification of a heap summary, data included: a bar for the average live bytes of each row, with its standard error, and a
 * mark at its peak. `widthPx` is the width of the whole picture.
 */
export function summaryChartSpec(
  summary: HeapSummary,
  texts: ChartTexts,
  widthPx = 800,
): TopLevelSpec {
  const rows = drawnRows(summary);
  const labelPx = Math.round(widthPx * 0.38);
  const unit = byteUnit(Math.max(0, ...rows.map((row) => row.peakBytes)));
  const values = rows.map((row, rank) => ({
    // Two rows can have the same text, cut or not; a bar each needs a name each.
    row: `${rank}`,
    average: row.averageBytes / unit.size,
    low: Math.max(0, row.averageBytes - row.averageBytesError) / unit.size,
    high: (row.averageBytes + row.averageBytesError) / unit.size,
    peak: row.peakBytes / unit.size,
    untyped: row.untyped,
  }));
  const labels = rows.map((row) =>
    subjectText(row.subject, texts.cwd, Math.floor(labelPx / CHARACTER_PX)),
  );
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title: unit.symbol,
    scale: values.length === 0 ? { domain: [0, 1] } : { domainMin: 0 },
    axis: { grid: true, tickCount: Math.max(3, Math.round(widthPx / 130)) },
  });
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: {
      text: sanitize(texts.title),
      subtitle: [...texts.subtitle, ...notes(summary, rows)].map(sanitize),
      limit: widthPx - 2 * CHART_CONFIG.padding,
    },
    width: widthPx - labelPx - 40,
    height: { step: ROW_PX },
    data: { values },
    encoding: {
      y: {
        field: 'row',
        type: 'ordinal',
        title: null,
        sort: null,
        axis: {
          labelExpr: `${JSON.stringify(labels)}[datum.value]`,
          // Vega has no fonts here, and would take texts for wider than they are.
          labelLimit: 2 * labelPx,
          minExtent: labelPx,
          maxExtent: labelPx,
        },
      },
    },
    layer: [
      {
        mark: { type: 'bar', opacity: 0.75 },
        encoding: { x: x('average'), color: BAR_COLOR },
      },
      {
        mark: { type: 'rule', color: PALETTE.black, strokeWidth: 1.5 },
        encoding: { x: x('low'), x2: { field: 'high' } },
      },
      {
        mark: {
          type: 'tick',
          color: PALETTE.vermilion,
          thickness: 2.5,
          opacity: 1,
          size: ROW_PX - 8,
        },
        encoding: { x: x('peak') },
      },
    ],
    config: CHART_CONFIG,
  };
  // Vega-Lite's own types want every nested literal marked; compiling, which every use does, checks more.
  return spec as unknown as TopLevelSpec;
}

/** As many of the rows as there is room for; what is of no type is drawn whatever its place in the list. */
function drawnRows({ rows }: HeapSummary): SummaryRow[] {
  const untyped = rows.filter((row) => row.untyped);
  return [...rows.filter((row) => !row.untyped).slice(0, MAX_ROWS - untyped.length), ...untyped];
}

function notes({ capacity, rows, unlisted }: HeapSummary, drawn: readonly SummaryRow[]): string[] {
  const leftRows = rows.filter((row) => !drawn.includes(row));
  const left = leftRows.length + unlisted.rowCount;
  const leftBytes = leftRows.reduce((sum, row) => sum + row.averageBytes, unlisted.averageBytes);
  return [
    'bar: average live bytes ± one standard error; mark: peak',
    ...(drawn.some(({ untyped }) => untyped)
      ? ["gray: of no type: V8's own objects, or dead before their type was read"]
      : []),
    ...(capacity
      ? [
          `heap in use ${formatBytes(capacity.averageUsedBytes)} on average, ${formatShare(capacity.averageUsedShare)} of ${formatBytes(capacity.capacityBytes)}`,
        ]
      : []),
    ...(left > 0 ? [`${formatCount(left)} more rows: ${formatBytes(leftBytes)}`] : []),
  ];
}
