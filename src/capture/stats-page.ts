import type {
  AllocationStatistics,
  SizeClass,
  StackThinning,
} from '../model/allocation-statistics.js';

/** Written when all the rest is in its place. */
const MAGIC = 0x3154415453505048n;

/**
 * The statistics in memory that the addon filled: `StatsPage` in native/stats_collector.h. Undefined where the counting has not
 * begun. Where it has not ended, because the program died or is alive still, it is taken to last until now.
 */
export function readStatsPage(page: Uint8Array): AllocationStatistics | undefined {
  // A copy begins at a multiple of eight bytes, which a Buffer in Node's pool need not.
  const fields = new BigUint64Array(new Uint8Array(page).buffer);
  let position = 0;
  const next = () => Number(fields[position++]);
  if (fields[position++] !== MAGIC) return undefined;
  const thinningCount = next();
  const classCount = next();
  const startMicros = next();
  // The addon has the same monotonic clock.
  const elapsedMicros = (next() || Number(process.hrtime.bigint() / 1000n)) - startMicros;
  const cpuMicros = next();
  const collections = next();
  const collectedBytes = next();
  const walks = next();
  const walkNanos = next();
  const frames = next();
  const thinnings = Array.from(
    { length: thinningCount },
    (): StackThinning => ({ samples: next(), newToCache: next(), newEver: next() }),
  );
  const classes = () =>
    Array.from(
      { length: classCount },
      (): SizeClass => ({ fromBytes: next(), count: next(), bytes: next() }),
    ).filter(({ count }) => count > 0);
  const sizes = { heap: classes(), arrayBuffer: classes() };
  return {
    elapsedMicros,
    cpuMicros,
    sizes,
    collections,
    collectedBytes,
    stacks: {
      walks,
      walkMicros: walks > 0 ? walkNanos / walks / 1000 : 0,
      frames: walks > 0 ? frames / walks : 0,
      thinnings,
    },
  };
}
