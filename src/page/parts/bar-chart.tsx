import type { RefObject } from 'preact';
import { useWidth } from './use-width.js';

/** Space for the figure of the highest bar. */
const TOP = 18;
/** Space for what stands below the axis. */
const BOTTOM = 18;
/** Characters of the labels are about so wide. */
const CHARACTER = 7;

/** A bar of a chart. */
export interface Bar {
  readonly value: number;
  /** What it is and how much, shown under the pointer. */
  readonly title: string;
  /** A class of the style sheet that colours it. */
  readonly tone?: string;
}

/** Bars of equal width, from 0 up, with a figure at the highest: a distribution. */
export function BarChart({
  bars,
  ticks,
  label,
  textOf,
  height = 130,
  svgRef,
}: {
  readonly bars: readonly Bar[];
  /** Texts below the axis: at the start of a bar, that of an index. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** For those who do not see it. */
  readonly label: string;
  readonly textOf: (value: number) => string;
  readonly height?: number;
  readonly svgRef?: RefObject<SVGSVGElement> | undefined;
}) {
  const [place, width] = useWidth<HTMLDivElement>(480);
  const most = Math.max(...bars.map(({ value }) => value), 0);
  const highest = bars.findIndex(({ value }) => value === most);
  const step = width / Math.max(bars.length, 1);
  const floor = height - BOTTOM;
  const tall = (value: number) => (most > 0 ? (value / most) * (floor - TOP) : 0);
  const anchorOf = (x: number, text: string) => {
    const half = (text.length * CHARACTER) / 2;
    return x < half ? 'start' : x > width - half ? 'end' : 'middle';
  };
  const topText = textOf(most);
  const topX = (highest + 0.5) * step;
  return (
    <div class="bar-chart" ref={place}>
      <svg ref={svgRef ?? null} width={width} height={height} role="img" aria-label={label}>
        {bars.map(({ value, title, tone = '' }, index) => (
          <g key={index} class={tone}>
            <rect class="bar-ground" x={index * step} y={0} width={step} height={floor} />
            <rect
              class="bar"
              x={index * step + 0.5}
              // What there is at all can be seen.
              y={floor - Math.max(tall(value), value > 0 ? 1 : 0)}
              width={Math.max(step - 1, 0.5)}
              height={Math.max(tall(value), value > 0 ? 1 : 0)}
            />
            <title>{title}</title>
          </g>
        ))}
        <line class="axis" x1={0} x2={width} y1={floor} y2={floor} />
        {ticks.map(({ at, text }) => (
          <g key={text} class="tick">
            <line x1={at * step} x2={at * step} y1={floor} y2={floor + 4} />
            <text x={at * step} y={height - 3} text-anchor={anchorOf(at * step, text)}>
              {text}
            </text>
          </g>
        ))}
        {most > 0 && (
          <text class="top" x={topX} y={TOP - 5} text-anchor={anchorOf(topX, topText)}>
            {topText}
          </text>
        )}
      </svg>
    </div>
  );
}
