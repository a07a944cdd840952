import { type TemporaryTable, temporaryTable } from '../../analysis/call-tree/temporary-table.js';
import type { GcTable } from '../../analysis/gc-table.js';
import type { Profile, SnapshotList } from '../../analysis/profile.js';
import { type ThreadSpan, threadSpans } from '../../analysis/thread-time.js';
import { HeapprofError } from '../../base/errors.js';
import type { TraceTable } from '../../format/log.js';
import type { Snapshot } from '../../model/snapshot.js';
import { SnapshotList as DecodedSnapshots } from '../../reader/snapshot-list.js';
import type { ReportFacts, ReportSections } from '../../render/report/report-data.js';
import { decodeDigest } from './report-digest.js';
import { decodeTemporary } from './report-temporary.js';
import { decodeTraces, type ReportTraces } from './report-traces.js';
import { inflate } from './sections.js';

/** Snapshots that are kept decoded: those of one range are asked for again and again. */
const MAX_ROWS_KEPT = 400_000;

/** A report as a profile that analyses take. */
export interface ReportProfile extends Profile {
  readonly gc: GcTable;
  /** When each of `members` was recorded. */
  readonly spans: readonly ThreadSpan[];
  /** @throws HeapprofError when read, where the report has none. */
  readonly temporary: TemporaryTable;
}

/**
 * Opens a report's parts.
 * @throws DecodeError if they are damaged.
 */
export async function openReport(sections: ReportSections): Promise<ReportProfile> {
  const facts = JSON.parse(new TextDecoder().decode(await inflate(sections.facts))) as ReportFacts;
  const digest = decodeDigest(await inflate(sections.digest));
  const { traces, typeNames } = decodeTraces(await inflate(sections.traces));
  const spans = typeNames.map((names, member) => ({
    traces: withNames(names, traces),
    firstTrace: member === 0 ? 0 : digest.facts.members![member - 1]!.firstTrace,
  }));
  const temporary =
    sections.temporary === undefined
      ? undefined
      : temporaryTable(
          decodeTemporary(await inflate(sections.temporary)),
          spans.map((span, member) => ({
            ...span,
            sampling: facts.members[member]!.facts.sampling,
          })),
          digest.facts.weight,
        );
  return {
    totals: digest.index.map((entry) => entry.totals),
    snapshots: new KeptSnapshots(new DecodedSnapshots(digest, spans)),
    hpm: { traces },
    members: facts.members,
    gc: facts.gc,
    spans: threadSpans(facts.info.members),
    get temporary(): TemporaryTable {
      if (temporary) return temporary;
      const reason = facts.noTemporary ?? 'The report has no temporary memory.';
      throw new HeapprofError('ERR_HEAPPROF_NO_AGES', reason);
    },
  };
}

/** A table of traces with the names of types of one recording. */
function withNames(names: ReadonlyMap<number, string>, traces: ReportTraces['traces']): TraceTable {
  return {
    traceCount: traces.traceCount,
    string: (index) => names.get(index) ?? '',
    parent: (trace) => traces.parent(trace),
    innermostFrame: (trace) => traces.innermostFrame(trace),
    trace: (trace) => traces.trace(trace),
  };
}

/** Snapshots of which the latest are kept decoded. */
class KeptSnapshots implements SnapshotList {
  readonly #list: DecodedSnapshots;
  /** The one that was asked for longest ago is the first. */
  readonly #kept = new Map<number, Snapshot>();
  #rowsKept = 0;

  constructor(list: DecodedSnapshots) {
    this.#list = list;
  }

  get length(): number {
    return this.#list.length;
  }

  at(index: number): Snapshot | undefined {
    const snapshot = this.#kept.get(index) ?? this.#list.at(index);
    if (snapshot === undefined) return undefined;
    if (!this.#kept.delete(index)) this.#rowsKept += rowsOf(snapshot);
    this.#kept.set(index, snapshot);
    for (const [oldest, dropped] of this.#kept) {
      if (this.#rowsKept <= MAX_ROWS_KEPT || oldest === index) break;
      this.#kept.delete(oldest);
      this.#rowsKept -= rowsOf(dropped);
    }
    return snapshot;
  }

  *[Symbol.iterator](): Iterator<Snapshot> {
    for (let index = 0; index < this.length; index++) yield this.at(index)!;
  }
}

function rowsOf({ liveRows, allocatedRows }: Snapshot): number {
  return liveRows.length + allocatedRows.length;
}
