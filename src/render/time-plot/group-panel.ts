import type { GroupSeries } from '../../analysis/group-series.js';
import { byteUnit } from '../axis-units.js';
import { REST_COLOR, seriesColor } from '../chart-style.js';
import { subjectText } from '../subject-text.js';
import {
  highestOf,
  legendOf,
  legendWidth,
  type Panel,
  type Picture,
  rounded,
  scaleOf,
  timeOf,
  yScale,
} from './panel.js';

/** Without fonts at hand, Vega supposes that a character of a legend is so wide. */
const CHARACTER_PX = 9;

/** What stands for all groups that have no area of their own. */
const REST_LABEL = 'other';

/** Live bytes as areas on top of each other, the largest lowest. Paths are relative to `cwd` where they lie within. */
export function groupPanel(
  picture: Picture,
  { by, series }: GroupSeries,
  cwd: string | undefined,
): Panel {
  const totals = picture.points.map((_, index) =>
    series.reduce((sum, { liveBytes }) => sum + liveBytes[index]!, 0),
  );
  const unit = byteUnit(highestOf(totals));
  const width = Math.floor(legendWidth(picture) / CHARACTER_PX);
  const areas = distinct(
    series.map(({ subject }) =>
      subject === undefined ? REST_LABEL : subjectText(subject, cwd, width),
    ),
  ).map((label, index) => ({
    label,
    color: series[index]!.subject === undefined ? REST_COLOR : seriesColor(index),
  }));
  const rows = series.flatMap(({ liveBytes }, rank) =>
    picture.points.map((point, index) => ({
      time: timeOf(point, picture),
      value: liveBytes[index]! / unit.size,
      group: areas[rank]!.label,
      rank,
    })),
  );
  return {
    height: 180,
    data: { values: rounded(rows) },
    layer: [
      {
        mark: { type: 'area', opacity: 0.85 },
        encoding: {
          y: {
            field: 'value',
            type: 'quantitative',
            title: `by ${by}, ${unit.symbol}`,
            stack: 'zero',
            scale: yScale(highestOf(totals)),
          },
          order: { field: 'rank', type: 'quantitative' },
          color: {
            field: 'group',
            type: 'nominal',
            scale: scaleOf(areas),
            // The legends' usual strokes would be without a colour.
            legend: { ...legendOf(areas, picture), symbolType: 'square' },
          },
        },
      },
    ],
  };
}

/** Two groups can have the same text, cut or not: then the later ones are numbered. */
function distinct(texts: readonly string[]): string[] {
  return texts.map((text, index) => {
    const earlier = texts.slice(0, index).filter((other) => other === text).length;
    return earlier === 0 ? text : `${text} (${earlier + 1})`;
  });
}
