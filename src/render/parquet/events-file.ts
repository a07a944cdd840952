import { Weights } from '../../digest/weights.js';
import type { Member } from '../../format/family.js';
import { KINDS, type Kind } from '../../model/event.js';
import { sanitize } from '../sanitize.js';
import { ORIGIN_COLUMNS, type Origins } from './origin-columns.js';
import { type ParquetColumn, ParquetTable } from './parquet-table.js';
import { RECORDING_COLUMNS, recordingCells } from './recording-columns.js';

/** docs/interchange.md says what they mean. */
const COLUMNS: readonly ParquetColumn[] = [
  ...RECORDING_COLUMNS,
  { name: 'time', type: 'time' },
  { name: 'time_micros', type: 'int64' },
  { name: 'operation', type: 'string' },
  { name: 'kind', type: 'string' },
  { name: 'type', type: 'string' },
  { name: 'size_bytes', type: 'int64' },
  { name: 'weight', type: 'double' },
  { name: 'age_micros', type: 'int64', nullable: true },
  { name: 'survived_collections', type: 'int32', nullable: true },
  ...ORIGIN_COLUMNS,
];

/** What of a recording is written. Seconds since the start of the root. */
export interface ParquetOptions {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly kind?: Kind | undefined;
}

/** An export takes a step with so many events. */
const STEP_EVENTS = 16_384;

/**
 * Writes the events of all logs of a family as a Parquet file, a row each, member after member; yields now and then what fraction is done. Memory does
 * not grow with the length of the logs.
 * @param origins of the traces of each member
 * @param weight that of every event, where it does not follow from the sampling
 * @returns how many rows there are
 */
export function* writeEventsFile(
  path: string,
  members: readonly Member[],
  origins: readonly Origins[],
  weight: number | undefined,
  { from = 0, to = Number.POSITIVE_INFINITY, kind }: ParquetOptions,
): Generator<number, number, void> {
  const table = new ParquetTable(path, COLUMNS);
  const recording = recordingCells(members);
  const { startWallMicros } = members[0]!.facts;
  const totalBytes = members.reduce((sum, { logBytes }) => sum + logBytes, 0);
  let doneBytes = 0;
  for (const [number, member] of members.entries()) {
    const { startMicros, facts, logBytes } = member;
    const weights = new Weights(facts.sampling, weight);
    const range = { fromMicros: from * 1e6 - startMicros, toMicros: to * 1e6 - startMicros };
    // A member that began after the range.
    if (range.toMicros < 0) continue;
    const log = member.openLog();
    try {
      for (const event of log.events(range)) {
        if (kind !== undefined && event.kind !== kind) continue;
        const timeMicros = startMicros + event.timeMicros;
        table.add([
          ...recording[number]!,
          startWallMicros + timeMicros,
          timeMicros,
          event.operation,
          event.kind,
          sanitize(event.type),
          event.sizeBytes,
          weights.weight(event.sizeBytes, KINDS.indexOf(event.kind)),
          event.ageMicros,
          event.survivedCollections,
          ...origins[number]!.cells(event.trace),
        ]);
        if (table.rowCount % STEP_EVENTS === 0) yield (doneBytes + log.positionBytes) / totalBytes;
      }
    } finally {
      log.close();
    }
    doneBytes += logBytes;
  }
  table.finish();
  return table.rowCount;
}
