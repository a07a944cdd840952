import { existsSync } from 'node:fs';
import { spanOf } from '../format/family-traces.js';
import type { Damage, LogItem, TimeRange, TraceTable } from '../format/log.js';
import { isWithin } from '../format/log-range.js';
import { openLog, readMetadata } from '../format/open.js';
import { openDigest } from '../format/open-digest.js';
import { UsageColumns } from '../format/usage-columns.js';
import { KINDS } from '../model/event.js';
import type { FileRecord } from '../render/record-text.js';

/** The records of an `.hpm`, in the order of the file but for strings and frames, which stand within the traces. */
export function* metadataRecords(path: string): Generator<FileRecord> {
  const { facts, traces, damage } = readMetadata(path);
  yield { record: 'recording', ...facts };
  for (let trace = 1; trace <= traces.traceCount; trace++) {
    const frames = traces.trace(trace);
    if (frames !== undefined) yield { record: 'trace', trace, frames };
  }
  yield* damage.map(damageRecord);
}

/** The records of an `.hpd` within a range of time, in the order of the file. The names of types come from the `.hpm` beside it, if there is one. */
export function* logRecords(path: string, range: TimeRange): Generator<FileRecord> {
  const traces = tracesBeside(path);
  const log = openLog(path, traces);
  // Items give the order, and this second reader the events in full.
  const eventLog = openLog(path, traces);
  try {
    const events = eventLog.events(range);
    for (const item of log.items(range)) {
      if (item.item !== 'events') {
        yield* otherRecords(item);
        continue;
      }
      const times = item.block.timesMicros();
      for (let k = 0; k < item.block.count; k++) {
        if (!isWithin(times[k]!, range)) continue;
        const { operation, ...fields } = events.next().value!;
        yield { record: operation, ...fields };
      }
    }
    if (log.cutBytes > 0) yield { record: 'cut', bytes: log.cutBytes };
  } finally {
    log.close();
    eventLog.close();
  }
}

/** The records of an `.hpc`: the digest, then each snapshot within a range of time with its rows. */
export function* digestRecords(path: string, range: TimeRange): Generator<FileRecord> {
  const digest = openDigest(path);
  const spans = [
    { firstTrace: 0, traces: tracesBeside(path) },
    ...(digest.facts.members ?? []).map(({ firstTrace, suffix }) => ({
      firstTrace,
      traces: tracesBeside(path.replace(/\.hpc$/, `${suffix}.hpc`)),
    })),
  ];
  const live = new UsageColumns();
  const allocated = new UsageColumns();
  try {
    yield { record: 'digest', recordingId: digest.recordingId, ...digest.facts };
    for (const entry of digest.index) {
      if (!isWithin(entry.totals.timeMicros, range)) continue;
      yield { record: 'snapshot', ...entry.totals };
      digest.readSnapshot(entry, live, allocated);
      yield* rowRecords('live', live, spans);
      yield* rowRecords('allocated', allocated, spans);
    }
  } finally {
    digest.close();
  }
}

function* otherRecords(item: Exclude<LogItem, { item: 'events' }>): Generator<FileRecord> {
  switch (item.item) {
    case 'heap':
      for (const record of item.records) yield { record: 'heap', ...record };
      break;
    case 'marks':
      for (const { operation, ...mark } of item.marks) {
        yield { record: operation === 'mark' ? 'mark' : `span-${operation}`, ...mark };
      }
      break;
    case 'end':
      yield { record: 'end', ...item.end };
      break;
    case 'damage':
      yield damageRecord(item.damage);
  }
}

function* rowRecords(
  record: string,
  rows: UsageColumns,
  spans: readonly { readonly firstTrace: number; readonly traces: TraceTable | undefined }[],
): Generator<FileRecord> {
  for (let row = 0; row < rows.count; row++) {
    const trace = rows.traces[row]!;
    const typeKind = rows.typeKinds[row]!;
    const { traces } = spans[spanOf(spans, trace)]!;
    yield {
      record,
      trace,
      type: traces?.string(typeKind >>> 1) ?? '',
      kind: KINDS[typeKind & 1],
      bytes: rows.bytes[row],
      objects: rows.objects[row],
      bytesError: rows.bytesErrors[row],
      objectsError: rows.objectsErrors[row],
    };
  }
}

function damageRecord({ offset, bytes, reason }: Damage): FileRecord {
  return { record: 'damage', offset, bytes, reason };
}

function tracesBeside(path: string): TraceTable | undefined {
  const metadata = path.replace(/\.hp[dc]$/, '.hpm');
  return metadata !== path && existsSync(metadata) ? readMetadata(metadata).traces : undefined;
}
