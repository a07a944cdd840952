import { HeapprofError } from '../../base/errors.js';
import { Weights } from '../../digest/weights.js';
import type { Member } from '../../format/family.js';
import { KINDS, type Kind, type MemoryEvent } from '../../model/event.js';
import type { StackUsage } from './stack-usage.js';
import type { ChosenTime } from './time-choice.js';

/** How soon memory is freed to be called temporary: within an age, or by the so-manyth garbage collection of its life. */
export type Within = { readonly seconds: number } | { readonly collections: number };

/** Freed by the first collection that met it: what a program could have done without. */
export const FIRST_COLLECTION: Within = { collections: 1 };

/** The logs of a profile. */
export interface MemberLogs {
  readonly members: readonly Member[];
  /** `weight`: that of every event, where it does not follow from the sampling. */
  readonly hpc: { readonly weight?: number };
}

/** Events of one trace, type, kind and size. */
interface Sum {
  readonly event: MemoryEvent;
  bytes: number;
  objects: number;
  bytesVariance: number;
  objectsVariance: number;
}

/**
 * What was freed in a time and had not lived longer than `within`. It is read from the logs, since digests do not have it. The age
 * of a free is known to 1/8 of its power of two (docs/format.md). Of a range, what happened in the very microsecond of its start came before it.
 * @throws RangeError for a limit that there cannot be; HeapprofError for a recording of version 1, which has no ages.
 */
export function temporaryUsage(
  { members, hpc }: MemberLogs,
  time: ChosenTime,
  kind?: Kind,
  within: Within = FIRST_COLLECTION,
): StackUsage[] {
  const isTemporary = limitOf(within);
  return members.flatMap((member, number) => {
    const { facts, traces, startMicros } = member;
    if (facts.version === 1) {
      throw new HeapprofError(
        'ERR_HEAPPROF_NO_AGES',
        `${member.filebase} is of version 1, which does not tell how long objects lived: choose another metric.`,
      );
    }
    const weights = new Weights(facts.sampling, hpc.weight);
    const sums = new Map<string, Sum>();
    const log = member.openLog();
    try {
      const range = {
        // As with allocations: they belong to the snapshot that ends with them.
        fromMicros:
          (time.fromSeconds > 0 ? Math.round(time.fromSeconds * 1e6) + 1 : 0) - startMicros,
        toMicros: Math.round(time.toSeconds * 1e6) - startMicros,
      };
      // A member that began after the range.
      if (range.toMicros < 0) return [];
      for (const event of log.events(range)) {
        if (event.operation !== 'free' || !isTemporary(event)) continue;
        if (kind === undefined || event.kind === kind) add(sums, event, weights);
      }
    } finally {
      log.close();
    }
    return [...sums.values()].map(({ event, bytes, objects, ...sum }) => ({
      member: number,
      frames: traces.trace(event.trace) ?? [],
      type: event.type,
      kind: event.kind,
      bytes,
      bytesError: Math.sqrt(sum.bytesVariance),
      objects,
      objectsError: Math.sqrt(sum.objectsVariance),
    }));
  });
}

function limitOf(within: Within): (free: MemoryEvent) => boolean {
  const [limit, name] =
    'seconds' in within ? [within.seconds, 'seconds'] : [within.collections, 'collections'];
  if (!(limit > 0)) {
    throw new RangeError(`What is temporary must have an end after 0 ${name}, but has ${limit}.`);
  }
  return 'seconds' in within
    ? ({ ageMicros = Number.POSITIVE_INFINITY }) => ageMicros <= limit * 1e6
    : ({ survivedCollections = Number.POSITIVE_INFINITY }) => survivedCollections < limit;
}

function add(sums: Map<string, Sum>, event: MemoryEvent, weights: Weights): void {
  const { trace, type, kind, sizeBytes } = event;
  const key = `${trace} ${kind} ${type}`;
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = { event, bytes: 0, objects: 0, bytesVariance: 0, objectsVariance: 0 };
    sums.set(key, sum);
  }
  const weight = weights.weight(sizeBytes, KINDS.indexOf(kind));
  sum.bytes += weight * sizeBytes;
  sum.objects += weight;
  // As in the digest: Horvitz and Thompson's estimator.
  sum.bytesVariance += sizeBytes ** 2 * weight * (weight - 1);
  sum.objectsVariance += weight * (weight - 1);
}
