const BARS = '▁▂▃▄▅▆▇█';

/**
 * Values from 0 on as a line of at most `width` bars, of which the highest is the largest value: of more values each bar is the largest of
 * some neighbours. A blank is 0.
 */
export function sparkline(values: readonly number[], width: number): string {
  const count = Math.min(values.length, width);
  const bars = Array.from({ length: count }, (_, k) =>
    Math.max(
      0,
      ...values.slice(
        Math.floor((k * values.length) / count),
        Math.floor(((k + 1) * values.length) / count),
      ),
    ),
  );
  const highest = Math.max(0, ...bars);
  return bars
    .map((bar) => (bar > 0 ? BARS[Math.ceil((bar / highest) * BARS.length) - 1]! : ' '))
    .join('');
}
