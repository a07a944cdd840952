import type { TimePlotPoint } from '../../analysis/time-plot.js';

/** A line or an area of the time line. */
export interface TimeSeries {
  readonly name: SeriesName;
  readonly label: string;
  /** What it is, for those who ask. */
  readonly meaning: string;
  /** Custom property of its colour. */
  readonly color: string;
  /** Custom property of the area below it; absent for a line. */
  readonly area?: string;
  /** Lengths of dashes and gaps, so that lines differ by more than colour; empty for a whole line. */
  readonly dash: readonly number[];
  /** Undefined where nothing is known. */
  readonly bytesOf: (point: TimePlotPoint) => number | undefined;
}

/** Names of the series, as they stand in the address. */
export const SERIES_NAMES = [
  'buffers',
  'heap',
  'used',
  'resident',
  'external',
  'capacity',
] as const;

export type SeriesName = (typeof SERIES_NAMES)[number];

/** All of them, in the order of the legend, and in which they are drawn. The two areas stand one upon the other: together they are the estimated live memory. */
export const TIME_SERIES: readonly TimeSeries[] = [
  {
    name: 'buffers',
    label: 'Live array buffers',
    meaning: 'array buffers that are live, by estimate from the recording; outside the heap',
    color: '--array-buffer',
    area: '--array-buffer-area',
    dash: [],
    bytesOf: ({ liveBytesByKind }) => liveBytesByKind.arrayBuffer,
  },
  {
    name: 'heap',
    label: 'Live objects',
    meaning: 'JavaScript objects that are live, by estimate from the recording',
    color: '--heap',
    area: '--heap-area',
    dash: [],
    bytesOf: ({ liveBytesByKind }) => liveBytesByKind.heap,
  },
  {
    name: 'used',
    label: 'Used heap',
    meaning: 'heap in use when V8 last reported it, after a garbage collection where it was one',
    color: '--used',
    dash: [],
    bytesOf: ({ usedHeapBytes }) => usedHeapBytes,
  },
  {
    name: 'resident',
    label: 'Resident set',
    meaning: 'memory of the whole process, as the operating system counts it',
    color: '--resident',
    dash: [7, 3],
    bytesOf: ({ residentSetBytes }) => residentSetBytes,
  },
  {
    name: 'external',
    label: 'External',
    meaning: 'memory outside the heap that V8 knows of, array buffers among it',
    color: '--external',
    dash: [2, 2],
    bytesOf: ({ externalBytes }) => externalBytes,
  },
  {
    name: 'capacity',
    label: 'Capacity',
    meaning: 'the most that V8 lets the heap grow to',
    color: '--capacity',
    dash: [9, 3, 2, 3],
    bytesOf: ({ heapLimitBytes }) => heapLimitBytes,
  },
];

/** A capacity so many times as high as all else would leave nothing of it to be seen. */
const MAX_HEADROOM = 4;

/** The series that are known of, but a capacity that is out of reach: what is shown until a person chooses. */
export function usualSeries(points: readonly TimePlotPoint[]): readonly SeriesName[] {
  const most = new Map(TIME_SERIES.map(({ name, bytesOf }) => [name, highest(points, bytesOf)]));
  const other = Math.max(
    ...TIME_SERIES.filter(({ name }) => name !== 'capacity').map(({ name }) => most.get(name)!),
  );
  return SERIES_NAMES.filter(
    (name) =>
      most.get(name)! > 0 && (name !== 'capacity' || most.get(name)! <= MAX_HEADROOM * other),
  );
}

function highest(points: readonly TimePlotPoint[], bytesOf: TimeSeries['bytesOf']): number {
  return points.reduce((most, point) => Math.max(most, bytesOf(point) ?? 0), 0);
}

/** Times, and the heights of the series in the order of {@link TIME_SERIES}; array buffers stand upon the objects where those are shown. */
export function seriesHeights(
  points: readonly TimePlotPoint[],
  shown: ReadonlySet<SeriesName>,
): [number[], ...(number | null)[][]] {
  const isStacked = shown.has('heap');
  return [
    points.map(({ timeSeconds }) => timeSeconds),
    ...TIME_SERIES.map(({ name, bytesOf }) =>
      points.map((point) => {
        const bytes = bytesOf(point);
        if (bytes === undefined) return null;
        return name === 'buffers' && isStacked ? bytes + point.liveBytesByKind.heap : bytes;
      }),
    ),
  ];
}

/** The points of a report, with those of a finer part in their place where it has some. */
export function mergedPoints(
  report: readonly TimePlotPoint[],
  finer: readonly TimePlotPoint[],
): readonly TimePlotPoint[] {
  const [first, last] = [finer[0], finer.at(-1)];
  if (first === undefined || last === undefined) return report;
  return [
    ...report.filter(({ timeSeconds }) => timeSeconds < first.timeSeconds),
    ...finer,
    ...report.filter(({ timeSeconds }) => timeSeconds > last.timeSeconds),
  ];
}

/** Index of the point that is nearest to a time. */
export function nearestPoint(points: readonly TimePlotPoint[], seconds: number): number {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle]!.timeSeconds < seconds) low = middle + 1;
    else high = middle;
  }
  const before = points[low - 1];
  if (before === undefined) return low;
  return seconds - before.timeSeconds <= points[low]!.timeSeconds - seconds ? low - 1 : low;
}

/** The point with the most live bytes; the first of several. */
export function peakOf(points: readonly TimePlotPoint[]): TimePlotPoint {
  return points.reduce((peak, point) => (point.liveBytes > peak.liveBytes ? point : peak));
}
