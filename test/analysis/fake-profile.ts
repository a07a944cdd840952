import type { Profile } from '../../src/analysis/profile.js';
import type { TraceTable } from '../../src/format/log.js';
import type { HeapRecord, Kind } from '../../src/model/event.js';
import type { Frame, Trace } from '../../src/model/frame.js';
import type { RecordingFacts } from '../../src/model/recording.js';
import type { Snapshot, UsageRow, UsageTotal } from '../../src/model/snapshot.js';

/** A row as a test writes it: the trace by its text, `''` for "other". Objects: 1, errors: 0, if left out. */
export interface RowText {
  readonly trace: string;
  readonly bytes: number;
  readonly objects?: number;
  readonly error?: number;
  readonly objectsError?: number;
  readonly kind?: Kind;
  readonly type?: string;
  /** Number of the member; 0, if left out. */
  readonly member?: number;
}

export interface SnapshotText {
  readonly seconds: number;
  readonly live?: readonly RowText[];
  readonly allocated?: readonly RowText[];
  readonly collections?: number;
  readonly gcPauseMicros?: number;
  readonly heap?: HeapRecord;
  readonly attributedArrayBufferBytes?: number;
}

/**
 * A profile in memory. Traces are written as in `recording()`: `main:/app/a.js:1 > load:/app/b.js:2`,
 * `function:file:line` from the outermost; a frame may lack file and line.
 */
export function fakeProfile(
  texts: readonly SnapshotText[],
  members: Profile['members'] = [{ suffix: '', facts: FACTS }],
): Profile {
  const traces = new FakeTraces();
  const snapshots = texts.map((text, index) => snapshotOf(text, index, traces));
  return { totals: snapshots, snapshots, hpm: { traces }, members };
}

/** Facts of a recording that nothing is known of. */
export const FACTS: RecordingFacts = {
  version: 2,
  recordingId: '00000000c0ffee00',
  startWallMicros: 0,
  sampling: { by: 'bands', bands: [] },
};

/** Traces without a tree, as version 1 has them. */
class FakeTraces implements TraceTable {
  readonly #texts: string[] = [];

  indexOf(text: string): number {
    if (text === '') return 0;
    if (!this.#texts.includes(text)) this.#texts.push(text);
    return this.#texts.indexOf(text) + 1;
  }

  get traceCount(): number {
    return this.#texts.length;
  }

  string(): string {
    return '';
  }

  parent(): number {
    return 0;
  }

  innermostFrame(trace: number): Frame | undefined {
    return this.trace(trace)?.at(-1);
  }

  trace(trace: number): Trace | undefined {
    return this.#texts[trace - 1]?.split(' > ').map(frameOf);
  }
}

function frameOf(text: string): Frame {
  const [, functionName = text, file = '', line = '0'] = /^(.*?):(.+):(\d+)$/s.exec(text) ?? [];
  return { functionName, file, line: Number(line), column: 0 };
}

function snapshotOf(text: SnapshotText, index: number, traces: FakeTraces): Snapshot {
  const rows = (texts: readonly RowText[] = []): UsageRow[] =>
    texts.map(({ trace, bytes, kind = 'heap', type = '', member = 0, ...rest }) => ({
      member,
      trace: traces.indexOf(trace),
      type,
      kind,
      bytes,
      objects: rest.objects ?? 1,
      bytesError: rest.error ?? 0,
      objectsError: rest.objectsError ?? 0,
    }));
  const liveRows = rows(text.live);
  const allocatedRows = rows(text.allocated);
  return {
    index,
    timeMicros: text.seconds * 1e6,
    live: totalsOf(liveRows),
    allocated: totalsOf(allocatedRows),
    collections: text.collections ?? 0,
    gcPauseMicros: text.gcPauseMicros ?? 0,
    ...(text.heap && { heap: text.heap }),
    ...(text.attributedArrayBufferBytes !== undefined && {
      attributedArrayBufferBytes: text.attributedArrayBufferBytes,
    }),
    liveRows,
    allocatedRows,
  };
}

function totalsOf(rows: readonly UsageRow[]): Record<Kind, UsageTotal> {
  const total = (kind: Kind): UsageTotal => {
    const ofKind = rows.filter((row) => row.kind === kind);
    return {
      bytes: ofKind.reduce((sum, row) => sum + row.bytes, 0),
      objects: ofKind.reduce((sum, row) => sum + row.objects, 0),
      bytesError: Math.hypot(...ofKind.map((row) => row.bytesError)),
      objectsError: Math.hypot(...ofKind.map((row) => row.objectsError)),
    };
  };
  return { heap: total('heap'), arrayBuffer: total('arrayBuffer') };
}
