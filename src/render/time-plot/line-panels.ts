import type { LineSeries } from '../../analysis/time-plot.js';
import { byteUnit } from '../axis-units.js';
import { seriesColor } from '../chart-style.js';
import { sanitize } from '../sanitize.js';
import {
  highestOf,
  legendOf,
  type Panel,
  type Picture,
  rounded,
  scaleOf,
  timeOf,
  yScale,
} from './panel.js';

/** Live bytes of the requested lines. */
export function lineBytesPanel(picture: Picture, lines: readonly LineSeries[]): Panel {
  const unit = byteUnit(highestOf(lines.flatMap((line) => line.liveBytes)));
  return linesPanel(picture, lines, {
    valuesOf: (line) => line.liveBytes.map((bytes) => bytes / unit.size),
    y: { title: `by line, ${unit.symbol}` },
    hasLegend: true,
  });
}

/** Their share of all live bytes. The legend of {@link lineBytesPanel} above it is its own too. */
export function lineSharePanel(picture: Picture, lines: readonly LineSeries[]): Panel {
  return linesPanel(picture, lines, {
    valuesOf: (line) => line.share,
    y: { title: 'share of live', axis: { format: '~%' } },
    hasLegend: false,
  });
}

function linesPanel(
  picture: Picture,
  lines: readonly LineSeries[],
  what: {
    valuesOf: (line: LineSeries) => readonly number[];
    y: object;
    hasLegend: boolean;
  },
): Panel {
  const series = lines.map(({ label }, index) => ({
    label: sanitize(label),
    color: seriesColor(index),
  }));
  const rows = lines.flatMap((line, position) => {
    const values = what.valuesOf(line);
    return picture.points.map((point, index) => ({
      time: timeOf(point, picture),
      value: values[index]!,
      line: series[position]!.label,
    }));
  });
  const highest = highestOf(rows.map((row) => row.value));
  return {
    height: 120,
    data: { values: rounded(rows) },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2 },
        encoding: {
          y: { field: 'value', type: 'quantitative', scale: yScale(highest), ...what.y },
          color: {
            field: 'line',
            type: 'nominal',
            scale: scaleOf(series),
            legend: what.hasLegend ? legendOf(series, picture) : null,
          },
        },
      },
    ],
  };
}
