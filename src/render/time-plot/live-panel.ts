import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { byteUnit } from '../axis-units.js';
import { PALETTE } from '../chart-style.js';
import {
  highestOf,
  type Panel,
  type Picture,
  type Row,
  rounded,
  type Series,
  seriesLayer,
  timeOf,
  yScale,
} from './panel.js';
import { drawnReferences, highest, type Reference } from './references.js';

const LIVE: Series = { label: 'live, estimated', color: PALETTE.blue };
const ARRAY_BUFFERS: Series = { label: 'live array buffers', color: PALETTE.orange };

/** Live memory with a band of one standard error, the part of array buffers, and V8's own figures. */
export function livePanel(picture: Picture): Panel {
  const { points } = picture;
  const references = drawnReferences(points);
  const hasArrayBuffers = points.some((point) => point.liveBytesByKind.arrayBuffer > 0);
  const highestBytes = highestOf([
    ...points.map((point) => point.liveBytes),
    ...references.map((reference) => highest(points, reference)),
  ]);
  const unit = byteUnit(highestBytes);
  const series = [LIVE, ...(hasArrayBuffers ? [ARRAY_BUFFERS] : []), ...references];
  const y = (field: string) => ({
    field,
    type: 'quantitative',
    title: unit.symbol,
    scale: yScale(highestBytes),
  });
  return {
    height: 220,
    data: {
      values: rounded(points.map((point) => rowOf(point, picture, unit.size, references))),
    },
    layer: [
      {
        mark: { type: 'area', color: LIVE.color, opacity: 0.1 },
        encoding: { y: y('live') },
      },
      ...(hasArrayBuffers
        ? [
            seriesLayer(ARRAY_BUFFERS.label, series, picture, {
              mark: { type: 'line', strokeWidth: 1.5 },
              y: y('arrayBuffers'),
            }),
          ]
        : []),
      {
        mark: { type: 'area', color: LIVE.color, opacity: 0.3 },
        encoding: { y: y('low'), y2: { field: 'high' } },
      },
      ...references.map(({ field, label, dash }) =>
        seriesLayer(label, series, picture, {
          mark: { type: 'line', strokeWidth: 1.5, strokeDash: dash },
          y: y(field),
        }),
      ),
      seriesLayer(LIVE.label, series, picture, {
        mark: { type: 'line', strokeWidth: 2 },
        y: y('live'),
      }),
    ],
  };
}

function rowOf(
  point: TimePlotPoint,
  picture: Picture,
  unitBytes: number,
  references: readonly Reference[],
): Row {
  const row: Row = {
    time: timeOf(point, picture),
    live: point.liveBytes / unitBytes,
    low: Math.max(0, point.liveBytes - point.liveBytesError) / unitBytes,
    high: (point.liveBytes + point.liveBytesError) / unitBytes,
    arrayBuffers: point.liveBytesByKind.arrayBuffer / unitBytes,
  };
  for (const { field } of references) {
    const bytes = point[field];
    if (bytes !== undefined) row[field] = bytes / unitBytes;
  }
  return row;
}
