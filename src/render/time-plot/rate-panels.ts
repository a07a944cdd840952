import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { byteUnit, timeUnit } from '../axis-units.js';
import { PALETTE } from '../chart-style.js';
import { highestOf, type Panel, type Picture, rounded, timeOf, yScale } from './panel.js';

/** Bytes allocated per second. */
export function allocationPanel(picture: Picture): Panel {
  const rates = bytesPerSecond(picture.points);
  const unit = byteUnit(highestOf(rates));
  return stepPanel(
    picture,
    rates.map((rate) => rate / unit.size),
    ['allocated', `${unit.symbol}/s`],
    PALETTE.skyBlue,
  );
}

/** Pauses by garbage collections, together since the point before. A pause can be longer than that time: it counts where it ends. */
export function collectionPanel(picture: Picture): Panel {
  const pauses = picture.points.map((point) => point.gcPauseSeconds);
  const unit = timeUnit(highestOf(pauses));
  return stepPanel(
    picture,
    pauses.map((pause) => pause / unit.size),
    ['GC pauses', unit.symbol],
    PALETTE.vermilion,
  );
}

/** A figure that holds for the whole time since the point before. */
function stepPanel(
  picture: Picture,
  values: readonly number[],
  title: readonly string[],
  color: string,
): Panel {
  const rows = picture.points.map((point, index) => ({
    time: timeOf(point, picture),
    value: values[index]!,
  }));
  return {
    height: 64,
    data: { values: rounded(rows) },
    layer: [
      {
        mark: { type: 'area', color, opacity: 0.85, interpolate: 'step-before' },
        encoding: {
          y: {
            field: 'value',
            type: 'quantitative',
            title,
            scale: yScale(highestOf(values)),
            axis: { tickCount: 3 },
          },
        },
      },
    ],
  };
}

/** Allocated bytes per second since the point before; 0 where no time has passed, as at the first point. */
function bytesPerSecond(points: readonly TimePlotPoint[]): number[] {
  return points.map((point, index) => {
    const seconds = point.timeSeconds - (points[index - 1]?.timeSeconds ?? 0);
    return seconds > 0 ? point.allocatedBytes / seconds : 0;
  });
}
