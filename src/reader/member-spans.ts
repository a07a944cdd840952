import type { Member } from '../format/family.js';
import { FamilyTraces, type TraceSpan } from '../format/family-traces.js';
import type { DigestFacts } from '../format/hpc-blocks.js';
import type { TraceTable } from '../format/log.js';

/** Where the traces of each member stand in a digest; undefined where the digest is not of these members. */
export function spansInDigest(
  members: readonly Member[],
  digest: DigestFacts,
): TraceSpan[] | undefined {
  const [root, ...others] = members;
  const inDigest = digest.members ?? [];
  const isOfThese =
    inDigest.length === others.length &&
    others.every(({ suffix, facts: { recordingId } }, k) => {
      const member = inDigest[k]!;
      return member.suffix === suffix && member.recordingId === recordingId;
    });
  if (!isOfThese) return undefined;
  return [
    { traces: root!.traces, firstTrace: 0 },
    ...others.map(({ traces }, k) => ({ traces, firstTrace: inDigest[k]!.firstTrace })),
  ];
}

/** One table of the traces of all members. */
export function tracesOf(spans: readonly TraceSpan[]): TraceTable {
  return spans.length === 1 ? spans[0]!.traces : new FamilyTraces(spans);
}
