import { spanOf } from '../../format/family-traces.js';
import { KINDS } from '../../model/event.js';
import { type Sampling, weightOf } from '../../model/sampling.js';
import type { TemporaryFrees } from './temporary-frees.js';

/** What a member of a family counts with. */
export interface MemberCounting {
  /** The trace index that stands for its trace 0. */
  readonly firstTrace: number;
  readonly sampling: Sampling;
}

/**
 * The number of the member that each site is of, and how many objects one of its events stands for.
 * @param weight that of every event, where it does not follow from the sampling
 */
export function siteWeights(
  { traces, typeKinds, sizesBytes }: TemporaryFrees,
  members: readonly MemberCounting[],
  weight?: number,
): { readonly memberOf: Uint32Array; readonly weights: Float64Array } {
  const memberOf = traces.map((trace) => spanOf(members, trace));
  const weights = sizesBytes.map((size, site) => {
    const kind = KINDS[typeKinds[site]! & 1];
    return weight ?? weightOf(members[memberOf[site]!]!.sampling, size, kind);
  });
  return { memberOf, weights };
}
