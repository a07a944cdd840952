import { parseSamplingRate, type Sampling } from '../model/sampling.js';

/** The keys of a recording's JSON that say how allocations were chosen. */
export function samplingToJson(sampling: Sampling): Record<string, unknown> {
  return sampling.by === 'interval'
    ? { samplingIntervalBytes: sampling.intervalBytes }
    : { samplingRate: sampling.bands.map((band) => [band.belowBytes, band.probability]) };
}

/** The reverse; undefined where the JSON does not say, or says what cannot be. */
export function samplingFromJson(json: Readonly<Record<string, unknown>>): Sampling | undefined {
  const { samplingIntervalBytes, samplingRate } = json;
  if (samplingIntervalBytes !== undefined) {
    return typeof samplingIntervalBytes === 'number' && samplingIntervalBytes > 0
      ? { by: 'interval', intervalBytes: samplingIntervalBytes }
      : undefined;
  }
  if (!Array.isArray(samplingRate)) return undefined;
  try {
    return { by: 'bands', bands: parseSamplingRate(samplingRate) };
  } catch {
    return undefined;
  }
}
