/** What of the memory is counted: what was live, what was allocated, or what was allocated and freed again soon. */
export type Dimension = 'live' | 'allocated' | 'temporary';

/** What of it is added up. */
export type Unit = 'bytes' | 'objects';

/** What a metric's name stands for. */
interface MetricMeaning {
  readonly dimension: Dimension;
  readonly unit: Unit;
}

const MEANINGS = {
  live: { dimension: 'live', unit: 'bytes' },
  'live-objects': { dimension: 'live', unit: 'objects' },
  allocated: { dimension: 'allocated', unit: 'bytes' },
  'allocated-objects': { dimension: 'allocated', unit: 'objects' },
  temporary: { dimension: 'temporary', unit: 'bytes' },
  'temporary-objects': { dimension: 'temporary', unit: 'objects' },
} as const satisfies Record<string, MetricMeaning>;

/** What the nodes of a call tree are measured by. */
export type Metric = keyof typeof MEANINGS;

/** All metrics. */
export const METRICS = Object.keys(MEANINGS) as readonly Metric[];

/**
 * What a metric's name stands for.
 * @throws RangeError if there is none of this name.
 */
export function meaningOf(metric: Metric): MetricMeaning {
  if (!Object.hasOwn(MEANINGS, metric)) {
    throw new RangeError(
      `A metric is one of ${METRICS.join(', ')}, but '${String(metric)}' was asked for.`,
    );
  }
  return MEANINGS[metric];
}
