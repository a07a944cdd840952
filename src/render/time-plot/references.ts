import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { formatBytes } from '../../base/units.js';
import { PALETTE } from '../chart-style.js';
import { highestOf } from './panel.js';

/** V8's own figures that stand beside the estimates. */
const REFERENCES = [
  {
    field: 'usedHeapBytes',
    label: 'used heap (V8)',
    color: PALETTE.green,
    dash: [1, 0],
    always: true,
  },
  {
    field: 'externalBytes',
    label: 'external (V8)',
    color: PALETTE.olive,
    dash: [4, 2],
    always: false,
  },
  {
    field: 'arrayBufferBytes',
    label: 'array buffers (V8)',
    color: PALETTE.orange,
    dash: [4, 2],
    always: false,
  },
  {
    field: 'unattributedArrayBufferBytes',
    label: 'unattributed buffers',
    color: PALETTE.black,
    dash: [2, 2],
    always: false,
  },
  {
    field: 'residentSetBytes',
    label: 'resident set',
    color: PALETTE.purple,
    dash: [6, 3],
    always: false,
  },
  {
    field: 'heapLimitBytes',
    label: 'heap limit',
    color: PALETTE.vermilion,
    dash: [2, 3],
    always: false,
  },
] as const;

/** One of V8's own figures, as a line of the chart. */
export type Reference = (typeof REFERENCES)[number];

/** A line this many times higher than live memory would press it flat. */
const MAX_RATIO = 4;

/** A line so much lower than the highest lies on the axis. */
const MIN_RATIO = 1 / 50;

/** The references that a chart draws. */
export function drawnReferences(points: readonly TimePlotPoint[]): Reference[] {
  const ceiling = ceilingOf(points);
  return REFERENCES.filter((reference) => {
    const bytes = highest(points, reference);
    return (
      bytes > 0 &&
      (reference.always || (bytes <= ceiling && bytes >= (MIN_RATIO * ceiling) / MAX_RATIO))
    );
  });
}

function ceilingOf(points: readonly TimePlotPoint[]): number {
  return (
    MAX_RATIO *
    highestOf(points.map((point) => Math.max(point.liveBytes, point.usedHeapBytes ?? 0)))
  );
}

/** What a chart says of references that it does not draw, such as `heap limit 4.0 GiB, above the scale`. */
export function undrawnNotes(points: readonly TimePlotPoint[]): string[] {
  const drawn = drawnReferences(points);
  const ceiling = ceilingOf(points);
  return REFERENCES.filter(
    (reference) => !drawn.includes(reference) && highest(points, reference) > 0,
  ).map((reference) => {
    const bytes = highest(points, reference);
    const why = bytes > ceiling ? ', above the scale' : ': not drawn';
    return `${reference.label} ${formatBytes(bytes)}${why}`;
  });
}

/** The highest value of a reference, bytes; 0 where there is none. */
export function highest(points: readonly TimePlotPoint[], { field }: Reference): number {
  return highestOf(points.map((point) => point[field] ?? 0));
}
