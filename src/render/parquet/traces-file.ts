import { frameLabel } from '../../analysis/frame-label.js';
import type { Member } from '../../format/family.js';
import { sanitize } from '../sanitize.js';
import { ORIGIN_COLUMNS, type Origins } from './origin-columns.js';
import { type ParquetColumn, ParquetTable } from './parquet-table.js';
import { RECORDING_COLUMNS, recordingCells } from './recording-columns.js';

/** docs/interchange.md says what they mean. */
const COLUMNS: readonly ParquetColumn[] = [
  ...RECORDING_COLUMNS,
  ...ORIGIN_COLUMNS,
  { name: 'stack', type: 'string' },
];

/** A step has so many traces. */
const STEP_TRACES = 1024;

/**
 * Writes the traces that the other files name, by thread and index, as a Parquet file, a row each: whole stacks, outermost first. Yields now and then
 * what fraction is done.
 * @param origins of each member: those of its traces that were asked for are written
 * @returns how many rows there are
 */
export function* writeTracesFile(
  path: string,
  members: readonly Member[],
  origins: readonly Origins[],
): Generator<number, number, void> {
  const table = new ParquetTable(path, COLUMNS);
  const recording = recordingCells(members);
  const total = origins.reduce((sum, { traces }) => sum + traces.length, 0);
  for (const [number, member] of members.entries()) {
    for (const trace of origins[number]!.traces) {
      const frames = member.traces.trace(trace) ?? [];
      const stack = frames.map((frame) => sanitize(frameLabel(frame)).replaceAll(';', ','));
      table.add([...recording[number]!, ...origins[number]!.cells(trace), stack.join(';')]);
      if (table.rowCount % STEP_TRACES === 0) yield table.rowCount / total;
    }
  }
  table.finish();
  return table.rowCount;
}
