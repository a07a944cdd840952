import { formatBytes } from '../../../base/units.js';

const WIDTH = 48;
const HEIGHT = 20;

/** How live memory went, as a small chart from 0 to its largest value. */
export function SparkLine({
  seconds,
  bytes,
}: {
  readonly seconds: readonly number[];
  readonly bytes: readonly number[];
}) {
  const most = Math.max(...bytes, 1);
  const start = seconds[0]!;
  const length = Math.max(seconds.at(-1)! - start, 1e-6);
  const x = (index: number) => (((seconds[index]! - start) / length) * WIDTH).toFixed(1);
  const y = (value: number) => (HEIGHT - 1 - (value / most) * (HEIGHT - 2)).toFixed(1);
  const line =
    bytes.length === 1
      ? `0,${y(bytes[0]!)} ${WIDTH},${y(bytes[0]!)}`
      : bytes.map((value, index) => `${x(index)},${y(value)}`).join(' ');
  const text = `from ${formatBytes(bytes[0]!)} to ${formatBytes(bytes.at(-1)!)}, at most ${formatBytes(Math.max(...bytes))}`;
  return (
    <svg
      class="spark-line"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={text}
    >
      <title>{text}</title>
      <polygon points={`0,${HEIGHT - 1} ${line} ${WIDTH},${HEIGHT - 1}`} />
      <polyline points={line} />
    </svg>
  );
}
