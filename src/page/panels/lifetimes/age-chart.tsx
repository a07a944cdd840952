import type { RefObject } from 'preact';
import type { LifetimeRow } from '../../../analysis/lifetimes.js';
import { formatBytes, formatDuration } from '../../../base/units.js';
import { BarChart } from '../../parts/bar-chart.js';

/** Ages that a person knows, in microseconds. */
const KNOWN_AGES = [
  [1, '1 µs'],
  [1e3, '1 ms'],
  [1e6, '1 s'],
  [60e6, '1 min'],
  [3600e6, '1 h'],
  [86_400e6, '1 day'],
] as const;

/** The classes of ages that a chart shows: from the first to the last, both included. */
export interface AgeSpan {
  readonly first: number;
  readonly last: number;
}

/** The classes that there are at all. */
export function ageSpan({ ages = [] }: Pick<LifetimeRow, 'ages'>): AgeSpan {
  const first = ages.findIndex((bytes) => bytes > 0);
  // Room for a few, so that a single class is not the whole width.
  return { first: Math.max(first - 1, 0), last: Math.max(ages.length, first + 8) };
}

/** Bytes by the age that they reached, on a logarithmic scale, and what is still live. */
export function AgeChart({
  row,
  span: { first, last },
  name,
  svgRef,
}: {
  readonly row: Pick<LifetimeRow, 'ages' | 'survivorBytes'>;
  readonly span: AgeSpan;
  /** Whose ages they are. */
  readonly name: string;
  readonly svgRef?: RefObject<SVGSVGElement> | undefined;
}) {
  const { ages = [], survivorBytes } = row;
  const classes = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const bars = classes.map((k) => ({
    value: ages[k] ?? 0,
    title: `${formatBytes(ages[k] ?? 0)} died at an age of ${ageText(k)}`,
  }));
  const live = {
    value: survivorBytes,
    title: `${formatBytes(survivorBytes)} still live at the end`,
    tone: 'survivors',
  };
  const ticks = KNOWN_AGES.map(([micros, text]) => ({
    at: Math.log2(micros) - first,
    text,
  })).filter(({ at }) => at >= 0 && at < bars.length - 2);
  const most = bars.reduce((a, b) => (b.value > a.value ? b : a), bars[0]!);
  return (
    <BarChart
      bars={[...bars, { value: 0, title: '' }, live]}
      ticks={[...ticks, { at: bars.length + 2, text: 'live' }]}
      label={`Bytes of ${name} by the age that they reached: most ${most.title}; ${live.title}`}
      textOf={formatBytes}
      svgRef={svgRef}
    />
  );
}

function ageText(k: number): string {
  const end = formatDuration(2 ** (k + 1));
  return k === 0 ? `less than ${end}` : `${formatDuration(2 ** k)} to ${end}`;
}
