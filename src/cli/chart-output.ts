import path from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import type { Reader } from '../read.js';
import { chartPage } from '../render/chart-page.js';
import { type ChartTheme, themed } from '../render/chart-theme.js';
import { wallTime } from '../render/info-text.js';
import { renderPng } from '../render/png.js';
import { recordingName } from '../render/recording-name.js';
import type { ChartTexts } from '../render/time-plot/spec.js';
import { renderSvg } from '../render/vega.js';
import { UsageError } from './errors.js';
import { writeOutput } from './output.js';

/** Makes the specification of a chart that is so many pixels wide. */
type SpecOf = (widthPx: number) => TopLevelSpec;

type Renderer = (specOf: SpecOf, theme: ChartTheme, title: string) => Promise<string | Uint8Array>;

const WIDTH_PX = 800;

const svgOf = (specOf: SpecOf, theme: ChartTheme) => renderSvg(themed(specOf(WIDTH_PX), theme));

const RENDERERS: Readonly<Record<string, Renderer>> = {
  '.vl.json': async (specOf, theme) =>
    `${JSON.stringify(themed(specOf(WIDTH_PX), theme), undefined, 2)}\n`,
  '.svg': svgOf,
  '.png': async (specOf, theme) => renderPng(await svgOf(specOf, theme)),
  '.html': (specOf, _, title) => chartPage(title, specOf),
};

/** What `-o` says of the files that a chart can be. */
export const CHART_ENDINGS =
  'the ending says what: .svg, .png, .html (a page in light and dark, for wide and narrow windows), or .vl.json (Vega-Lite)';

/**
 * How a chart is written to a file of this name.
 * @throws UsageError if its ending says nothing.
 */
export function chartWriter(
  output: string,
  theme: ChartTheme,
): (specOf: SpecOf, title: string) => Promise<void> {
  const ending = Object.keys(RENDERERS).find((each) => output.endsWith(each));
  if (ending === undefined) {
    throw new UsageError(
      `${output} must end in one of ${Object.keys(RENDERERS).join(', ')}, which says what to draw.`,
    );
  }
  return async (specOf, title) =>
    writeOutput(output, await RENDERERS[ending]!(specOf, theme, title));
}

/** What stands above a chart of a recording. */
export function chartTexts(filebase: string, reader: Reader): ChartTexts {
  return {
    title: recordingName(reader.hpm.facts) ?? path.basename(filebase),
    subtitle: [`recorded ${wallTime(reader.hpm.facts.startWallMicros)}`],
    cwd: reader.hpm.facts.process?.cwd,
  };
}
