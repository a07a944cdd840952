import fc from 'fast-check';
import type { Sampling } from '../../src/model/sampling.js';
import type { RecordingBuilder } from './recording.js';
import type { Log } from './replay.js';

export const TRACES = ['', 'main', 'main > load', 'main > load > parse', 'main > save', 'idle'];
const TYPES = ['', 'Array', 'Map'];

// Weights that are whole numbers: sums in any order are exact, so that both sides round the same.
export const samplings: fc.Arbitrary<Sampling> = fc.constantFrom<Sampling>(
  { by: 'bands', bands: [] },
  {
    by: 'bands',
    bands: [
      { belowBytes: 16, probability: 0 },
      { belowBytes: 64, probability: 2 ** -10 },
      { belowBytes: 4096, probability: 0.25 },
    ],
  },
);

/** One thing to be written to a log. */
export interface Step {
  readonly do: 'alloc' | 'free' | 'heap' | 'mark' | 'flush';
  readonly afterMicros: number;
  /** Decides trace, size, type and kind of an allocation, the object of a free, the GC of a heap record. */
  readonly pick: number;
}

/**
 * Steps of which many follow at once, and many after a multiple of `unitMicros`: borders of snapshots, and events
 * that fall on them.
 */
export function steps(unitMicros: number, maxLength: number): fc.Arbitrary<Step[]> {
  const step = fc.record({
    do: fc.constantFrom(
      'alloc',
      'alloc',
      'alloc',
      'free',
      'free',
      'heap',
      'mark',
      'flush' as const,
    ),
    afterMicros: fc.oneof(
      fc.constant(0),
      fc.nat(30),
      fc.nat(5).map((n) => n * unitMicros),
    ),
    pick: fc.nat(1e6),
  });
  return fc.array(step, { maxLength });
}

/** Writes a log in which nothing is freed that was not allocated; returns what it holds. */
export function writeSteps(
  builder: RecordingBuilder,
  steps: readonly Step[],
  sampling: Sampling,
): Log {
  const live: [string, number, { type: string; kind: 'heap' | 'arrayBuffer' }][] = [];
  let now = 0;
  for (const { do: action, afterMicros, pick } of steps) {
    now += afterMicros;
    builder.at(now);
    const random = (n: number, salt: number) => Math.floor(pick / salt) % n;
    if (action === 'alloc') {
      const size = [0, 8, 15, 40, 40, 1000, 4096, 2 ** 31][random(8, 1)]!;
      const type = TYPES[random(TYPES.length, 7)]!;
      const kind = random(4, 31) === 0 ? 'arrayBuffer' : 'heap';
      const trace = TRACES[random(TRACES.length, 131)]!;
      live.push([trace, size, { type, kind }]);
      builder.alloc(trace, size, { type, kind });
    } else if (action === 'free' && live.length > 0) {
      const [[trace, size, options]] = live.splice(pick % live.length, 1) as [(typeof live)[0]];
      builder.free(trace, size, options);
    } else if (action === 'heap') {
      builder.heap({
        gcKind: [0, 1, 4][pick % 3]!,
        pauseMicros: pick,
        usedAfterBytes: pick,
        arrayBufferBytes: pick,
        residentSetBytes: pick,
        earlierArrayBufferBytes: pick % 1000,
      });
    } else if (action === 'mark') {
      builder.mark('here');
    } else if (action === 'flush') {
      builder.flush();
    }
  }
  const { events, heapRecords, marks } = builder;
  const last = [events, heapRecords, marks].map((items) => items.at(-1)?.timeMicros ?? 0);
  // Strings have their indexes in the order in which they were first named.
  const types = ['', ...new Set(events.map(({ type }) => type).filter((type) => type !== ''))];
  return {
    sampling,
    events,
    heapRecords,
    endMicros: Math.max(...last),
    typeIndex: (type) => types.indexOf(type),
  };
}
