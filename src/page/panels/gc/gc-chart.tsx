import type { RefObject } from 'preact';
import type { TimePlotPoint } from '../../../analysis/time-plot.js';
import { formatBytes } from '../../../base/units.js';
import { formatCount, formatTime } from '../../../render/numbers.js';
import { useWidth } from '../../parts/use-width.js';
import { stretchesOf } from './stretches.js';

const TOP = 18;
const RATE = 110;
const GAP = 24;
const PAUSES = 60;
const BOTTOM = 18;
/** A column is at least so wide. */
const COLUMN = 3;

/** How fast the program allocated, and below it, on the same axis of time, the pauses of garbage collection. */
export function GcChart({
  points,
  fromSeconds,
  toSeconds,
  isKnown,
  svgRef,
}: {
  readonly points: readonly TimePlotPoint[];
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Whether there are records of garbage collections; without them there is only the allocation. */
  readonly isKnown: boolean;
  readonly svgRef: RefObject<SVGSVGElement>;
}) {
  const [place, width] = useWidth<HTMLDivElement>(960);
  const stretches = stretchesOf(points, fromSeconds, Math.floor(width / COLUMN)).map((one) => {
    const seconds = one.toSeconds - one.fromSeconds;
    return { ...one, rate: one.allocatedBytes / seconds };
  });
  const mostRate = Math.max(...stretches.map(({ rate }) => rate), 1);
  const mostPause = Math.max(...stretches.map(({ gcPauseSeconds }) => gcPauseSeconds), 1e-6);
  const longest = Math.max(...stretches.map((one) => one.toSeconds - one.fromSeconds), 0);
  const x = (seconds: number) =>
    ((seconds - fromSeconds) / Math.max(toSeconds - fromSeconds, 1e-6)) * width;
  const rateFloor = TOP + RATE;
  const pauseFloor = isKnown ? rateFloor + GAP + PAUSES : rateFloor;
  const height = pauseFloor + BOTTOM;
  const isIdle = stretches.every(({ allocatedBytes }) => allocatedBytes === 0);
  const isUnpaused = stretches.every(({ gcPauseSeconds }) => gcPauseSeconds === 0);
  const topRate = isIdle ? 'nothing' : `up to ${formatBytes(mostRate)} a second`;
  // One that ends in a short stretch can be longer than it: a share of its time would be above 100 %.
  const topPause = isUnpaused ? 'none' : `up to ${formatTime(mostPause)} in ${formatTime(longest)}`;
  return (
    <div class="gc-chart" ref={place}>
      <svg
        ref={svgRef}
        width={width}
        height={height}
        role="img"
        aria-label={`Allocation over time: ${topRate}${isKnown ? `; pauses of garbage collection: ${topPause}` : ''}`}
      >
        {stretches.map((stretch) => {
          const left = x(stretch.fromSeconds);
          const wide = Math.max(x(stretch.toSeconds) - left, 0.5);
          const rateTall = (stretch.rate / mostRate) * RATE;
          const pauseTall = (stretch.gcPauseSeconds / mostPause) * PAUSES;
          return (
            <g key={stretch.fromSeconds}>
              <rect class="bar-ground" x={left} y={TOP} width={wide} height={pauseFloor - TOP} />
              <rect class="rate" x={left} y={rateFloor - rateTall} width={wide} height={rateTall} />
              <rect
                class="pauses"
                x={left}
                y={pauseFloor - pauseTall}
                width={wide}
                height={pauseTall}
              />
              <title>
                {`${formatTime(stretch.fromSeconds)} to ${formatTime(stretch.toSeconds)}: ${formatBytes(stretch.rate)} a second allocated` +
                  (isKnown
                    ? `; ${formatCount(stretch.collections)} ${stretch.collections === 1 ? 'collection' : 'collections'}, ${formatTime(stretch.gcPauseSeconds)} of pauses`
                    : '')}
              </title>
            </g>
          );
        })}
        <line class="axis" x1={0} x2={width} y1={rateFloor} y2={rateFloor} />
        <line class="axis" x1={0} x2={width} y1={pauseFloor} y2={pauseFloor} />
        <text x={0} y={TOP - 6}>
          {`allocated: ${topRate}`}
        </text>
        {isKnown && (
          <text x={0} y={rateFloor + GAP - 6}>
            {`pauses of garbage collection: ${topPause}`}
          </text>
        )}
        <text x={0} y={height - 4}>
          {formatTime(fromSeconds)}
        </text>
        <text x={width} y={height - 4} text-anchor="end">
          {formatTime(toSeconds)}
        </text>
      </svg>
    </div>
  );
}
