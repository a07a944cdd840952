import { chooseSmallest } from '../../digest/choose-smallest.js';
import { FreeCounter, sortedBy, type TemporaryFrees } from './temporary-frees.js';
import { type MemberCounting, siteWeights } from './temporary-weights.js';

/**
 * Temporary memory with the traces that had the least of it folded into trace 0 ("other") of their members: over the whole recording, together at most
 * `precision` × its bytes. Types, kinds, sizes and snapshots remain, so that sums and their errors are the same.
 * @param members rising by their first trace
 * @param weight that of every event, where it does not follow from the sampling
 */
export function foldTemporary(
  frees: TemporaryFrees,
  precision: number,
  members: readonly MemberCounting[],
  weight?: number,
): TemporaryFrees {
  const { traces, typeKinds, sizesBytes, starts, snapshots, counts } = frees;
  const { memberOf, weights } = siteWeights(frees, members, weight);
  const otherOf = (site: number) => members[memberOf[site]!]!.firstTrace;
  const bytesOf = new Map<number, number>();
  let total = 0;
  const siteOf = new Uint32Array(counts.length);
  for (let site = 0; site < traces.length; site++) {
    siteOf.fill(site, starts[site], starts[site + 1]);
    let objects = 0;
    for (let k = starts[site]!; k < starts[site + 1]!; k++) objects += counts[k]!;
    const bytes = objects * weights[site]! * sizesBytes[site]!;
    total += bytes;
    const trace = traces[site]!;
    if (trace !== otherOf(site)) bytesOf.set(trace, (bytesOf.get(trace) ?? 0) + bytes);
  }
  const smallest = chooseSmallest(Float64Array.from(bytesOf.values()), precision * total);
  if (smallest === undefined) return frees;
  const folded = new Set<number>();
  let roomForLargest = smallest.largestCount;
  for (const [trace, bytes] of [...bytesOf].reverse()) {
    // Of those with the same bytes, the higher trace first.
    if (bytes < smallest.largest || (bytes === smallest.largest && roomForLargest-- > 0)) {
      folded.add(trace);
    }
  }
  const counter = new FreeCounter();
  const snapshotCount = snapshots.reduce((most, snapshot) => Math.max(most, snapshot + 1), 0);
  for (const k of sortedBy(snapshots, snapshotCount).order) {
    const site = siteOf[k]!;
    const trace = folded.has(traces[site]!) ? otherOf(site) : traces[site]!;
    counter.add(trace, typeKinds[site]!, sizesBytes[site]!, snapshots[k]!, counts[k]!);
  }
  return counter.frees();
}
