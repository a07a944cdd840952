import type { GcFigures } from '../../../analysis/gc-activity.js';
import { formatDuration } from '../../../base/units.js';
import { formatCount } from '../../../render/numbers.js';
import { BarChart } from '../../parts/bar-chart.js';

/** Lengths that a person knows, in microseconds. */
const KNOWN = [
  [1e3, '1 ms'],
  [1e4, '10 ms'],
  [1e5, '100 ms'],
  [1e6, '1 s'],
] as const;

/** How many pauses are how long, on a logarithmic scale. */
export function PauseChart({
  figures: { pauseClasses },
  span: { first, last },
  name,
}: {
  readonly figures: GcFigures;
  /** The first and the last class that are shown. */
  readonly span: { readonly first: number; readonly last: number };
  readonly name: string;
}) {
  const bars = Array.from({ length: last - first + 1 }, (_, index) => {
    const k = first + index;
    const value = pauseClasses[k] ?? 0;
    const length = `${k === 0 ? '0 µs' : formatDuration(2 ** k)} to ${formatDuration(2 ** (k + 1))}`;
    return {
      value,
      title: `${formatCount(value)} ${value === 1 ? 'pause' : 'pauses'} of ${length}`,
    };
  });
  const ticks = KNOWN.map(([micros, text]) => ({ at: Math.log2(micros) - first, text })).filter(
    ({ at }) => at >= 0 && at <= bars.length,
  );
  const most = bars.reduce((a, b) => (b.value > a.value ? b : a));
  return (
    <BarChart
      bars={bars}
      ticks={ticks}
      height={96}
      label={`Lengths of pauses of kind ${name}: most are ${most.title}`}
      textOf={formatCount}
    />
  );
}
