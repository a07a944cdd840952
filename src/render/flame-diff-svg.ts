import type {
  CallTreeComparison,
  ComparedTime,
  DifferenceColumns,
} from '../analysis/call-tree/compare-call-trees.js';
import type { Difference } from '../analysis/difference.js';
import { callTreeLegend, callTreeSubject } from './call-tree-title.js';
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

/** From where on a box has the next darker colour: the larger side is so many times the smaller one. */
const RATIOS = [1, 1.5, 2, 4] as const;

/**
 * Orange for more in B, blue for less, which people with any kind of colour vision can tell apart, the lighter the smaller the ratio; text can be
 * read on all of them. White is for no significant difference, or what comes closest to it on a dark page.
 */
const STYLE = `
.box rect,.key{stroke:#c4c4c4;stroke-width:.5}
.same{fill:#ffffff}
.more0{fill:#fdebd2}
.more1{fill:#fbd09a}
.more2{fill:#f6b25c}
.more3{fill:#ea8f25}
.less0{fill:#deeefa}
.less1{fill:#b5d9f2}
.less2{fill:#83bfe9}
.less3{fill:#559fd8}
@media (prefers-color-scheme:dark){
.box rect,.key{stroke:#565656}
.same{fill:#2c2c2c}
.more0{fill:#46341a}
.more1{fill:#644414}
.more2{fill:#80510c}
.more3{fill:#985c04}
.less0{fill:#1d3847}
.less1{fill:#1c4a66}
.less2{fill:#1b5c86}
.less3{fill:#1a6ea3}
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
    classOf: (node) => classOf(columns, node),
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

function differenceAt(columns: DifferenceColumns, node: number): Difference {
  return {
    a: columns.a[node]!,
    aError: columns.aErrors[node]!,
    b: columns.b[node]!,
    bError: columns.bErrors[node]!,
    difference: columns.differences[node]!,
    differenceError: columns.differenceErrors[node]!,
    isSignificant: columns.areSignificant[node] === 1,
  };
}

function classOf({ a, b, areSignificant }: DifferenceColumns, node: number): string {
  if (areSignificant[node] === 0) return 'same';
  const smaller = Math.min(a[node]!, b[node]!);
  const larger = Math.max(a[node]!, b[node]!);
  const step = RATIOS.findLastIndex((ratio) => larger >= ratio * smaller);
  return `${b[node]! > a[node]! ? 'more' : 'less'}${step}`;
}

/** The colours in a row, from less to more. */
function legend(textLines: number): string[] {
  const steps = RATIOS.map((_, step) => step);
  const keys: readonly (readonly [className: string, text: string, width: number])[] = [
    ...steps.toReversed().map((step) => [`less${step}`, ratioText(step), KEY_WIDTH] as const),
    ['same', 'no significant difference (3 standard errors)', SAME_WIDTH],
    ...steps.map((step) => [`more${step}`, ratioText(step), KEY_WIDTH] as const),
  ];
  const y = flameLineY(textLines + 1);
  const label = (x: number, text: string) => `<text x="${x}" y="${y}">${text}</text>`;
  const lines = [label(FLAME_MARGIN, 'less in B')];
  let x = FLAME_MARGIN + LABEL_WIDTH;
  for (const [className, text, width] of keys) {
    lines.push(
      `<rect class="key ${className}" x="${x}" y="${y - 12.5}" width="${width}" height="17"/>${label(x + 5, text)}`,
    );
    x += width;
  }
  return [...lines, label(x + 8, 'more in B')];
}

function ratioText(step: number): string {
  const [from, to] = [RATIOS[step]!, RATIOS[step + 1]];
  if (to === undefined) return `over ${from}×`;
  return from === 1 ? `to ${to}×` : `${from}–${to}×`;
}
