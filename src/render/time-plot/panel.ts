import type { TimePlotPoint } from '../../analysis/time-plot.js';
import type { Unit } from '../axis-units.js';

/** What the panels of one picture share. */
export interface Picture {
  readonly points: readonly TimePlotPoint[];
  /** The time axis: its unit, and where it ends in that unit. */
  readonly timeUnit: Unit;
  readonly endTime: number;
  /** Of the whole picture. */
  readonly widthPx: number;
}

/** A row of a panel's data, numbers in the units of its axes. Fields without a value are left out. */
export type Row = Record<string, number | string>;

/** A line or an area with an entry in the legend. */
export interface Series {
  readonly label: string;
  readonly color: string;
}

/** A Vega-Lite view, complete but for its width and its time axis. */
export interface Panel {
  readonly height: number;
  readonly data: { readonly values: readonly Row[] };
  readonly layer: readonly object[];
}

/** Below this width a legend has two columns, or one where its texts are long. */
const NARROW_PX = 600;

/** What axis, padding and symbols take of a legend's width. */
const LEGEND_MARGIN_PX = 130;

/** The time of a point on the axis. */
export function timeOf(point: TimePlotPoint, picture: Picture): number {
  return point.timeSeconds / picture.timeUnit.size;
}

/** The scale of an axis up to `highest`. Where all is 0 it needs an end, to have the line at the bottom and plain labels. */
export function yScale(highest: number): object {
  return highest > 0 ? { domainMin: 0 } : { domain: [0, 1] };
}

/** The highest of any number of values from 0 on; 0 of none. */
export function highestOf(values: readonly number[]): number {
  // Not Math.max(...values): an argument list has a limit.
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/**
 * A layer that is one of `series`, by its colour and in the legend; every layer with the same series shares one legend. The series is a
 * field of the layer's data: a constant (`datum`) takes neither scale nor legend, says Vega-Lite's schema.
 */
export function seriesLayer(
  label: string,
  series: readonly Series[],
  picture: Picture,
  { mark, y }: { readonly mark: object; readonly y: object },
): object {
  return {
    transform: [{ calculate: JSON.stringify(label), as: 'series' }],
    mark,
    encoding: {
      y,
      color: {
        field: 'series',
        type: 'nominal',
        scale: scaleOf(series),
        legend: legendOf(series, picture),
      },
    },
  };
}

/** The colours of series, by their labels. */
export function scaleOf(series: readonly Series[]): object {
  return { domain: series.map(({ label }) => label), range: series.map(({ color }) => color) };
}

/** A legend that stays within the picture. */
export function legendOf(series: readonly Series[], picture: Picture): object {
  const columns = legendColumns(series, picture);
  return { columns, labelLimit: (picture.widthPx - LEGEND_MARGIN_PX) / Math.min(columns, 2) };
}

/** How wide the texts of a legend can be that are cut to fit: of two columns, and of one in a narrow picture. */
export function legendWidth({ widthPx }: Picture): number {
  return (widthPx - LEGEND_MARGIN_PX) / (widthPx < NARROW_PX ? 1 : 2);
}

function legendColumns(series: readonly Series[], { widthPx }: Picture): number {
  if (widthPx < NARROW_PX) return series.some(({ label }) => label.length > 14) ? 1 : 2;
  return series.length <= 4 ? series.length : 2;
}

/** Rows without needless digits: six are more than a picture shows, and a tenth of the size. */
export function rounded(rows: readonly Row[]): Row[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([field, value]) => [
        field,
        typeof value === 'number' ? Number(value.toPrecision(6)) : value,
      ]),
    ),
  );
}
