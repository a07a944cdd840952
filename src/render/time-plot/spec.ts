import type { TopLevelSpec } from 'vega-lite';
import type { TimePlot } from '../../analysis/time-plot.js';
import { timeUnit } from '../axis-units.js';
import { CHART_CONFIG } from '../chart-style.js';
import { sanitize } from '../sanitize.js';
import { groupPanel } from './group-panel.js';
import { lineBytesPanel, lineSharePanel } from './line-panels.js';
import { livePanel } from './live-panel.js';
import type { Picture } from './panel.js';
import { allocationPanel, collectionPanel } from './rate-panels.js';
import { undrawnNotes } from './references.js';
import { thin } from './thin.js';

/** What stands above a chart. */
export interface ChartTexts {
  readonly title: string;
  /** One line each. */
  readonly subtitle: readonly string[];
  /** The recorded program's working directory: paths that lie within are shown relative to it. */
  readonly cwd?: string | undefined;
}

/** More points than pixels cost time and show nothing. */
const MAX_POINTS = 2000;

const ERROR_NOTE = 'shaded: ± one standard error';

/** Room for the axis on the left and the padding on both sides. */
const MARGIN_PX = 96;

/**
 * A Vega-Lite specification of a time plot, data included: live memory with its standard error beside
 * V8's own figures; where it was asked for, what it is made up of; where lines are given, their bytes and their share of the total; the rate of
 * allocation; the time spent in garbage collection. `widthPx` is the width of the whole picture.
 */
export function timePlotSpec(plot: TimePlot, texts: ChartTexts, widthPx = 800): TopLevelSpec {
  const { points, lines, groups } = thin(plot, MAX_POINTS);
  const endSeconds = points.at(-1)?.timeSeconds ?? 0;
  const unit = timeUnit(endSeconds);
  const picture = { points, timeUnit: unit, endTime: endSeconds / unit.size, widthPx };
  const panels = [
    livePanel(picture),
    ...(groups && groups.series.length > 0 ? [groupPanel(picture, groups, texts.cwd)] : []),
    ...(lines.length > 0 ? [lineBytesPanel(picture, lines), lineSharePanel(picture, lines)] : []),
    allocationPanel(picture),
    ...(points.some((point) => point.heapLimitBytes !== undefined)
      ? [collectionPanel(picture)]
      : []),
  ];
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: {
      text: sanitize(texts.title),
      subtitle: [...texts.subtitle, ERROR_NOTE, ...undrawnNotes(points)].map(sanitize),
      limit: widthPx - 2 * CHART_CONFIG.padding,
    },
    spacing: 14,
    vconcat: panels.map((panel, index) => ({
      width: widthPx - MARGIN_PX,
      encoding: { x: timeAxis(picture, index === panels.length - 1) },
      ...panel,
    })),
    resolve: { scale: { color: 'independent' } },
    config: CHART_CONFIG,
  };
  // Vega-Lite's own types want every nested literal marked; compiling, which every use does, checks more.
  return spec as unknown as TopLevelSpec;
}

/** The time axis: all panels have it, the lowest names it. */
function timeAxis(picture: Picture, isLowest: boolean): object {
  return {
    field: 'time',
    type: 'quantitative',
    scale: { domain: [0, picture.endTime], nice: false },
    axis: isLowest
      ? { title: `time since the start (${picture.timeUnit.symbol})`, labelFlush: true }
      : { title: null, labels: false, ticks: false },
  };
}
