import {
  type CallTreeComparison,
  type ComparedTime,
  differenceAt,
} from '../analysis/call-tree/compare-call-trees.js';
import type { Difference } from '../analysis/difference.js';
import { callTreeLegend, callTreeSubject } from './call-tree-title.js';
import { DIFFERENCE_COLORS, DIFFERENCE_KEYS, differenceShade } from './difference-colors.js';
import {
  differenceText,
  estimateText,
  foldedLines,
  percentText,
  significanceText,
} from './difference-text.js';
import { drawFlames, FLAME_MARGIN, flameLineY } from './flame-boxes.js';

/** Pixels of the legend. */
const LABEL_WIDTH = 62;
const KEY_WIDTH = 62;
const SAME_WIDTH = 280;

/** Lines of text before the legend: A, B, the difference, and the hint. */
const LEAST_TEXT_LINES = 4;

const STYLE = `
.box rect,.key{stroke:#c4c4c4;stroke-width:.5}
${shadeRules('light')}
@media (prefers-color-scheme:dark){
.box rect,.key{stroke:#565656}
${shadeRules('dark')}
}`;

/** Texts of a differential flame graph. */
export interface FlameDiffTexts {
  /** What A and B are recordings of; the same for two times of one. */
  readonly names: { readonly a: string; readonly b: string };
  /** Paths are relative to this folder where they lie within. */
  readonly cwd: string | undefined;
}

/**
 * Two call trees as one flame graph in SVG, after Brendan Gregg's differential flame graphs (https://www.brendangregg.com/blog/2014-11-09/differential-flame-graphs.html).
 * Boxes are as wide as A and B together, so that what only one of them has is seen, and children fit on their parents; the larger of both would not. The
 * colour is that of the difference of all that comes through a frame, so that the way to its cause has one colour. Pointing at a box shows both sides.
 */
export function flameDiffSvg(comparison: CallTreeComparison, texts: FlameDiffTexts): string {
  const { nodes, frames, unit, total, scale } = comparison;
  const columns = nodes[unit];
  const of = total[unit];
  const folded = foldedLines(comparison.folded[unit], unit);
  const side = (name: 'a' | 'b', value: number, error: number) =>
    `${name.toUpperCase()}: ${texts.names[name]}: ${subjectOf(comparison, comparison[name])}: ${estimateText(value, error, unit)}`;
  const scaled =
    scale[unit] === 1
      ? ''
      : `; boxes have B scaled by ${scale[unit].toPrecision(3)}, to the total of A`;
  return drawFlames({
    structure: nodes,
    frames,
    amounts: columns.a.map((a, node) => a + columns.b[node]!),
    title: 'What changed from A to B',
    subtitles: [
      side('a', of.a, of.aError),
      side('b', of.b, of.bError),
      `Difference: ${differenceText(of, unit)}${percentText(of)}; ${significanceText(of)}${scaled}`,
      ...folded,
    ],
    hint: `${callTreeLegend(comparison)}. The width is A and B together; the colour is how B differs from A.`,
    legend: legend(LEAST_TEXT_LINES + folded.length),
    legendLines: 1,
    style: STYLE,
    cwd: texts.cwd,
    classOf: (node) => differenceShade(columns, node),
    tooltipOf: (node) => tooltip(differenceAt(columns, node), unit),
  });
}

function subjectOf({ metric }: CallTreeComparison, time: ComparedTime): string {
  return callTreeSubject({ metric, ...time });
}

function tooltip(difference: Difference, unit: CallTreeComparison['unit']): string[] {
  const { a, aError, b, bError } = difference;
  const objects = unit === 'objects' ? ' objects' : '';
  return [
    `A: ${estimateText(a, aError, unit)}${objects}`,
    `B: ${estimateText(b, bError, unit)}${objects}`,
    `Difference: ${differenceText(difference, unit)}${percentText(difference)}`,
    // It is not sampling alone where memory has been folded away.
    difference.isSignificant ? 'significant' : 'not significant',
  ];
}

/** The classes of boxes. */
function shadeRules(page: 'light' | 'dark'): string {
  return Object.entries(DIFFERENCE_COLORS[page])
    .map(([shade, color]) => `.${shade}{fill:${color}}`)
    .join('\n');
}

/** The colours in a row, from less to more. */
function legend(textLines: number): string[] {
  const y = flameLineY(textLines + 1);
  const label = (x: number, text: string) => `<text x="${x}" y="${y}">${text}</text>`;
  const lines = [label(FLAME_MARGIN, 'less in B')];
  let x = FLAME_MARGIN + LABEL_WIDTH;
  for (const { shade, text } of DIFFERENCE_KEYS) {
    const width = shade === 'same' ? SAME_WIDTH : KEY_WIDTH;
    lines.push(
      `<rect class="key ${shade}" x="${x}" y="${y - 12.5}" width="${width}" height="17"/>${label(x + 5, text)}`,
    );
    x += width;
  }
  return [...lines, label(x + 8, 'more in B')];
}
