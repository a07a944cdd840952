import { parseSamplingRate, type Sampling } from '../model/sampling.js';

/** The keys of a recording's JSON that say how allocations were chosen. */
export function samplingToJson(sampling: Sampling): Record<string, unknown> {
  if (sampling.by === 'interval') return { samplingIntervalBytes: sampling.intervalBytes };
  const { bands, heapIntervalBytes } = sampling;
  return {
    samplingRate: bands.map((band) => [band.belowBytes, band.probability]),
    ...(heapIntervalBytes !== undefined && { heapIntervalBytes }),
  };
}

/** The reverse; undefined where the JSON does not say, or says what cannot be. */
export function samplingFromJson(json: Readonly<Record<string, unknown>>): Sampling | undefined {
  const { samplingIntervalBytes, samplingRate, heapIntervalBytes } = json;
  if (samplingIntervalBytes !== undefined) {
    return isInterval(samplingIntervalBytes)
      ? { by: 'interval', intervalBytes: samplingIntervalBytes }
      : undefined;
  }
  if (!Array.isArray(samplingRate)) return undefined;
  try {
    const bands = parseSamplingRate(samplingRate);
    if (heapIntervalBytes === undefined) return { by: 'bands', bands };
    return isInterval(heapIntervalBytes) ? { by: 'bands', bands, heapIntervalBytes } : undefined;
  } catch {
    return undefined;
  }
}

function isInterval(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}
