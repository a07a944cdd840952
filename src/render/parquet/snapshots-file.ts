import type { Profile } from '../../analysis/profile.js';
import { snapshotRange } from '../../analysis/snapshot-range.js';
import type { Member } from '../../format/family.js';
import type { DigestFacts } from '../../format/hpc-blocks.js';
import { NO_TRACE } from '../../model/frame.js';
import type { Snapshot, UsageRow } from '../../model/snapshot.js';
import { sanitize } from '../sanitize.js';
import type { ParquetOptions } from './events-file.js';
import { ORIGIN_COLUMNS, type Origins } from './origin-columns.js';
import { type ParquetColumn, ParquetTable } from './parquet-table.js';
import { RECORDING_COLUMNS, recordingCells } from './recording-columns.js';

/** docs/interchange.md says what they mean. */
const COLUMNS: readonly ParquetColumn[] = [
  ...RECORDING_COLUMNS,
  { name: 'time', type: 'time' },
  { name: 'time_micros', type: 'int64' },
  { name: 'snapshot', type: 'int32' },
  { name: 'kind', type: 'string' },
  { name: 'type', type: 'string' },
  { name: 'live_bytes', type: 'int64' },
  { name: 'live_bytes_error', type: 'int64' },
  { name: 'live_objects', type: 'int64' },
  { name: 'live_objects_error', type: 'int64' },
  { name: 'allocated_bytes', type: 'int64' },
  { name: 'allocated_bytes_error', type: 'int64' },
  { name: 'allocated_objects', type: 'int64' },
  { name: 'allocated_objects_error', type: 'int64' },
  ...ORIGIN_COLUMNS,
];

/** A profile of which the digest is known. */
interface DigestedProfile extends Profile {
  readonly members: readonly Member[];
  readonly hpc: Pick<DigestFacts, 'members'>;
}

/**
 * Writes the snapshots of a digest as a Parquet file: a row for each trace, type and kind that is live at a snapshot or was allocated since the one
 * before. Yields after each snapshot what fraction is done.
 * @param origins of the traces of each member
 * @returns how many rows there are
 */
export function* writeSnapshotsFile(
  path: string,
  profile: DigestedProfile,
  origins: readonly Origins[],
  { from, to, kind }: ParquetOptions,
): Generator<number, number, void> {
  const table = new ParquetTable(path, COLUMNS);
  const recording = recordingCells(profile.members);
  // Rows count the traces of the whole family.
  const firstTraces = [0, ...(profile.hpc.members ?? []).map(({ firstTrace }) => firstTrace)];
  const { startWallMicros } = profile.members[0]!.facts;
  const range = snapshotRange(profile.totals, from, to);
  for (let index = range.first; index <= range.last; index++) {
    const snapshot = profile.snapshots.at(index)!;
    const { timeMicros } = snapshot;
    for (const { row, live, allocated } of pairs(snapshot)) {
      if (kind !== undefined && row.kind !== kind) continue;
      table.add([
        ...recording[row.member]!,
        startWallMicros + timeMicros,
        timeMicros,
        index,
        row.kind,
        sanitize(row.type),
        ...figures(live),
        ...figures(allocated),
        ...origins[row.member]!.cells(Math.max(row.trace - firstTraces[row.member]!, NO_TRACE)),
      ]);
    }
    yield (index - range.first + 1) / (range.last - range.first + 1);
  }
  table.finish();
  return table.rowCount;
}

/** Live and allocated rows of a trace, type and kind; one of both may be missing. */
interface Pair {
  readonly row: UsageRow;
  live?: UsageRow;
  allocated?: UsageRow;
}

function pairs({ liveRows, allocatedRows }: Snapshot): Iterable<Pair> {
  const byKey = new Map<string, Pair>();
  const keyOf = ({ member, trace, kind, type }: UsageRow) => `${member} ${trace} ${kind} ${type}`;
  for (const live of liveRows) byKey.set(keyOf(live), { row: live, live });
  for (const allocated of allocatedRows) {
    const pair = byKey.get(keyOf(allocated));
    if (pair) pair.allocated = allocated;
    else byKey.set(keyOf(allocated), { row: allocated, allocated });
  }
  return byKey.values();
}

function figures(row: UsageRow | undefined): number[] {
  if (row === undefined) return [0, 0, 0, 0];
  return [row.bytes, row.bytesError, row.objects, row.objectsError];
}
